"""Demo log-ins, one for each duty and kind of user."""

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from bundles.vouchers.models import Partner, PartnerMember
from config.demo.content import PASSWORD, Town
from malls.merchants.models import Merchant, MerchantMember
from tenants.people.duties import Duty
from tenants.people.models import User

STAFF = {
    "manager": Duty.MANAGER, "merchants": Duty.ONBOARDING, "bundles": Duty.BUNDLES, "finance": Duty.FINANCE,
    "approver": Duty.APPROVER, "payer": Duty.PAYER, "showroom": Duty.SHOWROOM, "support": Duty.SUPPORT,
    "auditor": Duty.AUDITOR,
}  # fmt: skip


def hire(town: Town) -> dict[str, User]:
    """Staff by their log-in name."""
    hashed = make_password(PASSWORD)
    staff = {}
    for name, duty in STAFF.items():
        user = User(
            email=f"{name}@{town.slug}.example",
            first_name=f"데모 {duty.replace(' 담당', '').partition('(')[0]}",
            is_staff=True,
            password=hashed,
        )
        user.save()
        user.groups.add(Group.objects.get(name=duty))
        staff[name] = user
    return staff


def name_members(town: Town) -> None:
    """The first merchant's and the first partner's person."""
    hashed = make_password(PASSWORD)
    merchant = Merchant.objects.filter(
        business_no=town.content["bundles"][0]["components"][0]["merchant_business_no"]
    ).get()
    partner = Partner.objects.order_by("pk").first()
    for email, make in (("merchant1", MerchantMember(merchant=merchant)), ("partner1", PartnerMember(partner=partner))):
        user = User(email=f"{email}@{town.slug}.example", first_name="데모", password=hashed)
        user.save()
        make.user = user
        make.save()
