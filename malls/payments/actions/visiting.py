"""Visits to the provider's own card page: there and back. What the browser brings is asked about, never believed."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from core.actor import Actor
from malls.customers.models import Resident
from malls.payments.actions.methods import customer_of, keep, reason_of, take_over
from malls.payments.errors import CardRefused, VisitOver
from malls.payments.gateways import Declined, Gateway
from malls.payments.models import CardVisit, PaymentMethod
from tenants.schema import current_schema

GOOD_FOR = timedelta(hours=24)


def open_visit(
    resident: Resident,
    *,
    back: str,
    gateway: Gateway,
    at: datetime,
    replaces: PaymentMethod | None = None,
    goes_to: str = "",
) -> str:
    """Begin a visit; the address of the provider's page. `back` is our address, `{token}` in it names the visit."""
    visit = CardVisit.objects.create(
        resident=resident,
        token=secrets.token_urlsafe(24),
        customer_ref=customer_of(resident, gateway),
        replaces=replaces,
        goes_to=goes_to[:500],
        opened_at=at,
    )
    page = gateway.open_card_page(
        key=f"{current_schema()}:visit:{visit.token}", customer=visit.customer_ref, back=back.format(token=visit.token)
    )
    CardVisit.objects.filter(pk=visit.pk).update(page_ref=page.reference)
    return page.url


def finish_visit(
    visit: CardVisit, answers: Mapping[str, str], *, gateway: Gateway, by: Actor, at: datetime
) -> PaymentMethod | None:
    """The card of a visit, told by the provider itself; None when the resident came back without one.

    Coming back twice gives the same card. A card that is replaced stops paying in the same transaction.
    """
    if visit.method:
        return visit.method
    if at - visit.opened_at > GOOD_FOR:
        raise VisitOver
    key = f"{current_schema()}:visit:{visit.token}:card"
    saved = gateway.read_card_page(key=key, customer=visit.customer_ref, reference=visit.page_ref, answers=answers)
    if saved is None:
        return None
    if isinstance(saved, Declined):
        raise CardRefused(reason=reason_of(saved.code))
    with transaction.atomic():
        locked = CardVisit.objects.select_for_update(of=("self",)).select_related("method", "replaces").get(pk=visit.pk)
        if locked.method:
            return locked.method
        method = keep(visit.resident, visit.customer_ref, saved, at, instead=locked.replaces)
        is_another = locked.replaces is not None and take_over(locked.replaces, method, by=by, at=at)
        CardVisit.objects.filter(pk=visit.pk).update(method=method, finished_at=at)
    if is_another and locked.replaces:
        gateway.forget_method(locked.replaces.method_ref)
    return method
