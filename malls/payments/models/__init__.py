"""Saved methods, charges, refunds, disputes, and what the provider says of them."""

from malls.payments.models.charges import (
    OPEN_CHARGES,
    Charge,
    ChargeState,
    DeclineClass,
    PaymentMethod,
    ProviderAccount,
    WebhookEvent,
)
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
    "OPEN_CHARGES", "OPEN_WITHDRAWALS", "Charge", "ChargeState", "DeclineClass", "PaymentMethod", "ProviderAccount",
    "Reason", "Refund", "RefundRules", "RefundState", "WebhookEvent", "Withdrawal", "WithdrawalState",
]  # fmt: skip
