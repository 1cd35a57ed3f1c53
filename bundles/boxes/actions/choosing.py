"""Residents change one box until the end of the day before it is billed. Every change is agreed to in won."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bundles.boxes.contents import box_settings
from bundles.boxes.errors import (
    AmountHasChanged,
    BoxIsFull,
    BoxNotOpen,
    NotEnoughLeft,
    NotOnTheShelf,
    NotSwappable,
    PaidInAdvance,
    TooManyPieces,
    TooManySwaps,
)
from bundles.boxes.models import AddOn, Alternative, Consent, Extra, Swap
from bundles.boxes.queries import Box, alternatives_of, box_of, edition_of, left_of, most_swaps, shelf
from bundles.plans.models import Component
from bundles.subscriptions.actions.changing import locked
from bundles.subscriptions.effects import until_text
from bundles.subscriptions.errors import CannotChange, CutOffPassed
from bundles.subscriptions.models import Cycle, CycleState, SubscriptionState
from bundles.subscriptions.prepaid import paid_ahead
from core.actor import Actor
from malls.catalog.models import Product
from malls.orders.stock import lock_available

GONE = (SubscriptionState.CANCELLED, SubscriptionState.ENDED)


@transaction.atomic
def choose_swap(cycle: Cycle, alternative: Alternative, *, amount: int, by: Actor, at: datetime) -> Box:
    """Swap a component for this alternative in one box. `amount` is the box's total that the resident said yes to.

    Chosen before: nothing happens. The pieces are held until the box is billed.
    """
    cycle = open_box(cycle, at)
    if cycle.swaps.filter(alternative=alternative).exists():
        return box_of(cycle)
    swap = swap_for(cycle, alternative, at)
    cycle.swaps.filter(component=swap.component).delete()
    lock_available([swap.alternative.product_id])
    must_be_left(swap.alternative.product, swap.alternative.pieces * cycle.subscription.quantity)
    swap.save(force_insert=True)
    what = _("%(before)s swapped for %(after)s") % {
        "before": name_of(swap.component), "after": swap.alternative.product.name,
    }  # fmt: skip
    return _agree(cycle, amount, what, by, at)


@transaction.atomic
def undo_swap(cycle: Cycle, component: Component, *, by: Actor, at: datetime) -> Box:
    """The component as the edition has it. Not swapped: nothing happens."""
    cycle = open_box(cycle, at)
    if not cycle.swaps.filter(component=component).delete()[0]:
        return box_of(cycle)
    return _agree(cycle, None, _("swap of %(name)s undone") % {"name": name_of(component)}, by, at)


@transaction.atomic
def set_extra(cycle: Cycle, add_on: AddOn, pieces: int, *, amount: int | None, by: Actor, at: datetime) -> Box:
    """Let so many pieces of an add-on ride along with one box; 0 takes it out (`amount` None).

    The price is the product's price now and stays as agreed. The same number again: nothing happens.
    """
    cycle = open_box(cycle, at)
    there = cycle.extras.filter(add_on=add_on).first()
    if (there.pieces if there else 0) == pieces:
        return box_of(cycle)
    cycle.extras.filter(add_on=add_on).delete()
    if pieces <= 0:
        return _agree(cycle, None, _("%(name)s taken out") % {"name": add_on.product.name}, by, at)
    extra = extra_for(cycle, add_on, pieces, at)
    lock_available([extra.add_on.product_id])
    must_be_left(extra.add_on.product, pieces)
    extra.save(force_insert=True)
    what = _("%(pieces)s × %(name)s added") % {"pieces": pieces, "name": extra.add_on.product.name}
    return _agree(cycle, amount, what, by, at)


def swap_for(cycle: Cycle, alternative: Alternative, at: datetime) -> Swap:
    """The swap as it would be kept; refuses what the rules of the edition do not allow."""
    edition = edition_of(cycle)
    allowed = alternatives_of(edition).select_related("component__product", "component__voucher_type")
    found = allowed.filter(pk=alternative.pk).first()
    if found is None:
        raise NotSwappable(name=name_of(alternative.component))
    if found.extra and paid_ahead(cycle):
        raise PaidInAdvance
    most = most_swaps(edition)
    others = cycle.swaps.filter(component__edition=edition).exclude(component=found.component).count()
    if others >= most:
        raise TooManySwaps(most=most)
    agreed = found.extra * cycle.subscription.quantity
    return Swap(
        cycle=cycle, component=found.component, alternative=found, extra=found.extra, agreed=agreed, chosen_at=at
    )


def extra_for(cycle: Cycle, add_on: AddOn, pieces: int, at: datetime) -> Extra:
    """The add-on as it would be kept; refuses what does not ride along, or too much of it."""
    found = shelf().filter(pk=add_on.pk).first()
    if found is None:
        raise NotOnTheShelf(name=add_on.product.name)
    if paid_ahead(cycle):
        raise PaidInAdvance
    if pieces > found.most:
        raise TooManyPieces(most=found.most, name=found.product.name)
    most = box_settings().most_pieces
    others = sum(one.pieces for one in cycle.extras.all() if one.add_on_id != found.pk)
    if others + pieces > most:
        raise BoxIsFull(most=most)
    return Extra(cycle=cycle, add_on=found, pieces=pieces, unit_price=found.product.price, chosen_at=at)


def open_box(cycle: Cycle, at: datetime) -> Cycle:
    """The box, its subscription locked, while it can be changed."""
    subscription = locked(cycle.subscription)
    if subscription.state in GONE:
        raise CannotChange(state=subscription.get_state_display())
    cycle = Cycle.objects.get(pk=cycle.pk)
    cycle.subscription = subscription
    if at >= cycle.cutoff_at:
        raise CutOffPassed(until=until_text(cycle.cutoff_at))
    if cycle.state != CycleState.SCHEDULED:
        raise BoxNotOpen(state=cycle.get_state_display())
    return cycle


def name_of(component: Component) -> str:
    """What the edition has there."""
    return str((component.product or component.voucher_type).name)  # type: ignore[union-attr]  # one of them is there


def _agree(cycle: Cycle, shown: int | None, what: str, by: Actor, at: datetime) -> Box:
    """Keep the consent to the box's total as it is now; another total than the one shown is refused.

    Without `shown` the box did not become dearer and nobody has to say yes.
    """
    box = box_of(cycle)
    if shown is not None and shown != box.price.total:
        raise AmountHasChanged(shown=f"{shown:,}", now=f"{box.price.total:,}")
    Consent.objects.create(
        cycle=cycle,
        amount=box.price.total,
        extra=box.chosen.agreed,
        what=what[:200],
        by_name=by.name[:150],
        agreed_at=at,
    )
    return box


def must_be_left(product: Product, pieces: int) -> None:
    """Refuse when others already hold what is left. Sure only while the product's stock is locked."""
    left = left_of([product.pk]).get(product.pk, 0)
    if left < pieces:
        raise NotEnoughLeft(left=f"{left:,}", name=product.name)
