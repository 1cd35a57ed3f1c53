"""Publishing freezes: what was promised does not change, and what cannot be promised is not published."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from bundles.plans import errors
from bundles.plans.actions import compose_edition, publish_edition, retire_edition
from bundles.plans.laws import LAWS
from bundles.plans.models import Component, Edition
from bundles.plans.queries import Filters, card_of, current_edition, current_editions, editions_by_day, listing
from core.actor import SYSTEM
from core.clock import add_months
from core.laws import violations
from tests.bundles.world import MONTH, NOON, TODAY, bundle, edition, merchant, offer, partner, product, voucher_type


def draft(*things: Any, price: int = 30_000) -> Edition:
    made = Edition.objects.create(bundle=bundle(), month=MONTH, price=price)
    for one in things:
        Component.objects.create(edition=made, product=one)
    return made


def test_publishing_shares_the_price_and_freezes_it(sunchang):
    sold = offer()
    made = sold.editions.get()
    assert (made.state, made.list_price) == ("approved", 37_000)
    assert list(made.components.values_list("allocated", flat=True)) == [15_405, 14_595]
    with pytest.raises(errors.EditionFrozen):
        compose_edition(made)
    for change in (
        lambda: Component.objects.filter(edition=made).update(quantity=9),
        lambda: Component.objects.create(edition=made, product=product(merchant("새집"))),
        lambda: Component.objects.filter(edition=made).delete(),
        lambda: Edition.objects.filter(pk=made.pk).update(price=1),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert publish_edition(made, by=SYSTEM, at=NOON).published_at == made.published_at
    assert violations(LAWS) == []


def test_edition_without_components_or_with_a_retired_product_is_not_published(sunchang):
    gone = product(merchant())
    type(gone).objects.filter(pk=gone.pk).update(state="retired")
    for made, problem in ((draft(), errors.NoComponents), (draft(gone, price=9_000), errors.ComponentNotOffered)):
        with pytest.raises(problem):
            publish_edition(made, by=SYSTEM, at=NOON)
        made.refresh_from_db()
        assert (made.state, made.published_at) == ("draft", None)


def test_negative_price_never_reaches_the_database(sunchang):
    with pytest.raises(IntegrityError), transaction.atomic():
        draft(price=-1)


def test_edition_is_sold_from_its_month_until_the_next_one(sunchang):
    sold = offer()
    things = [one.product for one in sold.editions.get().components.all()]
    later = edition(sold, things, 29_000, month=add_months(MONTH, 2))
    assert current_edition(sold, add_months(MONTH, 2)) == later
    assert current_edition(sold, add_months(TODAY, 1)).price == 30_000
    retire_edition(later, by=SYSTEM, at=NOON)
    assert current_edition(sold, add_months(MONTH, 2)).price == 30_000
    assert current_edition(sold, add_months(MONTH, -1)) is None


def test_card_shows_the_whole_price_and_what_is_inside(sunchang):
    offer(voucher=voucher_type(partner()))
    (row,) = listing(Filters(), TODAY)
    card = card_of(row)
    assert (card.price, card.list_price, card.shops, card.tag) == (33_000, 58_000, 2, "고추장 담그기 포함")


def test_filters_and_sorts(sunchang):
    cheap, dear = offer(price=20_000), offer(price=36_000, cadence="weekly", voucher=voucher_type(partner()))
    found = {
        "cheap": [row.pk for row in listing(Filters(cheap=True), TODAY)],
        "weekly": [row.pk for row in listing(Filters(cadence="weekly"), TODAY)],
        "voucher": [row.pk for row in listing(Filters(voucher=True), TODAY)],
        "price": [row.pk for row in listing(Filters(sort="price"), TODAY)],
        "new": [row.pk for row in listing(Filters(sort="new"), TODAY)],
        "elsewhere": [row.pk for row in listing(Filters(category="tea"), TODAY)],
    }
    assert found == {
        "cheap": [cheap.pk], "weekly": [dear.pk], "voucher": [dear.pk], "price": [cheap.pk, dear.pk],
        "new": [dear.pk, cheap.pk], "elsewhere": [],
    }  # fmt: skip


def test_unknown_words_in_a_query_are_as_good_as_none(sunchang):
    assert Filters.read({"cadence": "x", "sort": "'", "category": "\x00"}) == Filters()


def test_category_page_asks_as_many_statements_for_one_bundle_as_for_many(mall):
    offer()
    mall.get("/subscriptions/?n=0")
    with CaptureQueriesContext(connection) as one:
        mall.get("/subscriptions/?n=1")
    for _ in range(9):
        offer(voucher=voucher_type(partner(f"곳{_}")))
    mall.get("/subscriptions/?n=0")  # the host is looked up anew after some seconds
    with CaptureQueriesContext(connection) as many:
        page = mall.get("/subscriptions/?n=2")
    assert page.content.decode().count("bundle-card") == 10
    assert len(many) == len(one)


def test_htmx_gets_the_list_alone(mall):
    offer()
    part = mall.get("/subscriptions/", headers={"HX-Request": "true"}).content.decode()
    assert ("<html" in part, "bundle-card" in part) == (False, True)


def test_editions_of_many_days_are_those_of_each_day_in_as_many_statements(sunchang, django_assert_num_queries):
    things = [product(merchant()), voucher_type(partner())]
    shelf = [bundle("가 상자"), bundle("나 상자")]
    for month, price in ((11, 30_000), (12, 31_000)):
        edition(shelf[0], things, price, month=date(2026, month, 1))
    edition(shelf[1], things, 29_000, month=date(2026, 12, 1))
    ids = [one.pk for one in shelf]
    days = [date(2026, 11, 16) + timedelta(days=number) for number in range(30)]
    wanted = {(day, pk): one for day in days for pk, one in current_editions(ids, day).items()}
    with django_assert_num_queries(3):
        assert editions_by_day(dict.fromkeys(days, ids)) == wanted
    with django_assert_num_queries(3):
        one_day = editions_by_day({days[-1]: ids})
    assert {one.price for one in one_day.values()} == {31_000, 29_000}
    assert editions_by_day({}) == {}
