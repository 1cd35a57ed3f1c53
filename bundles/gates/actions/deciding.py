"""Who pays for a double use: the rule says so at once, two people may say otherwise."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bundles.gates.errors import ReasonMissing, SecondPersonNeeded
from bundles.gates.models import Conflict, ConflictState, Outcome, Payer, Scan
from bundles.vouchers.payees import payee_of
from core.actor import Actor
from core.state import record_moves
from settlement.ledger.accounts import Code
from settlement.statements.actions import correct_earning, earn_many
from settlement.statements.models import EarningKind
from settlement.statements.rules import EarningDraft


def pay_partner(conflict: Conflict, *, at: datetime) -> None:
    """The partner earns the second use; the municipality owes it. Idempotent on the case."""
    if not conflict.worth:
        return
    payee_of(conflict.partner)
    earning = EarningDraft(
        payee_ref=conflict.partner.payee_ref,
        kind=EarningKind.VOUCHER,
        source=f"conflict:{conflict.pk}",
        description=_("%(name)s (second use while offline)") % {"name": conflict.voucher.type.name},
        gross=conflict.worth,
        earned_at=at,
        debit_account=Code.MUNICIPALITY_SUBSIDY,
        order_ref=conflict.voucher.order_number,
        commission_bp=conflict.partner.commission_bp,
    )
    earn_many([earning], at=at)


@transaction.atomic
def propose_payer(conflict_id: int, payer: str, why: str, *, by: Actor, at: datetime) -> Conflict:
    """Propose who pays for a double use, with the reason. Nothing is paid before a second person agrees."""
    conflict = _locked(conflict_id)
    if not why.strip():
        raise ReasonMissing
    return conflict.move(
        ConflictState.PROPOSED,
        by=by,
        at=at,
        why=why.strip()[:300],
        proposed_payer=Payer(payer),
        proposed_by_id=by.user_id,
        proposed_by=by.name[:150],
        proposed_why=why.strip()[:300],
    )


@transaction.atomic
def settle_conflict(conflict_id: int, *, by: Actor, at: datetime) -> Conflict:
    """Agree to a proposal as another person; what changes is posted in the same transaction."""
    conflict = _locked(conflict_id)
    if conflict.state == ConflictState.PROPOSED and conflict.proposed_by_id == by.user_id:
        raise SecondPersonNeeded
    before, after = conflict.payer, conflict.proposed_payer
    conflict.move(
        ConflictState.SETTLED,
        by=by,
        at=at,
        why=conflict.proposed_why,
        payer=after,
        settled_at=at,
        settled_by_id=by.user_id,
    )
    if before != after and conflict.worth:
        if after == Payer.MUNICIPALITY:
            pay_partner(conflict, at=at)
        else:
            correct_earning(
                f"conflict:{conflict.pk}",
                new_source=f"conflict:{conflict.pk}:borne",
                at=at,
                debit_account=Code.MUNICIPALITY_SUBSIDY,
            )
    return conflict


@transaction.atomic
def drop_proposal(conflict_id: int, why: str, *, by: Actor, at: datetime) -> Conflict:
    """Leave the case as the rule decided it."""
    conflict = _locked(conflict_id)
    if not why.strip():
        raise ReasonMissing
    return conflict.move(
        ConflictState.RULED,
        by=by,
        at=at,
        why=why.strip()[:300],
        proposed_payer="",
        proposed_by_id=None,
        proposed_by="",
        proposed_why="",
    )


@transaction.atomic
def close_scan(scan_id: int, why: str, *, by: Actor, at: datetime) -> Scan:
    """A person has looked into a scan that fits no voucher. Nothing is paid; what was found is kept."""
    scan = Scan.objects.select_for_update().get(pk=scan_id)
    if scan.closed_at is not None or scan.outcome != Outcome.PERSON:
        return scan
    if not why.strip():
        raise ReasonMissing
    scan.closed_at = at
    scan.save(update_fields=["closed_at"])
    record_moves(Scan, {scan.pk: Outcome.PERSON}, "closed", by=by, at=at, why=why.strip()[:300])
    return scan


def _locked(conflict_id: int) -> Conflict:
    mine = Conflict.objects.select_for_update(of=("self",)).select_related("voucher__type", "partner")
    return mine.get(pk=conflict_id)
