"""The verbs of payments, by family."""

from malls.payments.actions.asking import ask
from malls.payments.actions.charging import (
    charge_orders,
    confirm_charge,
    record_outcomes,
    reserve_charges,
    settle_charges,
    settle_unknown,
    take_up_again,
    withdraw_charges,
)
from malls.payments.actions.comparing import compare_day, compare_due, explain_difference
from malls.payments.actions.disputing import accept_dispute, answer_dispute, record_dispute, settle_disputes
from malls.payments.actions.events import process_events, receive_event, retry_event
from malls.payments.actions.methods import reason_of, remove_method, replace_method, save_method
from malls.payments.actions.prepaying import (
    cover_orders,
    end_prepayment,
    free_parts,
    is_contested,
    open_prepayments,
    rest_of_prepayment,
    returnable_rest,
)
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
from malls.payments.actions.visiting import finish_visit, open_visit
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
    "accept_dispute", "answer_dispute", "ask", "ask_withdrawal", "charge_orders", "choice_of", "compare_day",
    "compare_due", "confirm_charge", "cover_orders", "end_prepayment", "explain_difference", "facts_of",
    "finish_visit", "free_parts", "grant_withdrawal", "is_contested", "may_void", "open_prepayments", "open_visit",
    "plan_refund", "process_events", "propose_refund", "reason_of", "receive_event", "record_dispute",
    "record_outcomes", "record_refund", "refund_order", "refund_rules", "reject_withdrawal", "remove_method",
    "repay_refund", "replace_method", "reserve_amount", "reserve_charges", "reserve_refund", "rest_of_prepayment",
    "retry_event", "returnable_rest", "save_method", "send_refund", "set_refund_rules", "settle_charges",
    "settle_disputes", "settle_refunds", "settle_unknown", "take_back_withdrawal", "take_up_again", "void_order",
    "withdraw_charges",
]  # fmt: skip
