"""What support does for residents, as staff read it; residents are asked in questions of their own."""

from typing import Any

from django.utils.translation import gettext_lazy as _

ACTS: dict[str, Any] = {
    "pause": _("Pause the subscription"),
    "resume": _("Resume the subscription"),
    "plan": _("Change how often"),
    "quantity": _("Change the quantity"),
    "address": _("Change the address"),
    "request": _("Change the delivery request"),
    "card": _("Change the card"),
    "renewal": _("Decide what follows the term"),
    "cancel": _("Cancel the subscription"),
    "take-back": _("Take the cancellation back"),
    "undo": _("Undo the last change"),
    "skip": _("Skip this box"),
    "unskip": _("Receive this box after all"),
    "box-address": _("Send this box elsewhere"),
    "box-request": _("Change this box's delivery request"),
}
