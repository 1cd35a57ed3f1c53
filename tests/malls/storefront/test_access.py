"""Every page of the storefront in a real browser: axe finds nothing, the console is quiet, nothing overflows."""

from datetime import date

import pytest
from wagtail.models import Site

from core.clock import kst_date, now
from malls.customers.actions import save_address, sign_up
from malls.storefront.actions import announce, exhibit, tell_story
from malls.storefront.models import MallSettings
from malls.storefront.pagecache import forget_pages
from tests.malls.storefront import shelf
from tests.malls.storefront.test_my import order
from tests.ui.browser import WIDTHS, problems

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
HOST = "sunchang.localhost"
PUBLIC = (
    "/",
    "/products/",
    "/products/찹쌀고추장/",
    "/stories/",
    "/stories/장독대/",
    "/exhibitions/",
    "/exhibitions/메주-거는-겨울/",
    "/notices/",
    "/notices/문을-열었습니다/",
    "/terms/",
    "/search/",
    "/search/?q=고추장",
    "/search/?q=없는말",
    "/login/",
    "/signup/",
    "/password/",
    "/logout/",
)
MINE = (
    "/my/",
    "/my/orders/",
    "/my/orders/S1/",
    "/my/addresses/",
    "/my/addresses/new/",
    "/my/account/",
    "/my/account/leave/",
)


@pytest.fixture
def filled(mall):
    forget_pages()
    shop = shelf.merchant()
    shelf.product(shop)
    shelf.product(shop, name="햅쌀", slug="rice", stock=3, category="grain")
    shelf.product(shop, name="감식초", slug="vinegar", stock=0)
    today = kst_date(now())
    tell_story(
        "장독대",
        lead="새벽마다 뚜껑을 엽니다.",
        questions=[("왜요?", "그래야 익어요.")],
        at=now(),
        merchant=shop,
        goods="고추장",
    )
    exhibit(
        "메주 거는 겨울",
        "처마에 메주가 걸리는 달.",
        starts_on=today,
        ends_on=today,
        benefit="모두 한자리에",
        products=["찹쌀고추장"],
    )
    announce("문을 열었습니다", "반갑습니다.", on=date(2026, 11, 1), pinned=True)
    kept = MallSettings.for_site(Site.objects.get())
    kept.operator, kept.phone, kept.email, kept.brand_color = (
        "데모 운영사",
        "063-000-0000",
        "help@example.kr",
        "#e0a000",
    )
    kept.save()
    return mall


@pytest.mark.parametrize("width", WIDTHS)
def test_public_pages_are_open_to_everyone(filled, width):
    assert problems(filled, HOST, PUBLIC, width) == {}


@pytest.mark.parametrize("width", WIDTHS)
def test_my_pages_are_open_to_everyone(filled, width):
    who = sign_up(
        "haneul@example.kr",
        "goeul-demo-72",
        name="김하늘",
        phone="01012345678",
        agreed={"age", "terms", "privacy"},
        at=now(),
    )
    save_address(
        who,
        {
            "label": "집",
            "recipient": "김하늘",
            "phone": "01012345678",
            "postcode": "56030",
            "line1": "순창읍 1",
            "line2": "",
            "request": "",
            "is_default": True,
        },
    )
    order(who, state="shipped")
    filled.force_login(who.user, backend="django.contrib.auth.backends.ModelBackend")
    assert problems(filled, HOST, MINE, width) == {}
