"""Signing up, addresses, agreements, leaving."""

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from core.actor import Actor
from malls.customers import leaving
from malls.customers.consents import REQUIRED, VERSION
from malls.customers.errors import AddressInUse, ConsentMissing, EmailTaken
from malls.customers.models import Address, Consent, ConsentKind, Resident
from tenants.people.models import User


def sign_up(email: str, password: str, *, name: str, phone: str, agreed: Collection[str], at: datetime) -> Resident:
    """A new resident with the agreements that were given, each as its own row."""
    if not set(agreed) >= REQUIRED:
        raise ConsentMissing
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, password, first_name=name, phone=phone)
            resident = Resident.objects.create(user=user, joined_at=at)
            Consent.objects.bulk_create(
                Consent(resident=resident, kind=kind, version=VERSION, granted_at=at)
                for kind in ConsentKind.values
                if kind in agreed
            )
    except IntegrityError as error:
        raise EmailTaken from error
    return resident


@transaction.atomic
def save_address(resident: Resident, values: Mapping[str, Any], *, address: Address | None = None) -> Address:
    """Write a new address or change one; the first one, or one asked to be, becomes the default."""
    Resident.objects.select_for_update().get(pk=resident.pk)
    kept = address or Address(resident=resident)
    for name, value in values.items():
        setattr(kept, name, value)
    others = resident.addresses.exclude(pk=kept.pk)
    if not others.filter(is_default=True).exists():
        kept.is_default = True
    elif kept.is_default:
        others.filter(is_default=True).update(is_default=False)
    kept.save()
    return kept


@transaction.atomic
def remove_address(address: Address) -> None:
    """Forget an address; another one becomes the default. Refused while boxes go there."""
    resident = Resident.objects.select_for_update().get(pk=address.resident_id)
    try:
        with transaction.atomic():
            address.delete()
    except ProtectedError as error:
        raise AddressInUse from error
    if not resident.addresses.filter(is_default=True).exists():
        first = resident.addresses.order_by("pk").first()
        if first:
            Address.objects.filter(pk=first.pk).update(is_default=True)


@transaction.atomic
def agree(resident: Resident, kind: ConsentKind, *, at: datetime) -> None:
    """Give an optional agreement; twice is once."""
    Resident.objects.select_for_update().get(pk=resident.pk)
    if not resident.consents.filter(kind=kind, withdrawn_at=None).exists():
        Consent.objects.create(resident=resident, kind=kind, version=VERSION, granted_at=at)


def withdraw_agreement(resident: Resident, kind: ConsentKind, *, at: datetime) -> None:
    """Take an optional agreement back; its row stays as evidence."""
    if kind in REQUIRED:
        raise ConsentMissing
    resident.consents.filter(kind=kind, withdrawn_at=None).update(withdrawn_at=at)


@transaction.atomic
def leave(resident: Resident, *, by: Actor, at: datetime) -> None:
    """Leave the mall: apps do their part, the account closes, names and contacts go; what laws keep stays."""
    resident = Resident.objects.select_for_update().get(pk=resident.pk)
    if resident.left_at:
        return
    leaving.act(resident, by=by, at=at)
    resident.consents.filter(withdrawn_at=None).update(withdrawn_at=at)
    Resident.objects.filter(pk=resident.pk).update(left_at=at)
    user = User.objects.get(pk=resident.user_id)
    user.is_active, user.first_name, user.last_name, user.phone = False, "탈퇴한 회원", "", ""
    user.email = f"left-{user.pk}-{secrets.token_hex(4)}@invalid.example"
    user.set_unusable_password()
    user.save()
