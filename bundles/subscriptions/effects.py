"""What a change means, in dates and won: two pictures of a subscription and the sentences that tell them apart.

`told` is pure. A preview makes the change, looks, and takes it back (`actions.previewing`), so that it says exactly
what will happen.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from bundles.subscriptions.models import Agreement, ChangeKind, Cycle, CycleState, Subscription, SubscriptionState
from bundles.subscriptions.prepaid import Ahead, ahead_of
from core.clock import KST, kst_midnight
from ui.templatetags.ui import kdate, percent, won

SHOWN = 4
SEEN = ("plan__bundle", "address", "wish", "method", "prepaid__prepayment")
GONE = (SubscriptionState.CANCELLED, SubscriptionState.ENDED)


@dataclass(frozen=True, slots=True)
class Box:
    """A box that is not billed yet, as a resident sees it."""

    number: int
    bill_on: date
    deliver_on: date
    cutoff_at: datetime
    comes: bool
    address: str = ""
    wish: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A subscription as a resident sees it. `amount` is the won of each delivery, `ahead` what was paid in advance."""

    state: str
    boxes: tuple[Box, ...]
    amount: int
    discount_bp: int
    quantity: int
    plan: str
    ends_on: date | None
    renews: bool
    address: str
    wish: str
    card: str
    ahead: Ahead | None = None

    @property
    def coming(self) -> list[Box]:
        """The boxes that come."""
        return [box for box in self.boxes if box.comes and self.state not in GONE]


def agreed_amount(subscription: Subscription) -> int:
    """What the resident agreed to pay for each delivery."""
    newest = Agreement.objects.filter(subscription=subscription).order_by("-from_on", "-pk").first()
    return newest.amount if newest else 0


def scheduled(subscription: Subscription, after: date) -> list[Cycle]:
    """Boxes still to come after a day, in order, skipped ones too."""
    rows = subscription.cycles.filter(state__in=(CycleState.SCHEDULED, CycleState.SKIPPED), bill_on__gt=after)
    return list(rows.select_related("address", "wish").order_by("number"))


def standing_of(subscription: Subscription, at: datetime) -> Standing:
    """The picture of a stored subscription: three statements, and four for what was paid in advance."""
    row = Subscription.objects.select_related(*SEEN).get(pk=subscription.pk)
    agreed = Agreement.objects.filter(subscription=row).order_by("-from_on", "-pk").first()
    boxes = row.cycles.filter(state__in=(CycleState.SCHEDULED, CycleState.SKIPPED)).select_related("address", "wish")
    return Standing(
        state=row.state,
        boxes=tuple(_box(one) for one in boxes.order_by("number")),
        amount=agreed.amount if agreed else 0,
        discount_bp=agreed.discount_bp if agreed else 0,
        quantity=row.quantity,
        plan=str(row.plan.label),
        ends_on=row.ends_on,
        renews=row.renews,
        address=str(row.address or ""),
        wish=str(row.wish or ""),
        card=str(row.method),
        ahead=ahead_of(row.prepaid, at) if hasattr(row, "prepaid") else None,
    )


def told(kind: str, before: Standing, after: Standing) -> list[str]:
    """What differs, for residents: what was left out or comes again, what moved, what it costs, what stays."""
    if after.state in GONE:
        return list(_leaving(before, after))
    old, new = _by_number(before), _by_number(after)
    said = [*_left_out(before, new), *_again(after, old), *_moved(before, after), *_price(before, after)]
    said += [*_term(before, after), *_where(before, after, old, new)]
    if kind == ChangeKind.SKIP and after.ends_on and after.ends_on == before.ends_on:
        said.append(_("The term still ends on %(day)s; your discount stays as it is.") % {"day": kdate(after.ends_on)})
    if kind == ChangeKind.RESUME:
        said.insert(0, _("Nothing is charged today."))
    comes_again = {
        new[number].number for number in new if number in old and new[number].comes and not old[number].comes
    }
    if after.coming and before.boxes != after.boxes and after.coming[0].number not in comes_again:
        said.append(_comes(after.coming[0], after))
    return said


