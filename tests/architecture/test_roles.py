"""Role × address × method, from the resolver: an address without an entry here fails."""

import re

import pytest

from bundles.vouchers.models import Voucher
from malls.orders.models import Order
from tenants.municipalities.door import inside_slug
from tenants.people.duties import Duty
from tenants.people.models import User
from tests.architecture.urls import filled, patterns
from tests.conftest import MallClient
from tests.factories.town import live_a_month, small_town, staff

EVERYONE = frozenset({"anonymous", "resident", "seller", "gate", "manager"})
RESIDENT, SELLER, GATE = frozenset({"resident"}), frozenset({"seller"}), frozenset({"gate"})
MEMBERS = EVERYONE - {"anonymous"}
ACCESS = {
    r"\^\(\(": EVERYONE,  # Wagtail's public pages
    r"_util/": EVERYONE,
    r"art/|theme\.css|favicon|media/": EVERYONE,
    r"(bundles/<slug:slug>/|subscriptions/|products/.*|search/)$": EVERYONE,
    r"bundles/<slug:slug>/(subscribe|gift)/": RESIDENT,
    r"login/|logout/|signup/|password/|invitation/": EVERYONE,
    r"second-factor/": MEMBERS,
    r"my/": RESIDENT,
    r"merchant/": SELLER,
    r"redeem/(gate/|gate\.webmanifest|sw\.js|pair/|list/|scans/)": EVERYONE,  # a device shows its token
    r"redeem/($|gates/|today/|history/|payments/|<int:pk>/)": GATE,
    r"s/|showroom/": EVERYONE,  # a device shows its token; without one it gets the pairing page
    r"statements/check/": EVERYONE,  # by number and hash
    r"links/": EVERYONE,  # by signature
    r"webhooks/": EVERYONE,  # by signature
}
LEAVING = ("logout", "account/leave")
NO = {302, 401, 403, 404, 405, 410}

# First part of a CMS address → the duties that may open its list.
ALL = frozenset(Duty)
M, ON, B, F, A, P, SH, SU, AU = Duty
CMS = {
    "onboarding": {M, ON},
    "notices": {M, SU, AU},
    "wordings": {M, AU},
    "message-account": {M},
    "orders": {M, F, SU, AU},
    "refunds": {M, F, SU, AU},
    "disputes": {M, F, SU, AU},
    "comparison": {M, F, SU, AU},
    "provider-messages": {M, F, SU, AU},
    "shipping": {M, SU, AU},
    "payment-account": {M},
    "settlement": {M, F, A, P, AU},
    "payees": {M, F, A, P, AU},
    "settlement_terms": {M, F, A, P, AU},
    "bank_file_templates": {M, F, A, P, AU},
    "displays": {M, SH, AU},
    "snippets/merchants/merchant": {M, ON, B, F, AU},
    "boxes": {M, B, SU, AU},
    "snippets/boxes/addon": {M, B, SU, AU},
    "snippets/catalog/product": {M, ON, B, AU},
    "snippets/catalog/category": {M, ON, B, AU},
    "snippets/plans/bundle": {M, B, AU},
    "snippets/plans/edition": {M, B, AU},
    "snippets/plans/mallday": {M, B, AU},
    "snippets/playlists/playlist": {M, SH, AU},
    "snippets/subscriptions/subscription": {M, B, SU, AU},
    "billing-desk": {M, AU},
    "snippets/billing/billingrun": {M, AU},
    "snippets/gates/gate": {M, B, SU, AU},
    "snippets/gates/scan": {M, B, SU, AU},
    "snippets/gates/conflict": {M, B, F, SU, AU},
    "snippets/vouchers/partner": {M, B, SU, AU},
    "snippets/vouchers/voucher": {M, B, SU, AU},
    "snippets/vouchers/vouchertype": {M, B, SU, AU},
    "staff": {M, AU},
    "first-week": set(),  # answers with the first page
    "people/access": {M, AU},
    "people/rights": {M, AU},
}
WAGTAIL = [
    "account",
    "api",
    "block-preview",
    "bulk",
    "choose-external-link",
    "choose-email-link",
    "choose-anchor-link",
    "choose-phone-link",
    "choose-page",
    "collections",
    "dismissibles",
    "documents",
    "editing-sessions",
    "embeds",
    "failwhale",
    "groups",
    "images",
    "jsi18n",
    "locale",
    "login",
    "logout",
    "pages",
    "password_reset",
    "redirects",
    "reference-index",
    "reports",
    "settings",
    "shell",
    "sites",
    "snippets/choose",
    "snippets/",
    "sprite",
    "tag-autocomplete",
    "tasks",
    "test404",
    "users",
    "userbar",
    "workflows",
    "generic",
    "upgrade_notification",
    "colour",
    "icons",
]


