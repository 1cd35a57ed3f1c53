"""From a box of the calendar to an order: the edition's components with the resident's share of every won."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from bundles.plans.models import Component, Edition
from bundles.plans.queries import current_editions
from bundles.plans.rules import Price, price_of
from bundles.subscriptions.models import Agreement, Cycle
from malls.catalog.models import TaxType
from malls.orders.models import LineKind
from malls.orders.rules import Funding, LineDraft, OrderDraft, discounts_of

CITY_PAYS = Funding()


@dataclass(frozen=True, slots=True)
class Bill:
    """A box with what it would hold and cost today, and the most that its resident agreed to pay."""

    cycle: Cycle
    edition: Edition
    price: Price
    agreed: int

    @property
    def is_agreed(self) -> bool:
        """Whether the amount may be charged without a new consent."""
        return self.price.total <= self.agreed


def bills_of(cycles: Sequence[Cycle], on: date) -> list[Bill]:
    """The bills of boxes on a day: four statements however many. Boxes whose bundle sells nothing are left out."""
    editions = current_editions([cycle.subscription.plan.bundle_id for cycle in cycles], on)
    agreements = agreements_of([cycle.subscription_id for cycle in cycles], on)
    return [
        _bill(cycle, editions[cycle.subscription.plan.bundle_id], agreements[cycle.subscription_id])
        for cycle in cycles
        if cycle.subscription.plan.bundle_id in editions and cycle.subscription_id in agreements
    ]


def agreements_of(subscription_ids: Sequence[int], on: date) -> dict[int, Agreement]:
    """The agreement in force on a day, by subscription: the newest one that has begun."""
    rows = Agreement.objects.filter(subscription_id__in=subscription_ids, from_on__lte=on)
    newest = rows.order_by("subscription_id", "-from_on", "-pk").distinct("subscription_id")
    return {agreement.subscription_id: agreement for agreement in newest}


def drafts_of(bills: Sequence[Bill]) -> list[OrderDraft]:
    """Order drafts. Bills that are alike share their lines: most residents of a bundle get the very same box."""
    known: dict[tuple[int, int, int], tuple[LineDraft, ...]] = {}
    drafts = []
    for bill in bills:
        alike = (bill.edition.pk, bill.cycle.subscription.quantity, bill.price.discount)
        if alike not in known:
            known[alike] = lines_of(bill)
        drafts.append(_draft(bill, known[alike]))
    return drafts


def lines_of(bill: Bill) -> tuple[LineDraft, ...]:
    """The lines: the term discount is the municipality's, shared over them to the won."""
    boxes = bill.cycle.subscription.quantity
    components = list(bill.edition.components.all())
    amounts = [component.allocated * boxes for component in components]
    discounts = discounts_of(bill.price.discount, amounts, CITY_PAYS)
    return tuple(
        _line(component, boxes, amount, funded)
        for component, amount, funded in zip(components, amounts, discounts, strict=True)
    )


def _draft(bill: Bill, lines: tuple[LineDraft, ...]) -> OrderDraft:
    subscription, cycle = bill.cycle.subscription, bill.cycle
    address = subscription.address
    return OrderDraft(
        source=f"cycle:{cycle.pk}",
        resident_id=subscription.resident_id,
        title=_("%(bundle)s, box %(number)s") % {"bundle": bill.edition.bundle.name, "number": cycle.number},
        lines=lines,
        recipient=address.recipient,
        phone=address.phone,
        postcode=address.postcode,
        line1=address.line1,
        line2=address.line2,
        request=address.request,
        shipping=bill.price.shipping,
        ship_on=cycle.ship_on,
        deliver_on=cycle.deliver_on,
    )


def _bill(cycle: Cycle, edition: Edition, agreement: Agreement) -> Bill:
    price = price_of(edition.price, edition.shipping, agreement.discount_bp, cycle.subscription.quantity)
    return Bill(cycle, edition, price, agreement.amount)


def _line(component: Component, boxes: int, amount: int, funded: tuple[int, int, int]) -> LineDraft:
    product, voucher = component.product, component.voucher_type
    seller = product.merchant if product else voucher.partner  # type: ignore[union-attr]  # one of them is there
    thing = product or voucher
    return LineDraft(
        kind=LineKind.PRODUCT.value if product else LineKind.VOUCHER.value,
        payee_ref=seller.payee_ref,
        payee_name=seller.name,
        name=thing.name,  # type: ignore[union-attr]
        spec=product.spec if product else "",
        quantity=component.quantity * boxes,
        list_amount=component.unit_price * component.quantity * boxes,
        amount=amount,
        tax_type=product.tax_type if product else TaxType.TAXABLE.value,
        commission_bp=seller.commission_bp,
        product_id=product.pk if product else None,
        voucher_type_id=voucher.pk if voucher else None,
        discount_municipality=funded[0],
        discount_platform=funded[1],
        discount_merchant=funded[2],
    )
