"""Money back for a voucher by the published rules: once, through the order's charge, with its books."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from bundles.vouchers import errors
from bundles.vouchers.models import Voucher, VoucherKind, VoucherRefund, VoucherState
from bundles.vouchers.refunds import SHARE_BP, SMALL_FACE, SMALL_SHARE_BP, Held, NoRefund, Quote, quote
from core.actor import SYSTEM, Actor
from core.clock import kst_date
from core.money import Won
from malls.orders.models import LineKind, Order, OrderLine, OrderState
from malls.orders.returning import close_emptied
from malls.payments.actions.refunding import reserve_amount, send_refund
from malls.payments.gateways import Gateway
from malls.payments.models import RefundState
from malls.payments.models.refunds import SURE_REFUNDS
from settlement.ledger.accounts import Code
from settlement.ledger.actions import post, reverse
from settlement.ledger.models import Posting
from settlement.ledger.rules import Line, PostingDraft

REFUNDABLE = (VoucherState.ISSUED, VoucherState.EXPIRED)


def quote_refund(voucher: Voucher, *, at: datetime) -> Quote:
    """What the buyer gets back now, in won, and by which rule; refused with the reason when nothing."""
    if voucher.state == VoucherState.REDEEMED:
        raise errors.NothingLeft
    if voucher.state == VoucherState.LAPSED:
        raise _refusal(voucher, NoRefund.TOO_LATE)
    if voucher.state not in REFUNDABLE:
        raise errors.AlreadyRefunded(state=voucher.get_state_display())
    found = quote(Held.of(voucher), kst_date(at))
    if isinstance(found, NoRefund):
        raise _refusal(voucher, found)
    if voucher.state == VoucherState.EXPIRED:
        return Quote(Won(voucher.refundable), found.rule, found.rate_bp)
    return found


def refund_voucher(voucher_id: int, *, agreed: int, gateway: Gateway, by: Actor, at: datetime) -> VoucherRefund:
    """Give back what the rules say, if it is still what the person agreed to (`agreed` won). Asked twice, once.

    The provider's refusal gives the voucher back as it was; a lost answer is found by the janitor.
    """
    row, is_new = _reserve(voucher_id, agreed, by=by, at=at)
    if is_new:
        try:
            send_refund(row.refund, gateway=gateway, by=by, at=at)
        finally:
            undo_failed_refunds(at=at)
    return row


@transaction.atomic
def _reserve(voucher_id: int, agreed: int, *, by: Actor, at: datetime) -> tuple[VoucherRefund, bool]:
    """The refund with its books, before anyone is asked; the standing one when there is one."""
    voucher = Voucher.objects.select_for_update(of=("self",)).filter(pk=voucher_id).first()
    if voucher is None:
        raise errors.UnknownVoucher
    standing = VoucherRefund.objects.filter(voucher=voucher, undone_at=None).select_related("refund").first()
    if standing:
        return standing, False
    found, before = quote_refund(voucher, at=at), voucher.state
    if found.amount != agreed:
        raise errors.QuoteChanged(amount=f"{found.amount:,}")
    voucher.move(VoucherState.REFUNDED, by=by, at=at, why=found.rule)
    order = Order.objects.get(number=voucher.order_number)
    refund = reserve_amount(order, found.amount, reason=f"voucher {voucher.code}: {found.rule}", by=by, at=at)
    row = VoucherRefund.objects.create(
        voucher=voucher, refund=refund, amount=found.amount, rule=found.rule, before=before, asked_at=at,
        by_name=by.name[:150],
    )  # fmt: skip
    post(PostingDraft("voucher_refund", f"voucher_refund:{row.pk}", at, voucher.code, _entries(voucher, row)))
    return row, True


def _entries(voucher: Voucher, row: VoucherRefund) -> list[Line]:
    """Out of what is owed for the voucher into what the provider's refund takes from; others' parts go back to them."""
    back = (Code.CUSTOMER_ADVANCES, "", -row.amount)
    if row.before == VoucherState.EXPIRED:
        return [(Code.REFUNDS_DUE, "", voucher.refundable), back]
    rest = Held.of(voucher).rest()
    return [
        (Code.VOUCHER_LIABILITY, "", voucher.owed),
        back,
        (Code.MUNICIPALITY_SUBSIDY, "", -rest.city),
        (Code.PLATFORM_SUBSIDY, "", -rest.platform),
        (Code.BREAKAGE, "", row.amount - rest.buyer),
    ]


def undo_failed_refunds(*, at: datetime) -> int:
    """Give vouchers back whose refund the provider refused in the end; the number. Found by query, safe to repeat."""
    failed = VoucherRefund.objects.filter(undone_at=None, refund__state=RefundState.FAILED)
    return sum(_undo(pk, at) for pk in failed.order_by("pk").values_list("pk", flat=True)[:500])


@transaction.atomic
def _undo(pk: int, at: datetime) -> int:
    row = VoucherRefund.objects.select_for_update(of=("self",)).select_related("voucher").get(pk=pk)
    if row.undone_at:
        return 0
    row.voucher.move(row.before, by=SYSTEM, at=at, why="the provider refused the refund")
    reverse(Posting.objects.get(source=f"voucher_refund:{row.pk}"), at=at)
    VoucherRefund.objects.filter(pk=pk).update(undone_at=at)
    return 1


def close_given_back(*, at: datetime) -> int:
    """Close orders of which nothing is left since their vouchers went back one by one; the number. Found by query.

    A refund closes its order at once; this finds those that were given back before it did.
    """
    sure = VoucherRefund.objects.filter(undone_at=None, refund__state__in=SURE_REFUNDS)
    left = Voucher.objects.filter(order_number=OuterRef("number")).exclude(state=VoucherState.REFUNDED, used=0)
    rows = Order.objects.filter(~Exists(left), ~Exists(_goods_left()), number__in=sure.values("voucher__order_number"))
    open_ones = rows.exclude(state=OrderState.REFUNDED).order_by("pk")
    for order in open_ones:
        close_emptied(order, by=SYSTEM, at=at)
    return Order.objects.filter(pk__in=[order.pk for order in open_ones], state=OrderState.REFUNDED).count()


def _goods_left() -> QuerySet[OrderLine]:
    """Lines of an order with goods that did not come off."""
    pieces = Func(F("returns__numbers"), function="cardinality", output_field=IntegerField())
    off = Coalesce(Sum(pieces, filter=Q(returns__returned__effective_at__isnull=False)), 0)
    goods = OrderLine.objects.filter(order=OuterRef("pk"), kind=LineKind.PRODUCT).order_by()
    return goods.annotate(off=off).filter(quantity__gt=F("off"))


def _refusal(voucher: Voucher, why: NoRefund) -> errors.RefundRefused:
    held = Held.of(voucher)
    if why == NoRefund.GIVEN:
        return errors.NothingPaid()
    if why == NoRefund.USED_UP:
        return errors.NothingLeft()
    if why == NoRefund.TOO_LATE:
        return errors.RefundTooLate(until=f"{held.last_refund_on:%Y-%m-%d}")
    until = f"{voucher.expires_on:%Y-%m-%d}"
    if voucher.kind == VoucherKind.AMOUNT and voucher.used:
        wanted = SMALL_SHARE_BP if voucher.face_value <= SMALL_FACE else SHARE_BP
        return errors.RefundNotDueForAmount(share=wanted // 100, until=until)
    return errors.RefundNotDue(until=until)
