"""The provider's own list of money against ours, thing by thing, in both directions."""

from collections import Counter
from datetime import date, timedelta

from django.db.models import Count

from core.clock import kst_midnight, now
from malls.payments.gateways import Gateway
from malls.payments.models import Charge, ChargeState, Difference, DifferenceState, Dispute, Refund, RefundState

GONE_BACK = (RefundState.PENDING, RefundState.SUCCEEDED)
BEGINNING = kst_midnight(date(2020, 1, 1))


def differences(gateway: Gateway, since: date) -> list[str]:
    """One sentence for each charge, refund or dispute whose won differ, and for each order that was charged twice.

    Besides for what the daily comparisons of the days from `since` on found.
    """
    ours, theirs = _ours(), _theirs(gateway)
    found = [
        f"{subject}: {ours[subject]} won here, {theirs[subject]} won there"
        for subject in sorted(ours.keys() | theirs.keys())
        if ours[subject] != theirs[subject]
    ]
    paid = Charge.objects.filter(state=ChargeState.SUCCEEDED).order_by().values("order")
    twice = paid.annotate(n=Count("pk")).filter(n__gt=1).values_list("order", flat=True)
    found += [f"order {order} was charged more than once" for order in twice]
    compared = Difference.objects.filter(state=DifferenceState.OPEN, compared__day__gte=since)
    return found + [
        f"{one.compared.day}, {one.subject}: {one.here} won here, {one.there} won there"
        for one in compared.select_related("compared").order_by("compared__day", "subject")
    ]


def _theirs(gateway: Gateway) -> Counter[str]:
    """Won by what moved them, from the balance report; a refund that failed adds up to nothing."""
    sums: Counter[str] = Counter()
    for item in gateway.balance_lines(BEGINNING, now() + timedelta(days=1)):
        sums[f"{item.kind}:{item.subject}"] += item.amount
    return sums


def _ours() -> Counter[str]:
    """The same from our rows."""
    sums: Counter[str] = Counter()
    charges = Charge.objects.filter(state=ChargeState.SUCCEEDED)
    for reference, amount in charges.values_list("provider_ref", "amount").iterator():
        sums[f"charge:{reference}"] += amount
    for reference, amount in Refund.objects.filter(state__in=GONE_BACK).values_list("provider_ref", "amount"):
        sums[f"refund:{reference}"] -= amount
    for reference, amount in Dispute.objects.values_list("provider_ref", "withdrawn"):
        sums[f"dispute:{reference}"] -= amount
    return sums
