"""The verbs of payments, by family."""

from malls.payments.actions.charging import (
    ask,
    charge_orders,
    record_outcomes,
    reserve_charges,
    settle_charges,
    settle_unknown,
    withdraw_charges,
)
from malls.payments.actions.events import process_events, receive_event
from malls.payments.actions.methods import reason_of, remove_method, replace_method, save_method
from malls.payments.actions.refunding import refund_order, settle_refunds

__all__ = [
    "ask", "charge_orders", "process_events",
    "reason_of", "receive_event", "record_outcomes", "refund_order", "remove_method",
    "replace_method", "reserve_charges", "save_method", "settle_charges", "settle_refunds", "settle_unknown",
    "withdraw_charges",
]  # fmt: skip