@pytest.fixture
def town(sunchang):
    found = small_town("ROLES")
    live_a_month(found)
    return found


def test_every_address_has_an_entry():
    mine = [one for one in patterns() if not one.startswith("cms/")]
    assert [one for one in mine if _allowed(one) is None] == []
    assert {one for one in _cms_parts() if one not in CMS and not one.startswith(tuple(WAGTAIL))} == set()


@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_each_role_opens_what_is_its_own(town, role):
    values = {"code": Voucher.objects.get().code, "number": Order.objects.get().number, "slug": "bundle"}
    paths = {
        one: filled(one, values)
        for one in patterns()
        if not one.startswith("cms/") and not any(word in one for word in LEAVING)
    }
    client = MallClient("sunchang.localhost")
    client.raise_request_exception = False
    if role != "anonymous":
        client.force_login(User.objects.get(email=f"{role}@roles.example"))
    wrong = []
    for pattern, path in paths.items():
        mine = role in (_allowed(pattern) or ())
        for method in (client.get, client.post):
            answer = method(path)
            to_login = answer.status_code == 302 and answer["Location"].startswith("/login/")
            if answer.status_code >= 500 or (not mine and answer.status_code not in NO) or (mine and to_login):
                wrong.append((method.__name__, path, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("role", ["anonymous", "resident", "seller", "gate"])
def test_the_cms_is_for_staff(town, role):
    client = MallClient("sunchang.localhost")
    if role != "anonymous":
        client.force_login(User.objects.get(email=f"{role}@roles.example"))
    free = ("login", "password_reset", "jsi18n", "logout", "sprite")
    paths = [filled(one, {}) for one in patterns() if one.startswith("cms/") and not any(word in one for word in free)]
    opened = [path for path in paths if client.get(path).status_code not in NO]
    assert opened == []


@pytest.mark.parametrize("duty", list(Duty), ids=lambda duty: duty.name)
def test_each_duty_opens_its_lists_and_no_other(sunchang, duty):
    client = MallClient("sunchang.localhost")
    client.raise_request_exception = False
    client.force_login(staff("clerk", "DUTY", duty))
    opened = {part for part in CMS if client.get(f"/cms/{part}/").status_code == 200}
    assert opened == {part for part, duties in CMS.items() if duty in duties}
    assert client.get("/cms/").status_code == 200


def test_a_session_ends_with_the_account(town):
    client = MallClient("sunchang.localhost")
    client.force_login(town.manager)
    assert client.get("/cms/").status_code == 200
    User.objects.filter(pk=town.manager.pk).update(is_active=False)
    assert client.get("/cms/").status_code == 302


def test_boseong_staff_are_nobody_here(town, boseong):
    with inside_slug("boseong"):
        assert User.objects.filter(email="manager@roles.example").count() == 0


def _allowed(pattern: str) -> frozenset[str] | None:
    found = [who for start, who in ACCESS.items() if re.match(start, pattern)]
    return found[0] if len(found) == 1 else None


def _cms_parts() -> set[str]:
    """`settlement`, `snippets/plans/bundle`: what a CMS address begins with."""
    parts = set()
    for pattern in patterns():
        found = re.match(r"cms/(people/\w+|snippets/(?!choose)\w+/\w+|snippets/choose|snippets/$|[\w-]+)", pattern)
        if found:
            parts.add(found[1])
    return parts
