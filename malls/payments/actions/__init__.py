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
from malls.payments.actions.refunding import (
    plan_refund,
    record_refund,
    refund_order,
    repay_refund,
    reserve_amount,
    reserve_refund,
    send_refund,
    settle_refunds,
)
from malls.payments.actions.withdrawing import (
    ask_withdrawal,
    choice_of,
    facts_of,
    grant_withdrawal,
    may_void,
    propose_refund,
    refund_rules,
    reject_withdrawal,
    set_refund_rules,
    take_back_withdrawal,
    void_order,
)

__all__ = [
    "ask", "ask_withdrawal", "charge_orders", "choice_of", "facts_of", "grant_withdrawal", "may_void",
    "plan_refund", "process_events", "propose_refund", "reason_of", "receive_event", "record_outcomes",
    "record_refund", "refund_order", "refund_rules", "reject_withdrawal", "remove_method", "repay_refund",
    "replace_method", "reserve_amount", "reserve_charges", "reserve_refund", "save_method", "send_refund",
    "set_refund_rules", "settle_charges", "settle_refunds", "settle_unknown", "take_back_withdrawal", "void_order",
    "withdraw_charges",
]  # fmt: skip
