"""The sentences that the player says by itself, for the player's page."""

from typing import Any

from django.utils.translation import gettext as _


def player_words() -> dict[str, Any]:
    """Sentences by name; `eyebrows` stand above scenes that bring none of their own."""
    return {
        "won": _("won"),
        "price_hidden": _("Please see today's price by the QR code."),
        "scan": _("See it on your phone"),
        "left": _("Last %s"),
        "sold_out": _("Sold out for now"),
        "eyebrows": {
            "bundle": _("Subscription bundle"),
            "product": _("Product"),
            "story": _("A shop's story"),
            "notice": _("Notice"),
            "ranking": _("Ranking"),
            "numbers": "",
            "message": "",
            "picture": _("Picture"),
        },
    }
