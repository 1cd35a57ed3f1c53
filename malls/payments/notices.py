"""Residents are told that their money came back."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from malls.notices.kinds import Facts, Form, Kind, Variable
from malls.payments.models import Refund, RefundState

REFUNDED = "refunded"


def given_back(at: datetime) -> QuerySet[Refund]:  # noqa: ARG001  a kind's shape
    """Refunds that the provider carried out."""
    return Refund.objects.filter(state=RefundState.SUCCEEDED).select_related("charge__order", "charge__method")


def refunded(refunds: Sequence[Refund], at: datetime) -> Mapping[int, Facts]:  # noqa: ARG001  a kind's shape
    """How much, of what, to which card."""
    return {
        refund.pk: {
            "order": refund.charge.order.title,
            "amount": refund.amount,
            "card": str(refund.charge.method or _("the card")),
            "link": reverse("my-order", args=[refund.charge.order.number]),
        }
        for refund in refunds
    }


KINDS = (
    Kind(
        REFUNDED, gettext_lazy("money given back"), given_back, "charge__order__resident", refunded,
        (
            Variable("order", gettext_lazy("title of the order"), "첫 장독 상자, 2회차"),
            Variable("amount", gettext_lazy("amount"), 33_000, Form.WON, is_needed=True),
            Variable("card", gettext_lazy("card"), "visa •••• 4242"),
            Variable("link", gettext_lazy("page of the order"), "/my/orders/1/", Form.LINK),
        ),
        gettext_lazy("{{amount}} was given back"),
        gettext_lazy(
            "{{name}}, {{amount}} of {{order}} was given back to {{card}}."
            " Your card company shows it within a few working days.\n\n{{link}}"
        ),
    ),
)  # fmt: skip
