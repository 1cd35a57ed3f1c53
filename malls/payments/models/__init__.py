"""Saved methods, charges, refunds, disputes, and what the provider says of them."""

from malls.payments.models.balance import BalanceLine, ComparedDay, Difference, DifferenceCode, DifferenceState
from malls.payments.models.charges import (
    OPEN_CHARGES,
    Charge,
    ChargeState,
    DeclineClass,
    PaymentMethod,
    ProviderAccount,
    WebhookEvent,
)
from malls.payments.models.disputes import OPEN_DISPUTES, Dispute, DisputeState
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
    "OPEN_CHARGES", "OPEN_DISPUTES", "OPEN_WITHDRAWALS", "BalanceLine", "Charge", "ChargeState", "ComparedDay",
    "DeclineClass", "Difference", "DifferenceCode", "DifferenceState", "Dispute", "DisputeState", "PaymentMethod",
    "PrepaidPart", "Prepayment", "ProviderAccount", "Reason", "Refund", "RefundRules", "RefundState", "WebhookEvent",
    "Withdrawal", "WithdrawalState",
]  # fmt: skip
