"""The verbs of subscriptions, by family: joining, cycles, changing, leaving."""

from bundles.subscriptions.actions.changing import (
    agree_to_price,
    change_address,
    change_method,
    pause_subscription,
    resume_due,
    resume_subscription,
    skip_cycle,
    unskip_cycle,
)
from bundles.subscriptions.actions.cycles import count_subscribers, end_terms, ensure_cycles
from bundles.subscriptions.actions.joining import subscribe
from bundles.subscriptions.actions.leaving import cancel_subscription, take_back_cancellation

__all__ = [
    "agree_to_price", "cancel_subscription", "change_address", "change_method", "count_subscribers", "end_terms",
    "ensure_cycles", "pause_subscription", "resume_due", "resume_subscription", "skip_cycle", "subscribe",
    "take_back_cancellation", "unskip_cycle",
]  # fmt: skip
