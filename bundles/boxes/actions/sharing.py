"""Staff look at a proposal, change who gets it, and confirm."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from bundles.boxes.contents import box_settings
from bundles.boxes.errors import SharesExceedStock, ShortageOver
from bundles.boxes.models import Remedy, Share, Shortage, ShortageState
from bundles.subscriptions.models import CycleState
from core.actor import Actor
from malls.catalog.models import Stock

SERVED = "served"


@transaction.atomic
def change_shares(shortage: Shortage, wanted: Mapping[int, str], *, by: Actor, at: datetime) -> Shortage:
    """Decide for boxes (by share) whether they get the product (`served`) or what is done instead, and confirm.

    Boxes that are not named stay as proposed. More than there is is refused whole. May be done again.
    """
    shortage = _locked(shortage)
    shares = list(shortage.shares.select_for_update().filter(cycle__state=CycleState.SCHEDULED).order_by("pk"))
    for share in shares:
        if share.pk in wanted:
            _decide(share, wanted[share.pk])
    chosen = sum(share.pieces for share in shares if share.is_served)
    stock = Stock.objects.get(pk=shortage.product_id)
    if chosen > stock.available:
        raise SharesExceedStock(chosen=f"{chosen:,}", available=f"{stock.available:,}")
    Share.objects.bulk_update(shares, ["is_served", "remedy", "substitute", "substitute_pieces", "answer_by"])
    if shortage.state == ShortageState.OPEN:
        shortage.move(ShortageState.CONFIRMED, by=by, at=at)
    return shortage


@transaction.atomic
def reopen_shortage(shortage: Shortage, *, by: Actor, at: datetime) -> Shortage:
    """Take the confirmation back: the rule shares out anew at the next look. Open already: nothing happens."""
    shortage = _locked(shortage)
    return shortage if shortage.state == ShortageState.OPEN else shortage.move(ShortageState.OPEN, by=by, at=at)


def _locked(shortage: Shortage) -> Shortage:
    shortage = Shortage.objects.select_for_update(of=("self",)).select_related("product").get(pk=shortage.pk)
    if shortage.state == ShortageState.OVER:
        raise ShortageOver
    return shortage


def _decide(share: Share, wish: str) -> None:
    """Served, or a remedy; a substitute only where one was found, a question only where one was asked."""
    if wish == SERVED:
        share.is_served, share.remedy, share.substitute, share.substitute_pieces = True, "", None, 0
        share.answer_by = None
        return
    share.is_served = False
    remedy = Remedy(wish)
    if (remedy == Remedy.SUBSTITUTE and share.substitute_id is None) or (
        remedy == Remedy.ASK and share.answer_by is None
    ):
        remedy = Remedy(box_settings().fallback)
    if remedy == Remedy.SUBSTITUTE and share.substitute_id is None:
        remedy = Remedy.LEAVE_OUT
    share.remedy = remedy
