"""Saved methods, charges, refunds, disputes, and what the provider says of them."""

from malls.payments.models.balance import BalanceLine, ComparedDay, Difference, DifferenceCode, DifferenceState
from malls.payments.models.charges import (
    OPEN_CHARGES,
    Charge,
    ChargeState,
    DeclineClass,
)
from malls.payments.models.disputes import OPEN_DISPUTES, Dispute, DisputeState
from malls.payments.models.events import EventRefused, WebhookEvent
from malls.payments.models.methods import NO_EXPIRY_YEAR, CardVisit, PaymentMethod, ProviderAccount, ProviderKind
from malls.payments.models.prepayments import PrepaidPart, Prepayment
from malls.payments.models.refunds import (
    OPEN_WITHDRAWALS,
    Reason,
    Refund,
    RefundRules,
    RefundState,
    Withdrawal,
    WithdrawalState,
)

__all__ = [
    "NO_EXPIRY_YEAR", "OPEN_CHARGES", "OPEN_DISPUTES", "OPEN_WITHDRAWALS", "BalanceLine", "CardVisit", "Charge",
    "ChargeState", "ComparedDay", "DeclineClass", "Difference", "DifferenceCode", "DifferenceState", "Dispute",
    "DisputeState", "EventRefused", "PaymentMethod", "PrepaidPart", "Prepayment", "ProviderAccount", "ProviderKind",
    "Reason", "Refund", "RefundRules", "RefundState", "WebhookEvent", "Withdrawal", "WithdrawalState",
]  # fmt: skip
