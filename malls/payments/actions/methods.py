"""Cards that residents let us keep: added, replaced, removed. Numbers never come here, only tokens."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.actor import Actor
from malls.customers.models import Resident
from malls.payments import hooks
from malls.payments.errors import CardRefused, MethodInUse
from malls.payments.gateways import Declined, Gateway, SavedCard
from malls.payments.models import PaymentMethod
from tenants.schema import current_schema

REASONS = {
    "insufficient_funds": "the balance is too low",
    "expired_card": "the card has expired",
    "incorrect_number": "the card number is wrong",
    "incorrect_cvc": "the security code is wrong",
    "lost_card": "the card was reported lost or stolen",
    "stolen_card": "the card was reported lost or stolen",
    "authentication_required": "the card holder must confirm at the bank first",
    "processing_error": "the card company could not be reached; please try again",
    "no_payment_method": "there is no card",
    "payment_method_unusable": "the card can no longer be used",
    "not_received": "the payment did not reach the card company",
}


def reason_of(code: str) -> str:
    """A decline in words for residents."""
    return _(REASONS.get(code, "the card company declined it"))


def save_method(resident: Resident, token: str, *, gateway: Gateway, at: datetime) -> PaymentMethod:
    """Keep a tokenized card for charges without its holder. The same token again gives back the same card."""
    known = PaymentMethod.objects.filter(resident=resident, method_ref=token, removed_at=None).first()
    if known:
        return known
    customer = _customer_of(resident, gateway)
    saved = gateway.save_method(
        key=f"{current_schema()}:save:{token}:{at:%Y%m%d%H%M%S}", customer=customer, method=token
    )
    if isinstance(saved, Declined):
        raise CardRefused(reason=reason_of(saved.code))
    return _record(resident, customer, saved, at)


def _customer_of(resident: Resident, gateway: Gateway) -> str:
    """The provider's customer; the first card makes one."""
    known = PaymentMethod.objects.filter(resident=resident).values_list("customer_ref", flat=True).first()
    if known:
        return known
    key = f"{current_schema()}:customer:{resident.pk}"
    return gateway.create_customer(key=key, name=str(resident.user), email=resident.user.email)


@transaction.atomic
def _record(resident: Resident, customer: str, saved: SavedCard, at: datetime) -> PaymentMethod:
    """Keep what may be shown. The same card typed twice, or sent twice by a double click, is kept once."""
    Resident.objects.select_for_update().get(pk=resident.pk)
    shown = {"brand": saved.brand, "last4": saved.last4, "exp_month": saved.exp_month, "exp_year": saved.exp_year}
    known = PaymentMethod.objects.filter(resident=resident, removed_at=None, **shown).first()
    return known or PaymentMethod.objects.create(
        resident=resident, customer_ref=customer, method_ref=saved.reference, saved_at=at, **shown
    )


def replace_method(old: PaymentMethod, token: str, *, gateway: Gateway, by: Actor, at: datetime) -> PaymentMethod:
    """Save another card; what was paid with the old one is paid with it from now on."""
    new = save_method(old.resident, token, gateway=gateway, at=at)
    if new.pk == old.pk:
        return new
    with transaction.atomic():
        for hook in hooks.replaced:
            hook(old, new, by, at)
        PaymentMethod.objects.filter(pk=old.pk, removed_at=None).update(removed_at=at)
    gateway.forget_method(old.method_ref)
    return new


def remove_method(method: PaymentMethod, *, gateway: Gateway, at: datetime) -> None:
    """Forget a card, unless something that goes on is paid with it. Removed before: nothing happens."""
    with transaction.atomic():
        locked = PaymentMethod.objects.select_for_update().get(pk=method.pk)
        if locked.removed_at:
            return
        if any(used([locked]) for used in hooks.in_use):
            raise MethodInUse
        PaymentMethod.objects.filter(pk=method.pk).update(removed_at=at)
    gateway.forget_method(method.method_ref)
