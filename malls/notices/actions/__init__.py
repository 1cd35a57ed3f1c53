"""The verbs of notices, by family: noting, sending, wording, choosing."""

from malls.notices.actions.choosing import choose_way, forget_addresses
from malls.notices.actions.noting import find_notices, note
from malls.notices.actions.sending import send_again, send_failed_again, send_notices
from malls.notices.actions.wording import reset_wording, save_account, save_wording

__all__ = [
    "choose_way", "find_notices", "forget_addresses", "note", "reset_wording", "save_account", "save_wording",
    "send_again", "send_failed_again", "send_notices",
]  # fmt: skip
