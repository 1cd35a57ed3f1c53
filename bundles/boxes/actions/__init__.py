"""What is done to boxes."""

from bundles.boxes.actions.answering import answer_question, change_policy
from bundles.boxes.actions.choosing import choose_swap, name_of, set_extra, undo_swap
from bundles.boxes.actions.foreseeing import foresee
from bundles.boxes.actions.opening import open_boxes
from bundles.boxes.actions.sharing import change_shares, confirm_shortage, reopen_shortage
from bundles.boxes.actions.telling import tell_shares

__all__ = [
    "answer_question",
    "change_policy",
    "change_shares",
    "choose_swap",
    "confirm_shortage",
    "foresee",
    "name_of",
    "open_boxes",
    "reopen_shortage",
    "set_extra",
    "tell_shares",
    "undo_swap",
]
