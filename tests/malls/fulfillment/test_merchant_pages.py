"""The merchant's phone: own work only."""

from datetime import UTC, date, datetime
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from malls.catalog.models import Stock
from malls.fulfillment.merchant_queries import days_to_prepare
from malls.fulfillment.models import Shipment
from malls.merchants.models import MerchantMember
from tenants.people.models import User
from tests.factories.malls import a_line, a_merchant, a_product, an_order

AT = datetime(2026, 11, 20, 1, tzinfo=UTC)


def log_in(client: Any, merchant: Any = None) -> User:
    user = User.objects.create_user("merchant1@sunchang.example", "goeul-demo", last_name="데모")
    if merchant:
        MerchantMember.objects.create(merchant=merchant, user=user)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


def test_visitors_log_in_and_strangers_are_refused(mall: Any) -> None:
    assert mall.get("/merchant/").status_code == 302
    log_in(mall)
    for path in ("/merchant/", "/merchant/products/", "/merchant/statements/"):
        assert mall.get(path).status_code == 403


def test_what_to_prepare_is_summed_by_day(mall: Any) -> None:
    mine, other = a_merchant(), a_merchant()
    product, foreign = a_product(mine, name="찹쌀고추장"), a_product(other, name="남의 상품")
    for _ in range(2):
        order = an_order(lines=[a_line(product, quantity=3), a_line(foreign)])
        Shipment.objects.create(order=order, ship_on=date(2026, 11, 25))
    (day,) = days_to_prepare(mine.payee_ref)
    assert (day.on, day.pieces, day.needs[0].boxes) == (date(2026, 11, 25), 6, 2)
    log_in(mall, mine)
    page = mall.get("/merchant/").content.decode()
    assert "찹쌀고추장" in page
    assert "남의 상품" not in page
    assert "박데모" not in page


def test_stock_of_own_products_only(mall: Any) -> None:
    mine = a_merchant()
    own, foreign = a_product(mine), a_product()
    log_in(mall, mine)
    assert mall.post(f"/merchant/products/{own.pk}/stock/", {"available": "7"}).status_code == 302
    assert Stock.objects.get(pk=own.pk).available == 7
    mall.post(f"/merchant/products/{own.pk}/stock/", {"available": "-3"})
    assert Stock.objects.get(pk=own.pk).available == 7
    mall.post(f"/merchant/products/{own.pk}/stock/", {"sold_out": "1", "available": "7"})
    assert Stock.objects.get(pk=own.pk).available == 0
    assert mall.post(f"/merchant/products/{foreign.pk}/stock/", {"available": "0"}).status_code == 404
    assert Stock.objects.get(pk=foreign.pk).available == 100
    assert mall.get(f"/merchant/products/{own.pk}/stock/").status_code == 405


def test_products_page_asks_the_same_number_of_questions(mall: Any) -> None:
    mine = a_merchant()
    log_in(mall, mine)
    counts = []
    for more in (1, 4):
        for _ in range(more):
            a_product(mine)
        mall.get("/merchant/products/")
        with CaptureQueriesContext(connection) as queries:
            assert mall.get("/merchant/products/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_log_in_leads_to_the_shop(mall: Any) -> None:
    user = log_in(mall, a_merchant())
    assert mall.get("/login/")["Location"] == "/merchant/"
    assert user.pk


def test_foreign_statement_does_not_exist(mall: Any) -> None:
    log_in(mall, a_merchant())
    assert mall.get("/merchant/statements/").status_code == 200
    assert mall.get("/merchant/statements/S-2026-11-0001/").status_code == 404