def told_of_rise(before: int, amount: int, from_on: date, card: str) -> list[str]:
    """What consent to a higher price is given to: the day, both prices, the card, and what silence means."""
    return [
        _("Until now: %(before)s for each delivery. From %(day)s on: %(now)s.")
        % {"before": won(before), "now": won(amount), "day": kdate(from_on)},
        _("It is charged with %(card)s.") % {"card": card},
        _("If you do not agree, nothing is charged. You can cancel here at any time."),
    ]


def until_text(cutoff_at: datetime) -> str:
    """The last moment before a cut-off, for people: the end of a day, or the hour."""
    civil = cutoff_at.astimezone(KST)
    if cutoff_at == kst_midnight(civil.date()):
        return _("the end of %(day)s") % {"day": kdate(civil.date() - timedelta(days=1))}
    return kdate(civil, "time")


def undo_text(until: datetime | None) -> str:
    """Until when a change can be taken back."""
    if until is None:
        return _("This cannot be taken back afterwards.")
    return _("You can take this back until %(until)s.") % {"until": until_text(until)}


def _box(cycle: Cycle) -> Box:
    return Box(
        cycle.number, cycle.bill_on, cycle.deliver_on, cycle.cutoff_at, cycle.state == CycleState.SCHEDULED,
        str(cycle.address or ""), str(cycle.wish or ""),
    )  # fmt: skip


def _by_number(standing: Standing) -> Mapping[int, Box]:
    return {box.number: box for box in standing.boxes}


def _leaving(before: Standing, after: Standing) -> Iterator[str]:
    yield _("No further box comes and nothing more is charged.")
    if before.ahead:
        yield from (
            told_of_rest(before.ahead)
            if after.ahead is None
            else [_("A bank looks into the payment. What was paid in advance is settled when that is decided.")]
        )
        return
    for box in before.coming[:1]:
        yield _left(box, before)


def told_of_rest(ahead: Ahead) -> Iterator[str]:
    """What becomes of the money of a term that is left, in won."""
    words = {"boxes": ahead.boxes, "rest": won(ahead.rest), "back": won(ahead.leaving.back)}
    if not ahead.leaving.kept:
        yield _("%(boxes)s boxes do not come. All of the %(rest)s paid for them go back within 3 working days.") % words
        return
    yield (
        _("%(boxes)s boxes do not come. Of the %(rest)s paid for them %(back)s go back within 3 working days.") % words
    )
    yield _("%(kept)s stay: the discount on the boxes you received, and never more than a tenth of the rest.") % {
        "kept": won(ahead.leaving.kept)
    }


def _left_out(before: Standing, new: Mapping[int, Box]) -> Iterator[str]:
    gone = [box for box in before.boxes if box.comes and not (box.number in new and new[box.number].comes)]
    yield from (_left(box, before) for box in gone[:SHOWN])
    if len(gone) > SHOWN and before.ahead:
        yield _("%(count)s more boxes come later.") % {"count": len(gone) - SHOWN}
    elif len(gone) > SHOWN:
        yield _("%(count)s more boxes do not come and are not charged.") % {"count": len(gone) - SHOWN}


def _again(after: Standing, old: Mapping[int, Box]) -> Iterator[str]:
    back = [box for box in after.boxes if box.comes and box.number in old and not old[box.number].comes]
    yield from (_back(box, after) for box in back[:SHOWN])
    if len(back) > SHOWN and after.ahead:
        yield _("%(count)s more boxes come on their days.") % {"count": len(back) - SHOWN}
    elif len(back) > SHOWN:
        yield _("%(count)s more boxes come and are charged on their days.") % {"count": len(back) - SHOWN}


def _moved(before: Standing, after: Standing) -> Iterator[str]:
    if before.plan != after.plan:
        yield _("Until now: %(before)s. From the next box on: %(after)s.") % {
            "before": before.plan, "after": after.plan,
        }  # fmt: skip
    days = [[box.deliver_on for box in one.coming[:SHOWN]] for one in (before, after)]
    numbers = [[box.number for box in one.coming[:SHOWN]] for one in (before, after)]
    if days[0] != days[1] and numbers[0][:1] == numbers[1][:1]:
        yield _("The boxes come on %(after)s instead of %(before)s.") % {
            "before": _days(days[0]),
            "after": _days(days[1]),
        }


