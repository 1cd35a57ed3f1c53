"""The provider's own list against our books, both ways. Differences are shown, never forced away."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from malls.payments.gateways import Gateway, ProviderPayment
from malls.payments.models import Charge, ChargeState

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Difference:
    """One payment that does not stand alike in both lists."""

    code: str
    """missing_here, missing_there, amount, twice."""
    key: str
    here: int
    there: int


def reconcile(gateway: Gateway, since: datetime, until: datetime) -> list[Difference]:
    """Compare succeeded payments of a time span by our key; an empty list is the only good answer."""
    theirs: dict[str, list[ProviderPayment]] = {}
    for payment in gateway.payments(since - DAY, until + DAY):
        if payment.succeeded:
            theirs.setdefault(payment.key, []).append(payment)
    ours = _succeeded(since - DAY, until + DAY)
    return list(_differences(theirs, ours, since, until))


def _succeeded(since: datetime, until: datetime) -> dict[str, Charge]:
    rows = Charge.objects.filter(state=ChargeState.SUCCEEDED, asked_at__gte=since, asked_at__lt=until)
    return {charge.key: charge for charge in rows.only("key", "amount", "asked_at")}


def _differences(
    theirs: dict[str, list[ProviderPayment]], ours: dict[str, Charge], since: datetime, until: datetime
) -> Iterator[Difference]:
    for key, payments in theirs.items():
        there = sum(payment.amount for payment in payments)
        if len(payments) > 1:
            yield Difference("twice", key, ours[key].amount if key in ours else 0, there)
        elif key not in ours and since <= payments[0].created < until:
            yield Difference("missing_here", key, 0, there)
        elif key in ours and ours[key].amount != there:
            yield Difference("amount", key, ours[key].amount, there)
    for key, charge in ours.items():
        if key not in theirs and charge.asked_at and since <= charge.asked_at < until:
            yield Difference("missing_there", key, charge.amount, 0)
