"""From a box of the calendar to an order: the edition's components with the resident's share of every won."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from bundles.boxes.actions import open_boxes
from bundles.boxes.contents import Contents, Item, plain
from bundles.boxes.rules import price_of_slots
from bundles.plans.models import Edition
from bundles.plans.queries import current_editions
from bundles.plans.rules import Price, price_of
from bundles.plans.terms import prepaid_price
from bundles.subscriptions.models import Agreement, Cycle, PrepaidTerm
from core.actor import Actor
from malls.catalog.models import TaxType
from malls.orders.models import LineKind
from malls.orders.rules import Funding, LineDraft, OrderDraft, discounts_of
from malls.payments.actions import free_parts
from malls.payments.models import PrepaidPart

CITY_PAYS = Funding()


@dataclass(frozen=True, slots=True)
class Advance:
    """The part of a term paid in advance that a box uses, in won. Without `part` the term is yet to be paid, now."""

    term: PrepaidTerm
    amount: int
    part: PrepaidPart | None = None


@dataclass(frozen=True, slots=True)
class Bill:
    """A box with what it would hold and cost today, and the most that its resident agreed to pay.

    Without `contents` it holds what the edition holds. One that `is_stuck` was paid in advance, but the money is gone.
    """

    cycle: Cycle
    edition: Edition
    price: Price
    agreed: int
    contents: Contents | None = None
    advance: Advance | None = None
    is_stuck: bool = False

    @property
    def is_agreed(self) -> bool:
        """Whether the amount may be charged without a new consent."""
        return self.price.total <= self.agreed


NOT_PREPAID = Advance(PrepaidTerm(), 0)


def bills_of(cycles: Sequence[Cycle], on: date, *, by: Actor, at: datetime) -> list[Bill]:
    """The bills of boxes on a day: seven statements however many, eight when some are paid in advance.

    Boxes whose bundle sells nothing are left out, and those that are skipped because something is short.
    """
    editions = current_editions([cycle.subscription.plan.bundle_id for cycle in cycles], on)
    agreements = agreements_of([cycle.subscription_id for cycle in cycles], on)
    sold = [
        (cycle, editions[cycle.subscription.plan.bundle_id])
        for cycle in cycles
        if cycle.subscription.plan.bundle_id in editions and cycle.subscription_id in agreements
    ]
    contents = open_boxes(sold, on, by=by, at=at) if sold else {}
    advances = advances_of([cycle.subscription_id for cycle, _ in sold])
    bills = [
        _bill(
            cycle, edition, agreements[cycle.subscription_id], contents.get(cycle.pk),
            advances.get(cycle.subscription_id, NOT_PREPAID),
        )
        for cycle, edition in sold
    ]  # fmt: skip
    return [bill for bill in bills if bill.contents is None or bill.contents.items]


def agreements_of(subscription_ids: Sequence[int], on: date) -> dict[int, Agreement]:
    """The agreement in force on a day, by subscription: the newest one that has begun."""
    rows = Agreement.objects.filter(subscription_id__in=subscription_ids, from_on__lte=on)
    newest = rows.order_by("subscription_id", "-from_on", "-pk").distinct("subscription_id")
    return {agreement.subscription_id: agreement for agreement in newest}


def advances_of(subscription_ids: Sequence[int]) -> dict[int, Advance | None]:
    """What the next box of each subscription with a term paid in advance uses; None when nothing is left of it."""
    terms = list(PrepaidTerm.objects.filter(subscription__in=subscription_ids))
    parts = free_parts([term.prepayment_id for term in terms if term.prepayment_id]) if terms else {}
    found: dict[int, Advance | None] = {}
    for term in terms:
        part = parts.get(term.prepayment_id or 0)
        if term.prepayment_id is None:
            found[term.subscription_id] = Advance(term, term.whole.parts[0])
        elif part is not None:
            found[term.subscription_id] = Advance(term, part.amount, part)
        elif term.followed_at is None:
            found[term.subscription_id] = None
    return found


def drafts_of(bills: Sequence[Bill]) -> list[OrderDraft]:
    """Order drafts. Bills that are alike share their lines: most residents of a bundle get the very same box."""
    known: dict[tuple[int, int, int], tuple[LineDraft, ...]] = {}
    drafts = []
    prefetch_related_objects(
        [bill.cycle for bill in bills], "address", "wish", "subscription__wish", "subscription__gift"
    )
    for bill in bills:
        alike = (bill.edition.pk, bill.cycle.subscription.quantity, bill.price.discount)
        if bill.contents is None and alike not in known:
            known[alike] = lines_of(bill)
        drafts.append(_draft(bill, known[alike] if bill.contents is None else lines_of(bill)))
    return drafts


def lines_of(bill: Bill) -> tuple[LineDraft, ...]:
    """The lines: the term discount is the municipality's, shared to the won over the parts of the edition's price."""
    contents = bill.contents or plain(bill.edition, bill.cycle.subscription.quantity)
    discounts = discounts_of(bill.price.discount, [slot.base for slot in contents.slots], CITY_PAYS)
    return tuple(_line(item, funded) for item, funded in zip(contents.items, discounts, strict=True))


def _draft(bill: Bill, lines: tuple[LineDraft, ...]) -> OrderDraft:
    subscription, cycle = bill.cycle.subscription, bill.cycle
    return OrderDraft(
        source=f"cycle:{cycle.pk}",
        resident_id=subscription.resident_id,
        title=_("%(bundle)s, box %(number)s") % {"bundle": bill.edition.bundle.name, "number": cycle.number},
        lines=lines,
        **asdict(cycle.destination()),
        shipping=bill.price.shipping,
        ship_on=cycle.ship_on,
        deliver_on=cycle.deliver_on,
    )


def _bill(
    cycle: Cycle, edition: Edition, agreement: Agreement, contents: Contents | None, advance: Advance | None
) -> Bill:
    """What came on top was agreed to for this one box, won by won; the rest stands under the standing agreement."""
    whole = price_of(edition.price, edition.shipping, agreement.discount_bp, cycle.subscription.quantity)
    extra = contents.extra if contents else 0
    price = price_of_slots(contents.slots, edition.shipping, agreement.discount_bp) if contents else whole
    if advance is NOT_PREPAID or extra:
        return Bill(cycle, edition, price, agreement.amount + extra, contents)
    if advance is None:
        return Bill(cycle, edition, price, agreement.amount, contents, is_stuck=True)
    ahead = prepaid_price(advance.amount, advance.term.listed, whole, price.goods)
    return Bill(cycle, edition, ahead, advance.amount, contents, advance)


def _line(item: Item, funded: tuple[int, int, int]) -> LineDraft:
    product, thing = item.product, item.thing
    seller = product.merchant if product else item.voucher.partner  # type: ignore[union-attr]  # one of them is there
    return LineDraft(
        kind=LineKind.PRODUCT.value if product else LineKind.VOUCHER.value,
        payee_ref=seller.payee_ref,
        payee_name=seller.name,
        name=thing.name,
        spec=product.spec if product else "",
        quantity=item.slot.pieces,
        list_amount=item.worth,
        amount=item.slot.amount,
        tax_type=product.tax_type if product else TaxType.TAXABLE.value,
        commission_bp=seller.commission_bp,
        product_id=product.pk if product else None,
        voucher_type_id=item.voucher.pk if item.voucher else None,
        discount_municipality=funded[0],
        discount_platform=funded[1],
        discount_merchant=funded[2],
    )
