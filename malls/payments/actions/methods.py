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
    customer = customer_of(resident, gateway)
    saved = gateway.save_method(
        key=f"{current_schema()}:save:{token}:{at:%Y%m%d%H%M%S}", customer=customer, method=token
    )
    if isinstance(saved, Declined):
        raise CardRefused(reason=reason_of(saved.code))
    return keep(resident, customer, saved, at)


def customer_of(resident: Resident, gateway: Gateway) -> str:
    """The provider's customer; the first card makes one."""
    known = PaymentMethod.objects.filter(resident=resident).values_list("customer_ref", flat=True).first()
    if known:
        return known
    key = f"{current_schema()}:customer:{resident.pk}"
    return gateway.create_customer(key=key, name=str(resident.user), email=resident.user.email)


@transaction.atomic
def keep(
    resident: Resident, customer: str, saved: SavedCard, at: datetime, *, instead: PaymentMethod | None = None
) -> PaymentMethod:
    """Keep what may be shown. The same card typed twice, or sent twice by a double click, is kept once.

    A card that stands `instead` of another one is a row of its own, also when it shows the same digits.
    """
    Resident.objects.select_for_update().get(pk=resident.pk)
    shown = {"brand": saved.brand, "last4": saved.last4, "exp_month": saved.exp_month, "exp_year": saved.exp_year}
    mine = PaymentMethod.objects.filter(resident=resident, removed_at=None)
    known = mine.filter(method_ref=saved.reference).first()
    if known is None and instead is None:
        known = mine.filter(**shown).first()
    return known or PaymentMethod.objects.create(
        resident=resident, customer_ref=customer, method_ref=saved.reference, saved_at=at, **shown
    )


@transaction.atomic
def take_over(old: PaymentMethod, new: PaymentMethod, *, by: Actor, at: datetime) -> bool:
    """What was paid with the old card is paid with the new one; whether there is an old one to forget now."""
    if new.pk == old.pk or PaymentMethod.objects.select_for_update().get(pk=old.pk).removed_at:
        return False
    for hook in hooks.replaced:
        hook(old, new, by, at)
    PaymentMethod.objects.filter(pk=old.pk).update(removed_at=at)
    return True


def replace_method(old: PaymentMethod, token: str, *, gateway: Gateway, by: Actor, at: datetime) -> PaymentMethod:
    """Save another card; what was paid with the old one is paid with it from now on."""
    new = save_method(old.resident, token, gateway=gateway, at=at)
    if take_over(old, new, by=by, at=at):
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
