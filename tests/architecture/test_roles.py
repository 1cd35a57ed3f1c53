"""Role × address × method, from the resolver: an address without an entry here fails."""

import re

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.db import connection

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
GUEST, MEMBER, OPERATOR = frozenset({"anonymous"}), frozenset({"member"}), frozenset({"operator"})
PORTAL = {
    r"$|art/|favicon|invitation/|console/(login|logout)/": GUEST | MEMBER | OPERATOR,
    r"second-factor/": MEMBER | OPERATOR,
    r"console/($|open/|<slug:slug>/)": OPERATOR,
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
    "snippets/customers/resident": {M, SU, AU},
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
    "login",
    "logout",
    "pages",
    "password_reset",
    "redirects",
    "reports",
    "settings",
    "sites",
    "snippets/choose",
    "snippets/",
    "sprite",
    "tag-autocomplete",
    "test404",
    "users",
    "workflows",
]


@pytest.fixture
def town(sunchang):
    found = small_town("ROLES")
    live_a_month(found)
    return found


def test_every_address_has_an_entry():
    mine = [one for one in patterns() if not one.startswith("cms/")]
    assert [one for one in mine if _allowed(one) is None] == []
    assert _cms_parts() ^ {*CMS, *WAGTAIL} == set()
    assert [one for one in patterns(settings.PORTAL_URLCONF) if _allowed(one, PORTAL) is None] == []


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


@pytest.mark.slow
def test_behind_each_list_outsiders_are_refused(town):
    """By reading and by sending: a clerk without a duty everywhere, and at each address one of those who have others."""
    clerks = {duty: MallClient("sunchang.localhost") for duty in Duty}
    for duty, client in clerks.items():
        client.force_login(staff(duty.name, "DUTY", duty))
    nobody = MallClient("sunchang.localhost")
    user = staff("nobody", "DUTY", M)
    user.groups.clear()
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    nobody.force_login(user)
    before, opened, number = contents(), [], 0
    for pattern in patterns():
        part = next((part for part in CMS if pattern.startswith(f"cms/{part}/")), "first-week")
        if part == "first-week":
            continue
        outsiders = sorted(set(Duty) - CMS[part])
        number += 1
        for client in (nobody, clerks[outsiders[number % len(outsiders)]]):
            for method in (client.get, client.post):
                answer = method(filled(pattern, {"slug": "bundle"}))
                if answer.status_code not in NO:
                    opened.append((pattern, method.__name__, answer.status_code))
    assert opened == []
    assert changed(before) == set()


@pytest.mark.slow
def test_the_auditor_sends_every_form_and_changes_nothing(town):
    client = MallClient("sunchang.localhost")
    client.raise_request_exception = False
    client.force_login(staff("clerk", "DUTY", Duty.AUDITOR))
    paths = [filled(one, {"slug": "bundle"}) for one in patterns() if one.startswith("cms/") and "logout" not in one]
    before = contents()
    for path in paths:
        client.post(path)
    assert changed(before) == {"wagtailusers_userprofile"}  # puts the list of the first week away, for himself


@pytest.mark.parametrize("role", sorted(GUEST | MEMBER | OPERATOR))
def test_the_portal_lets_operators_alone_into_the_console(db, role):
    client = MallClient("localhost")
    if role != "anonymous":
        with inside_slug("portal"):
            client.force_login(User.objects.create_user("who@goeul.example", "pw", is_staff=role == "operator"))
    wrong = []
    for pattern in patterns(settings.PORTAL_URLCONF):
        path = filled(pattern, {"slug": "sunchang", "verb": "suspend"})
        if "logout" in path:
            continue
        for method in (client.get, client.post):
            answer = method(path)
            mine = role in (_allowed(pattern, PORTAL) or ())
            to_login = answer.status_code == 302 and "/login/" in answer["Location"]
            if (not mine and answer.status_code not in NO) or (mine and to_login):
                wrong.append((method.__name__, path, answer.status_code))
    assert wrong == []


def test_a_session_ends_with_the_account(town):
    client = MallClient("sunchang.localhost")
    client.force_login(town.manager)
    assert client.get("/cms/").status_code == 200
    User.objects.filter(pk=town.manager.pk).update(is_active=False)
    assert client.get("/cms/").status_code == 302


def test_boseong_staff_are_nobody_here(town, boseong):
    with inside_slug("boseong"):
        assert User.objects.filter(email="manager@roles.example").count() == 0


def contents() -> dict[str, str]:
    """What every table of the present municipality holds, as a hash."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        tables = [name for (name,) in cursor.fetchall()]
        one = "SELECT '{0}', md5(string_agg(row::text, '|' ORDER BY row::text)) FROM {0} row"
        cursor.execute(" UNION ALL ".join(one.format(table) for table in tables))
        return dict(cursor.fetchall())


def changed(before: dict[str, str]) -> set[str]:
    """The tables that hold something else now."""
    now = contents()
    return {table for table in now if now[table] != before.get(table)}


def _allowed(pattern: str, access: dict[str, frozenset[str]] = ACCESS) -> frozenset[str] | None:
    found = [who for start, who in access.items() if re.match(start, pattern)]
    return found[0] if len(found) == 1 else None


def _cms_parts() -> set[str]:
    """`settlement`, `snippets/plans/bundle`: what a CMS address begins with."""
    parts = set()
    for pattern in patterns():
        found = re.match(r"cms/(people/\w+|snippets/(?!choose)\w+/\w+|snippets/choose|snippets/$|[\w-]+)", pattern)
        if found:
            parts.add(found[1])
    return parts
