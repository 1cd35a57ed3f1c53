"""Words of disputes in templates."""

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

register = template.Library()

# The card networks' groups of reasons, as the provider names them.
REASONS: dict[str, Any] = {
    "bank_cannot_process": _("the bank cannot process it"),
    "check_returned": _("the bank returned it"),
    "credit_not_processed": _("a promised refund did not come"),
    "customer_initiated": _("the card holder asked the bank"),
    "debit_not_authorized": _("the debit was not authorized"),
    "duplicate": _("charged twice"),
    "fraudulent": _("the card holder says it was not them"),
    "general": _("no particular reason"),
    "incorrect_account_details": _("the account's details are wrong"),
    "insufficient_funds": _("the account was not covered"),
    "product_not_received": _("the goods did not arrive"),
    "product_unacceptable": _("the goods were damaged or other than shown"),
    "subscription_canceled": _("the subscription had been canceled"),
    "unrecognized": _("the card holder does not recognize it"),
}


@register.filter
def dispute_reason(code: str) -> Any:
    """A dispute's reason in words; a code that we do not know stays as it is."""
    return REASONS.get(code, code)