def _price(before: Standing, after: Standing) -> Iterator[str]:
    if before.quantity != after.quantity:
        yield _("Each delivery holds %(after)s boxes instead of %(before)s.") % {
            "before": before.quantity, "after": after.quantity,
        }  # fmt: skip
    if before.amount != after.amount and after.ahead:
        yield _("Each delivery after those paid in advance costs %(after)s.") % {"after": won(after.amount)}
    elif before.amount != after.amount:
        yield _("Each delivery costs %(after)s instead of %(before)s, from the next box on.") % {
            "before": won(before.amount), "after": won(after.amount),
        }  # fmt: skip
    if before.discount_bp != after.discount_bp and not after.ahead:
        yield _("The term discount is %(after)s instead of %(before)s; discounts you already received are yours.") % {
            "before": percent(before.discount_bp), "after": percent(after.discount_bp),
        }  # fmt: skip


def _term(before: Standing, after: Standing) -> Iterator[str]:
    if before.ends_on != after.ends_on:
        yield (
            _("The subscription ends on %(day)s.") % {"day": kdate(after.ends_on)}
            if after.ends_on
            else _("The subscription goes on until you cancel it.")
        )
    if before.renews != after.renews and after.ahead and after.renews:
        yield _("After the boxes paid in advance each further one is paid on its day, until you cancel it.")
    elif before.renews != after.renews:
        yield (
            _("After the term another one of the same length follows at the same price, until you cancel it.")
            if after.renews
            else _("After the term nothing more comes and nothing is charged.")
        )


def _where(before: Standing, after: Standing, old: Mapping[int, Box], new: Mapping[int, Box]) -> Iterator[str]:
    if before.address != after.address:
        yield _("Boxes billed from now on go to %(address)s. Boxes already ordered go where they were to go.") % {
            "address": after.address
        }
    if before.wish != after.wish:
        yield _("Delivery request from now on: %(wish)s") % {"wish": after.wish or _("none")}
    if before.card != after.card:
        yield _("Every charge from now on is made with %(card)s.") % {"card": after.card}
    for number in sorted(old.keys() & new.keys()):
        known, box = old[number], new[number]
        words = {"deliver": kdate(box.deliver_on), "address": box.address or after.address}
        if known.address != box.address:
            yield _("Only the box of %(deliver)s goes to %(address)s.") % words
        if known.wish != box.wish:
            yield _("Delivery request for the box of %(deliver)s alone: %(wish)s") % {
                **words, "wish": box.wish or after.wish or _("none"),
            }  # fmt: skip


def _left(box: Box, before: Standing) -> str:
    if before.ahead:
        return _("The box of %(deliver)s does not come; it is paid and comes later.") % _words(box, before.amount)
    words = _words(box, before.amount)
    return _("The box of %(deliver)s does not come, and %(amount)s is not charged on %(bill)s.") % words


def _back(box: Box, after: Standing) -> str:
    if after.ahead:
        return _("The box of %(deliver)s comes; it is paid.") % _words(box, after.amount)
    return _("The box of %(deliver)s comes; %(amount)s is charged on %(bill)s.") % _words(box, after.amount)


def _comes(box: Box, after: Standing) -> str:
    if after.ahead:
        return _("The next box comes on %(deliver)s; it is paid.") % _words(box, after.amount)
    words = _words(box, after.amount)
    return _("The next box comes on %(deliver)s; %(amount)s is charged on %(bill)s.") % words


def _words(box: Box, amount: int) -> dict[str, str]:
    return {"deliver": kdate(box.deliver_on), "amount": won(amount), "bill": kdate(box.bill_on, "short")}


def _days(days: list[date]) -> str:
    return ", ".join(kdate(day, "short") for day in days)
