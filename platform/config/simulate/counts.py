"""How often each thing has happened so far, counted in the books and not while it was done."""

from collections.abc import Callable

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from bundles.billing.models import BillingRun
from bundles.boxes.models import Extra, Share, Shortage, Swap
from bundles.gates.models import Conflict, Scan
from bundles.plans.models import Edition
from bundles.subscriptions.models import (
    AgreedBy,
    Agreement,
    Change,
    ChangeKind,
    Gift,
    Parked,
    PrepaidTerm,
    Subscription,
    SubscriptionState,
)
from bundles.vouchers.models import Redemption, VoucherRefund, VoucherState
from core.state import Transition
from malls.fulfillment.models import Shipment
from malls.notices.models import Letter
from malls.orders.models import Order, OrderState
from malls.payments.gateways import DeclineClass
from malls.payments.models import (
    Charge,
    ChargeState,
    Dispute,
    DisputeState,
    Refund,
    RefundState,
    Withdrawal,
    WithdrawalState,
)
from settlement.payouts.models import PayoutBatch

ADDRESSES = (ChangeKind.ADDRESS, ChangeKind.BOX_ADDRESS, ChangeKind.GIFT_ADDRESS)
WISHES = (ChangeKind.WISH, ChangeKind.BOX_WISH)
Count = Callable[[], int]


def _changes(*kinds: ChangeKind) -> Count:
    return lambda: Change.objects.filter(kind__in=kinds).count()


def _declined(klass: DeclineClass) -> Count:
    return lambda: Charge.objects.filter(state=ChargeState.DECLINED, decline_class=klass).count()


def _moves(thing: str, **values: str) -> Count:
    return lambda: Transition.objects.filter(thing=thing, **values).count()


def _dearer() -> QuerySet[Edition]:
    """Editions that cost more than an earlier one of their bundle."""
    total = F("price") + F("shipping")
    earlier = Edition.objects.filter(bundle=OuterRef("bundle"), month__lt=OuterRef("month")).annotate(total=total)
    return Edition.objects.annotate(total=total).filter(Exists(earlier.filter(total__lt=OuterRef("total"))))


COUNTS: dict[str, Count] = {
    "joined": lambda: Subscription.objects.filter(gift=None).count(),
    "prepaid": PrepaidTerm.objects.exclude(prepayment=None).count,
    "left_early": lambda: PrepaidTerm.objects.filter(subscription__state=SubscriptionState.CANCELLED).count(),
    "gifts": Gift.objects.count,
    "letters": Letter.objects.count,
    "skips": _changes(ChangeKind.SKIP),
    "swaps": Swap.objects.count,
    "add_ons": Extra.objects.count,
    "pauses": _changes(ChangeKind.PAUSE),
    "resumed": _changes(ChangeKind.RESUME),
    "addresses": _changes(*ADDRESSES),
    "requests": _changes(*WISHES),
    "quantities": _changes(ChangeKind.QUANTITY),
    "plans": _changes(ChangeKind.PLAN),
    "undone": _changes(ChangeKind.UNDO),
    "left": _changes(ChangeKind.LEAVE),
    "left_at_end": _changes(ChangeKind.LEAVE_AT_END),
    "new_cards": _changes(ChangeKind.CARD),
    "paid": lambda: Charge.objects.filter(state=ChargeState.SUCCEEDED).count(),
    "declined_soft": _declined(DeclineClass.SOFT),
    "declined_hard": _declined(DeclineClass.HARD),
    "declined_authentication": _declined(DeclineClass.AUTHENTICATION),
    "given_up": _moves("subscriptions.Subscription", after="paused", why="unpaid"),
    "answers_lost": _moves("payments.Charge", after=ChargeState.UNKNOWN),
    "crashes": lambda: BillingRun.objects.filter(ended_at=None).count(),
    "dearer_editions": lambda: _dearer().count(),
    "consents": lambda: Agreement.objects.filter(agreed_by=AgreedBy.PAGE).count(),
    "without_consent": lambda: Subscription.objects.filter(parked_why=Parked.PRICE).count(),
    "shortages": Shortage.objects.count,
    "went_without": lambda: Share.objects.filter(is_served=False).count(),
    "shipped": lambda: Shipment.objects.exclude(shipped_at=None).count(),
    "confirmed": lambda: Order.objects.filter(state=OrderState.CONFIRMED).count(),
    "refunds_whole": lambda: Order.objects.filter(state=OrderState.REFUNDED).count(),
    "refunds_of_lines": lambda: Refund.objects.exclude(
        Q(returned=None) | Q(charge__order__state=OrderState.REFUNDED)
    ).count(),
    "refunds_of_vouchers": lambda: VoucherRefund.objects.filter(undone_at=None).count(),
    "refunds_not_taken": lambda: Refund.objects.filter(
        state__in=(RefundState.FAILED, RefundState.OWED, RefundState.REPAID)
    ).count(),
    "withdrawals": lambda: Withdrawal.objects.filter(state=WithdrawalState.GRANTED).count(),
    "disputes_won": lambda: Dispute.objects.filter(state=DisputeState.WON).count(),
    "disputes_lost": lambda: Dispute.objects.filter(state=DisputeState.LOST).count(),
    "redeemed": lambda: Redemption.objects.filter(undone_at=None).count(),
    "let_in_offline": lambda: Scan.objects.filter(is_offline=True, let_in=True).count(),
    "double_uses": Conflict.objects.count,
    "vouchers_expired": _moves("vouchers.Voucher", after=VoucherState.EXPIRED),
    "months_paid_out": PayoutBatch.objects.count,
}  # fmt: skip
"""What may happen in a town, by name."""


def counted() -> dict[str, int]:
    """Everything that happened in the present municipality until now."""
    return {name: count() for name, count in COUNTS.items()}
