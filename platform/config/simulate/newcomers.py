"""Accounts of invented residents."""

from datetime import datetime

from django.contrib.auth.hashers import make_password

from malls.customers.models import Address, Consent, ConsentKind, Resident
from tenants.people.models import User

FAMILY = "김이박최정강조윤장임"
GIVEN = (
    "하늘",
    "서연",
    "지호",
    "은서",
    "도윤",
    "수아",
    "예준",
    "다인",
    "시우",
    "나래",
    "건우",
    "소율",
    "민재",
    "보람",
    "태오",
    "가온",
)
STREETS = ("다달이로", "꾸러미길", "햇살로", "장독길", "느티나무로")


def move_in(slug: str, count: int, *, at: datetime, password: str) -> list[Resident]:
    """`count` residents with an address and their consents; log-ins go on from `resident1@{slug}.example`."""
    first = Resident.objects.count() + 1
    hashed = make_password(password)
    users = User.objects.bulk_create(_user(slug, number, hashed) for number in range(first, first + count))
    residents = Resident.objects.bulk_create(Resident(user=user, joined_at=at) for user in users)
    Address.objects.bulk_create(_address(one, number) for number, one in enumerate(residents, first))
    Consent.objects.bulk_create(
        Consent(resident=one, kind=kind, version="1", granted_at=at)
        for one in residents
        for kind in (ConsentKind.TERMS, ConsentKind.PRIVACY, ConsentKind.AGE)
    )
    return residents


def _user(slug: str, number: int, hashed: str) -> User:
    return User(
        email=f"resident{number}@{slug}.example",
        last_name=FAMILY[number % len(FAMILY)],
        first_name=GIVEN[number * 7 % len(GIVEN)],
        phone=f"010-0000-{number % 10_000:04}",
        password=hashed,
    )


def _address(resident: Resident, number: int) -> Address:
    return Address(
        resident=resident,
        label="집",
        recipient=str(resident.user),
        phone=resident.user.phone,
        postcode="00000",
        line1=f"데모시 {STREETS[number % len(STREETS)]} {number % 90 + 1}",
        line2=f"{number % 9 + 1}0{number % 7 + 1}호",
        is_default=True,
    )
