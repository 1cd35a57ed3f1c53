"""Demo log-ins, one for each duty and kind of user."""

from datetime import datetime

from bundles.vouchers.models import Partner, PartnerMember
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from malls.customers.models import Address, Consent, ConsentKind, Resident
from malls.merchants.models import Merchant, MerchantMember
from tenants.people.duties import Duty
from tenants.people.models import User

from config.demo.content import PASSWORD, Town

STAFF = {
    "manager": Duty.MANAGER, "merchants": Duty.ONBOARDING, "bundles": Duty.BUNDLES, "finance": Duty.FINANCE,
    "approver": Duty.APPROVER, "payer": Duty.PAYER, "showroom": Duty.SHOWROOM, "support": Duty.SUPPORT,
    "auditor": Duty.AUDITOR,
}  # fmt: skip
FAMILY = "김이박최정강조윤장임"
GIVEN = ("하늘", "서연", "지호", "은서", "도윤", "수아", "예준", "다인", "시우", "나래", "건우", "소율", "민재", "보람", "태오", "가온")
STREETS = ("다달이로", "꾸러미길", "햇살로", "장독길", "느티나무로")


def hire(town: Town) -> dict[str, User]:
    """Staff by their log-in name."""
    hashed = make_password(PASSWORD)
    staff = {}
    for name, duty in STAFF.items():
        user = User(email=f"{name}@{town.slug}.example", first_name=f"데모 {duty.split(' ')[0]}", is_staff=True, password=hashed)
        user.save()
        user.groups.add(Group.objects.get(name=duty))
        staff[name] = user
    return staff


def name_members(town: Town) -> None:
    """The first merchant's and the first partner's person."""
    hashed = make_password(PASSWORD)
    merchant = Merchant.objects.filter(business_no=town.content["bundles"][0]["components"][0]["merchant_business_no"]).get()
    partner = Partner.objects.order_by("pk").first()
    for email, make in (("merchant1", MerchantMember(merchant=merchant)), ("partner1", PartnerMember(partner=partner))):
        user = User(email=f"{email}@{town.slug}.example", first_name="데모", password=hashed)
        user.save()
        make.user = user
        make.save()


def move_in(town: Town, count: int, *, at: datetime, start: int = 1) -> list[Resident]:
    """`count` residents with an address and their consents; log-ins `resident1@` and on."""
    hashed = make_password(PASSWORD)
    users = User.objects.bulk_create(
        User(
            email=f"resident{number}@{town.slug}.example",
            last_name=FAMILY[number % len(FAMILY)],
            first_name=GIVEN[number * 7 % len(GIVEN)],
            phone=f"010-0000-{number:04}",
            password=hashed,
        )
        for number in range(start, start + count)
    )
    residents = Resident.objects.bulk_create(Resident(user=user, joined_at=at) for user in users)
    Address.objects.bulk_create(
        Address(
            resident=one,
            label="집",
            recipient=str(one.user),
            phone=one.user.phone,
            postcode="00000",
            line1=f"데모시 {STREETS[number % len(STREETS)]} {number % 90 + 1}",
            line2=f"{number % 9 + 1}0{number % 7 + 1}호",
            is_default=True,
        )
        for number, one in enumerate(residents, start)
    )
    Consent.objects.bulk_create(
        Consent(resident=one, kind=kind, version="1", granted_at=at)
        for one in residents
        for kind in (ConsentKind.TERMS, ConsentKind.PRIVACY, ConsentKind.AGE)
    )
    return residents
