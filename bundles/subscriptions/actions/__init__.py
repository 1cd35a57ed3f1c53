"""The verbs of subscriptions, by family: joining, cycles, skipping, changing, leaving, undoing; and previews."""

from bundles.subscriptions.actions.changing import (
    change_address,
    change_box_address,
    change_box_wish,
    change_method,
    change_plan,
    change_quantity,
    change_wish,
    choose_renewal,
)
from bundles.subscriptions.actions.consenting import Rise, agree_to_price, rise_of
from bundles.subscriptions.actions.cycles import count_subscribers, ensure_cycles
from bundles.subscriptions.actions.days import keep_days
from bundles.subscriptions.actions.giving import change_gift_address, give
from bundles.subscriptions.actions.joining import subscribe
from bundles.subscriptions.actions.leaving import (
    cancel_subscription,
    cancellation_of,
    leave_at_end,
    take_back_cancellation,
)
from bundles.subscriptions.actions.prepaid import settle_left
from bundles.subscriptions.actions.previewing import Preview, preview
from bundles.subscriptions.actions.skipping import (
    pause_days,
    pause_subscription,
    resume_due,
    resume_subscription,
    skip_cycle,
    unskip_cycle,
)
from bundles.subscriptions.actions.terms import end_terms, renew_terms
from bundles.subscriptions.actions.undoing import undo_change, undoable

__all__ = [
    "Preview",
    "Rise",
    "agree_to_price",
    "cancel_subscription",
    "cancellation_of",
    "change_address",
    "change_box_address",
    "change_box_wish",
    "change_gift_address",
    "change_method",
    "change_plan",
    "change_quantity",
    "change_wish",
    "choose_renewal",
    "count_subscribers",
    "end_terms",
    "ensure_cycles",
    "give",
    "keep_days",
    "leave_at_end",
    "pause_days",
    "pause_subscription",
    "preview",
    "renew_terms",
    "resume_due",
    "resume_subscription",
    "rise_of",
    "settle_left",
    "skip_cycle",
    "subscribe",
    "take_back_cancellation",
    "undo_change",
    "undoable",
    "unskip_cycle",
]  # fmt: skip
