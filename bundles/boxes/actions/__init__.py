"""What is done to boxes."""

from bundles.boxes.actions.answering import answer_question, change_policy
from bundles.boxes.actions.choosing import choose_swap, name_of, set_extra, undo_swap
from bundles.boxes.actions.foreseeing import foresee
from bundles.boxes.actions.opening import open_boxes
from bundles.boxes.actions.ruling import allow_swap, limit_swaps, withdraw_swap
from bundles.boxes.actions.sharing import SERVED, change_shares, reopen_shortage

__all__ = [
    "SERVED",
    "allow_swap",
    "answer_question",
    "change_policy",
    "change_shares",
    "choose_swap",
    "foresee",
    "limit_swaps",
    "name_of",
    "open_boxes",
    "reopen_shortage",
    "set_extra",
    "undo_swap",
    "withdraw_swap",
]
