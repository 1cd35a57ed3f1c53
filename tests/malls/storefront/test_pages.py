from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, Site

from core.generation import raise_generation
from malls.storefront.furnish import furnish
from malls.storefront.models import (
    HomePage,
    LegalPage,
    MallSettings,
    NoticeIndexPage,
    NoticePage,
    StoryIndexPage,
    StoryPage,
)
from malls.storefront.pagecache import forget_pages
from tests.malls.storefront import shelf


@pytest.fixture(autouse=True)
def _fresh():
    forget_pages()


def test_furnish_twice_adds_nothing(sunchang):
    before = list(Page.objects.order_by("pk").values_list("pk", "title"))
    furnish()
    assert list(Page.objects.order_by("pk").values_list("pk", "title")) == before


def test_the_first_pages_stand(sunchang):
    assert Site.objects.get().root_page_id == HomePage.objects.get().pk
    assert list(LegalPage.objects.order_by("position").values_list("slug", flat=True)) == [
        "terms",
        "privacy",
        "refund",
        "reviews",
    ]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/products/",
        "/stories/",
        "/exhibitions/",
        "/notices/",
        "/terms/",
        "/privacy/",
        "/refund/",
        "/search/",
        "/login/",
        "/signup/",
        "/password/",
        "/search/?q=고추장",
    ],
)
def test_public_pages_answer(mall, path):
    response = mall.get(path)
    assert response.status_code == 200
    html = response.content.decode()
    assert 'href="#main"' in html
    assert "<style" not in html
    assert " style=" not in html


def test_the_footer_discloses_the_operator(mall):
    site = Site.objects.get()
    mall_settings = MallSettings.for_site(site)
    mall_settings.operator, mall_settings.business_no, mall_settings.phone = (
        "데모 운영사",
        "110-81-41272",
        "063-000-0000",
    )
    mall_settings.is_demo = False
    mall_settings.save()
    html = mall.get("/").content.decode()
    assert "데모 운영사" in html
    assert "https://www.ftc.go.kr/bizCommPop.do?wrkr_no=1108141272" in html


def test_every_page_of_a_demo_mall_says_so(mall):
    assert "데모 자료" in mall.get("/products/").content.decode()


def test_theme_follows_the_municipality(mall, other_mall):
    mall_settings = MallSettings.for_site(Site.objects.get())
    mall_settings.brand_color = "#1f6b45"
    mall_settings.save()
    assert "--brand:#1f6b45" in mall.get("/theme.css").content.decode()
    assert "--brand:#8f2d1e" in other_mall.get("/theme.css").content.decode()


def test_product_page_names_seller_and_labelling(mall):
    shelf.product(shelf.merchant())
    html = mall.get("/products/찹쌀고추장/").content.decode()
    for word in ("품앗이전통장", "이선희", "945-35-34957", "19,000원", "식품유형", "고춧가루"):
        assert word in html


def test_unapproved_products_do_not_exist(mall):
    shelf.product(shelf.merchant(), state="submitted")
    assert mall.get("/products/찹쌀고추장/").status_code == 404


def test_sold_out_products_say_so(mall):
    shelf.product(shelf.merchant(), stock=0)
    assert "품절" in mall.get("/products/").content.decode()


def test_product_list_asks_as_often_for_thirty_as_for_one(
    mall, django_assert_num_queries, django_assert_max_num_queries
):
    shop = shelf.merchant()
    shelf.product(shop)
    mall.get("/products/?warm")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        mall.get("/products/?a")
    for n in range(20):
        shelf.product(shop, name=f"된장 {n}", slug=f"doenjang-{n}")
    with CaptureQueriesContext(connection) as many:
        mall.get("/products/?b")
    assert len(many) == len(one)


def test_search_finds_products_and_stories(mall):
    shelf.product(shelf.merchant())
    StoryIndexPage.objects.get().add_child(instance=StoryPage(title="고추장 익는 마을", lead="장독대 이야기"))
    html = mall.get("/search/?q=고추장").content.decode()
    assert "찹쌀고추장" in html
    assert "고추장 익는 마을" in html


