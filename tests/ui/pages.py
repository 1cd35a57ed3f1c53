"""Which pages there are, from the resolver, and who opens them, in a town with something to see on each."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice
from wagtail.models import Page

from bundles.billing.links import payment_path
from bundles.plans.models import DayKind, MallDay
from bundles.subscriptions.actions import give
from bundles.subscriptions.actions.consenting import Rise
from bundles.subscriptions.actions.giving import Giving, Place
from bundles.subscriptions.links import consent_path, gift_path, skip_path
from bundles.subscriptions.models import Cycle
from bundles.vouchers.models import Voucher
from core.actor import SYSTEM, Actor
from core.clock import kst_date, now
from malls.customers.tokens import reset_path
from malls.orders.models import Order
from malls.payments.accounts import open_gateway
from malls.payments.actions import compare_day
from malls.payments.models import BalanceLine
from settlement.statements.actions import close_period
from settlement.statements.models import Period, Statement
from showroom.displays.models import Display, ShortLink
from tenants.municipalities.door import inside_slug
from tenants.people.actions import invite_staff
from tenants.people.duties import Duty
from tenants.people.models import User
from tests.architecture.urls import filled, patterns
from tests.bundles.boxes.shelf import stocked
from tests.bundles.boxes.test_screens import asked
from tests.bundles.gates.test_screens import double
from tests.bundles.gates.world import bought, hand_in, told
from tests.bundles.world import partner, voucher_type
from tests.conftest import MallClient
from tests.factories.town import live_a_month, small_town, staff
from tests.malls.fulfillment.test_money_desk import contested
from tests.malls.fulfillment.test_refunds_desk import chosen, paid, resident_of
from tests.ui.browser import Kept

LIST = Path(__file__).parents[1] / "malls" / "merchants" / "data" / "boseong.csv"
MARK = "WALK"
HOST, PORTAL = "sunchang.localhost", "localhost"

# Answers of Wagtail that are no pages: parts of pages, pop-ups, what its own scripts ask, its tests of errors.
PARTS = re.compile(
    r"^cms/(api/|sprite|jsi18n|failwhale|test404|bulk/|tag-autocomplete|.*(results|choose|chooser|chosen|preview|multiple|-link)\b)|"
    r".*\blogout/"
    # Wagtail makes these for every model from one template: looked at for products.
    r"|cms/(?!snippets/catalog/product/|displays/).*/(history|usage|copy|delete)/"
)

Values = dict[str, dict[str, Any]]


def lived_town() -> Values:
    """Build it in the present municipality; the arguments of addresses by what the address begins with."""
    with time_machine.travel(now() - timedelta(days=35), tick=False):
        town = small_town(MARK)
        live_a_month(town)
    period = Period.objects.order_by("starts_on").first()
    assert period is not None
    close_period(period.key, by=Actor.of(staff("maker", MARK, Duty.FINANCE)), at=now())
    order, voucher = Order.objects.get(), Voucher.objects.get()
    statement = Statement.objects.filter(payee__ref=town.merchant.payee_ref).get()
    guest, token = invite_staff("guest@walk.example", [Duty.SUPPORT], by=SYSTEM, at=now(), name="손님")
    upcoming = Cycle.objects.order_by("-starts_on")[0]
    _password, uid, reset = reset_path(town.resident.user).strip("/").split("/")
    link, _made = ShortLink.objects.get_or_create(
        display=Display.objects.get(), path="/", defaults={"code": "WALKS", "subject": "홈"}
    )
    rise = Rise(23_000, 26_000, 0, upcoming.bill_on, "visa")
    return {
        "": {"slug": "bundle", "code": voucher.code, "number": order.number, "cycle": upcoming.pk},
        "products/": {"slug": "product"},
        "s/": {"code": link.code},
        "invitation/": {"token": token},
        "password/": {"uid": uid, "token": reset},
        "links/price/": {"token": consent_path(upcoming.subscription, rise).strip("/").split("/")[-1]},
        "links/skip/": {"token": skip_path(upcoming, now()).strip("/").split("/")[-1]},
        "links/payment/": {"token": payment_path(upcoming).strip("/").split("/")[-1]},
        "merchant/statements/": {"number": statement.number},
        "statements/check/": {"number": statement.number},
        "cms/settlement/": {"key": period.key, "number": statement.number, "kind": "period", "name": period.key, "verb": "approve"},
        "cms/settings/": {"app_name": "storefront", "model_name": "mallsettings", "pk": 1},
        "cms/snippets/subscriptions/subscription/inspect/": {"name": "quantity", "cycle": upcoming.pk},
        "cms/snippets/subscriptions/subscription/inspect/<int:pk>/boxes/": {"name": "skip", "cycle": upcoming.pk},
        "cms/wordings/": {"name": "shipped"},
        "cms/staff/": {"pk": guest.pk},
        "console/": {"slug": "sunchang", "verb": "suspend"},
        **_troubles(),
    }  # fmt: skip


def _troubles() -> Values:
    """What makes work: contested, different, given back, let in twice, not understood, short of stock, a gift."""
    contested()
    BalanceLine.objects.create(reference="x", kind="other", subject="x", amount=500, at=now())
    compare_day(kst_date(now()), gateway=open_gateway(), at=now() + timedelta(days=1))
    order = paid(at=now() - timedelta(days=2))
    client, address = resident_of(order)
    client.post(address, chosen(order, 1))
    undoable = paid()
    case = double()
    hand_in(case.scan.gate, told("ABCDEFG", let_in=False, reason="unreadable"))
    (unused,) = bought(voucher_type(partner("둘째 시설")), at=now())
    MallDay.objects.create(on=kst_date(now()) + timedelta(days=40), kind=DayKind.values[0], name="개청 기념일")
    shelf = stocked()
    share = asked(shelf, shelf.subscribed(at=now()))
    given = give(
        share.cycle.subscription.resident, share.cycle.subscription.plan, Place("이받음", "01055556666", "56042", "순창읍 선물로 7"),
        Giving(3, kst_date(now()) + timedelta(days=9), "생신 축하드려요"), method=share.cycle.subscription.method,
        agreed_amount=33_000, request_key="gift", by=SYSTEM, at=now(),
    )  # fmt: skip
    third = share.cycle.subscription.cycles.get(number=3)
    return {
        "my/boxes/<int:pk>/": {"pk": third.pk, "add_on": shelf.tea.pk, "component": shelf.gochujang.pk},
        "my/boxes/<int:pk>/question/": {"pk": share.cycle_id, "share": share.pk},
        "my/orders/<str:number>/give-back/": {"number": undoable.number},
        "my/vouchers/<str:code>/refund/": {"code": unused.code},
        "cms/snippets/vouchers/voucher/refund/": {"pk": unused.pk},
        "links/gift/": {"token": gift_path(given).strip("/").split("/")[-1], "cycle": given.cycles.all()[0].pk},
    }


def pages(values: Values, left: set[str]) -> Iterator[tuple[Kept, str]]:
    """Every page once, with the visitor who opens it; what is a page for nobody stays in `left`."""
    left |= {one for one in patterns() if not PARTS.match(one)}
    for client, mine in _visitors(values):
        yield from _pages(
            Kept(client, HOST, pictures=False), {one for one in left if re.match(mine, one)}, left, values
        )
    portal = set(patterns(settings.PORTAL_URLCONF)) - set(patterns())
    left |= portal
    for client in (Client(HTTP_HOST=PORTAL), _operator()):
        yield from _pages(Kept(client, PORTAL, pictures=False), portal & left, left, values)
    kept = Kept(MallClient(HOST), HOST, pictures=False)
    for page in Page.objects.live().filter(depth__gt=1).order_by("path"):
        path = re.sub(r"^https?://[^/]+", "", str(page.url))
        if kept.fetch(path):
            yield kept, path


def _pages(kept: Kept, tried: set[str], left: set[str], values: Values) -> Iterator[tuple[Kept, str]]:
    for one in sorted(tried):
        path = _path(one, values)
        if kept.fetch(path):
            left.discard(one)
            yield kept, path


def _visitors(values: Values) -> Iterator[tuple[Client, str]]:
    """Everybody's browser, and the addresses that are theirs."""
    yield MallClient(HOST), r"(?!cms/|my/|merchant/)|cms/login"
    yield _root(), r"cms/|second-factor/"
    eater = Cycle.objects.get(pk=values["my/boxes/<int:pk>/"]["pk"]).subscription.resident.user
    buyer = Order.objects.get(number=values["my/orders/<str:number>/give-back/"]["number"]).resident.user
    owner = Voucher.objects.get(code=values["my/vouchers/<str:code>/refund/"]["code"]).resident.user
    known = {name: User.objects.get(email=f"{name}@{MARK.lower()}.example") for name in ("resident", "seller", "gate")}
    for user, mine in (
        (eater, "my/(boxes|subscriptions)/"), (buyer, "my/orders/"), (owner, "my/vouchers/.*refund"), (known["resident"], "my/|bundles/|second-factor/"),
        (known["seller"], "merchant/"), (known["gate"], "redeem/"),
    ):  # fmt: skip
        client = MallClient(HOST)
        client.raise_request_exception = False
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        yield client, mine


def _root() -> Client:
    client = MallClient(HOST)
    client.raise_request_exception = False
    root = User.objects.create_superuser(f"root@{MARK.lower()}.example", "pw")
    client.force_login(root)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = TOTPDevice.objects.create(user=root, confirmed=True).persistent_id
    session.save()
    client.post("/cms/onboarding/", {"file": SimpleUploadedFile(LIST.name, LIST.read_bytes())})
    return client


def _operator() -> Client:
    client = Client(HTTP_HOST=PORTAL)
    with inside_slug("portal"):
        client.force_login(User.objects.create_user("operator@walk.example", "pw", is_staff=True))
    return client


def _path(pattern: str, values: Values) -> str:
    start = max((one for one in values if pattern.startswith(one)), key=len)
    return filled(pattern, {**values[""], **values[start]})