def test_the_same_words_are_looked_for_once_in_a_generation(mall, django_capture_on_commit_callbacks):
    shelf.product(shelf.merchant())
    first = mall.get("/search/?q=고추장").content
    with CaptureQueriesContext(connection) as asked:
        assert mall.get("/search/?q=고추장").content == first
    assert [query for query in asked if "catalog_product" in query["sql"]] == []
    with django_capture_on_commit_callbacks(execute=True):
        shelf.product(shelf.merchant("다른상점", "1234567890"), name="보리고추장", slug="barley")
        raise_generation()
    assert "보리고추장" in mall.get("/search/?q=고추장").content.decode()


def test_search_of_nothing_found_says_what_to_do(mall):
    assert "맞는 것이 없어요" in mall.get("/search/?q=없는말").content.decode()


@pytest.mark.parametrize("text", ["%00", "%25", "'%22<script>", "가" * 300])
def test_search_bears_any_text(mall, text):
    response = mall.get(f"/search/?q={text}")
    assert response.status_code == 200
    assert "<script>'" not in response.content.decode()


def test_notices_show_pinned_first(mall):
    index = NoticeIndexPage.objects.get()
    index.add_child(instance=NoticePage(title="둘째", published_on=date(2026, 11, 2), body="<p>나</p>"))
    index.add_child(instance=NoticePage(title="고정", published_on=date(2026, 11, 1), body="<p>가</p>", is_pinned=True))
    html = mall.get("/notices/").content.decode()
    assert html.index("고정") < html.index("둘째")


def test_art_is_kept_for_ever(mall):
    response = mall.get("/art/jang/onggi+garlic-3.svg")
    assert response["Content-Type"] == "image/svg+xml"
    assert "immutable" in response["Cache-Control"]


@pytest.mark.parametrize(
    "path",
    [
        "/art/none/onggi-1.svg",
        "/art/jang/nothing-1.svg",
        "/art/jang/onggi-999.svg",
        "/art/jang/" + "+".join(["onggi"] * 9) + "-1.svg",
    ],
)
def test_art_of_nothing_is_404(mall, path):
    assert mall.get(path).status_code == 404


def test_staff_choose_products_for_an_exhibition(sunchang, rf):
    from malls.storefront.models import ExhibitionIndexPage, ExhibitionPage

    shelf.product(shelf.merchant())
    page = ExhibitionPage(title="가을", copy_text="글", starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 30))
    ExhibitionIndexPage.objects.get().add_child(instance=page)
    form_class = ExhibitionPage.get_edit_handler().get_form_class()
    data = {
        "title": "가을",
        "slug": page.slug,
        "copy_text": "글",
        "benefit": "",
        "goods": "",
        "starts_on": "2026-11-01",
        "ends_on": "2026-11-30",
        "products": ["찹쌀고추장"],
        "bundles": [],
        "comments-TOTAL_FORMS": 0,
        "comments-INITIAL_FORMS": 0,
    }
    form = form_class(data, instance=page)
    assert form.is_valid(), form.errors
    form.save()
    page.refresh_from_db()
    assert page.products == ["찹쌀고추장"]


def test_an_exhibition_shows_its_products(mall):
    from core.clock import kst_date, now
    from malls.storefront.actions import exhibit

    shelf.product(shelf.merchant())
    today = kst_date(now())
    page = exhibit("메주 거는 겨울", "글", starts_on=today, ends_on=today, benefit="15% 쿠폰", products=["찹쌀고추장"])
    html = mall.get(page.url).content.decode()
    assert "찹쌀고추장" in html
    assert "15% 쿠폰" in html


def test_stories_with_the_same_title_get_their_own_address(sunchang):
    from core.clock import now
    from malls.storefront.actions import tell_story

    slugs = [tell_story("장독대", lead="글", questions=[("왜?", "그래서")], at=now()).slug for _ in range(2)]
    assert slugs == ["장독대", "장독대-2"]


@pytest.mark.parametrize(
    ("address", "status"), [("/products/%00/", 404), ("/s/%00/", 404), ("/products/?category=%00", 200)]
)
def test_an_address_with_nul_is_no_bug(mall, address, status):
    assert mall.get(address).status_code == status
