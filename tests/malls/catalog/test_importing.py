"""From a file to merchants and products: once, twice, with refusals."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from core.actor import Actor
from core.state import Transition
from malls.catalog.actions import approve_products, set_stock
from malls.catalog.errors import StockPromised
from malls.catalog.importing import commit_list, fates, forget_lists, import_list, keep_list, open_list
from malls.catalog.models import Product, Stock
from malls.merchants.actions import approve_merchants, change_bank_account, verify_bank_account
from malls.merchants.errors import BankCheckedByItself, FileEncrypted, ImportDone, ListForgotten
from malls.merchants.models import ListImport, Merchant, MerchantState
from settlement.statements.models import Payee

DATA = Path(__file__).parent.parent / "merchants" / "data"
AT = datetime(2026, 11, 23, 1, tzinfo=UTC)
CLERK = Actor("person", "입점 담당", 1)
OTHER = Actor("person", "팀장", 2)


def load(name: str) -> ListImport:
    return import_list((DATA / name).read_bytes(), name, by=CLERK, at=AT)


def test_clean_list_becomes_merchants_and_products(sunchang: Any) -> None:
    record = load("sunchang.xlsx")
    assert record.counts["written"]["merchant"] == {"created": 118, "updated": 0, "unchanged": 0}
    assert record.counts["written"]["product"] == {"created": 321, "updated": 0, "unchanged": 0}
    merchant = Merchant.objects.get(business_no="9453534957")
    assert (merchant.name, merchant.bank_code, merchant.account_no, merchant.commission_bp, merchant.settlement_cycle) == (
        "품앗이전통장", "012", "3007922933292", 500, "weekly",
    )  # fmt: skip
    assert merchant.state == MerchantState.SUBMITTED
    assert merchant.masked_account == "지역농축협 •••••••••3292"
    product = Product.objects.get(merchant=merchant, name="찹쌀고추장")
    assert (product.price, product.shelf_days, product.allergens, product.stock.available) == (19000, 365, ["대두"], 30)
    assert product.notice["food_type"] == "고추장"
    assert product.category is not None
    assert product.category.slug == "jang"


def test_account_rests_encrypted(sunchang: Any) -> None:
    load("sunchang.xlsx")
    with connection.cursor() as cursor:
        cursor.execute("SELECT account_no FROM merchants_merchant WHERE business_no = '9453534957'")
        stored = cursor.fetchone()[0]
    assert "3007922933292" not in stored
    assert stored.startswith("gAAAA")


def test_same_list_twice_changes_nothing(sunchang: Any) -> None:
    load("sunchang.xlsx")
    record = load("sunchang.xlsx")
    assert record.counts["written"]["merchant"] == {"created": 0, "updated": 0, "unchanged": 118}
    assert record.counts["written"]["product"] == {"created": 0, "updated": 0, "unchanged": 321}
    assert (Merchant.objects.count(), Product.objects.count(), Stock.objects.count()) == (118, 321, 321)


def test_messy_list(sunchang: Any) -> None:
    record = load("yeongdeok.xlsx")
    assert record.counts["read"]["merchant"]["refused"] == 21
    assert record.counts["written"]["merchant"]["created"] == 119
    assert record.counts["written"]["product"]["created"] == 231


def test_products_after_merchants_know_whom_the_list_refused(boseong: Any) -> None:
    load("boseong.csv")
    record = load("boseong_products.csv")
    read = record.counts["read"]["product"]
    assert read["problem_counts"] == {"merchant_refused": 11, "price_text": 72}
    assert record.counts["written"]["product"] == {"created": 262, "updated": 0, "unchanged": 0}


def test_preview_writes_nothing_and_commit_once(sunchang: Any) -> None:
    data = (DATA / "sunchang.xlsx").read_bytes()
    record = keep_list(data, "sunchang.xlsx", by=CLERK, at=AT)
    office = open_list(record)
    assert {fate.verb for fate in fates(office)} == {"new"}
    assert Merchant.objects.count() == 0
    commit_list(record.pk, by=CLERK, at=AT)
    with pytest.raises(ImportDone):
        commit_list(record.pk, by=CLERK, at=AT)
    assert Merchant.objects.count() == 118
    assert {fate.verb for fate in fates(office)} == {"same"}


def test_file_is_forgotten_after_a_month(sunchang: Any) -> None:
    record = keep_list((DATA / "boseong.csv").read_bytes(), "boseong.csv", by=CLERK, at=AT)
    assert forget_lists(at=AT + timedelta(days=29)) == 0
    assert forget_lists(at=AT + timedelta(days=31)) == 1
    record.refresh_from_db()
    with pytest.raises(ListForgotten):
        commit_list(record.pk, by=CLERK, at=AT)
    assert Merchant.objects.count() == 0


def test_changed_row_is_shown_and_written(sunchang: Any) -> None:
    head = "상호,사업자등록번호,대표자,전화,은행,계좌번호,예금주\n"
    first = head + "가게,945-35-34957,김가게,061-111-2222,농협은행,3011234567890,김가게\n"
    import_list(first.encode(), "a.csv", by=CLERK, at=AT)
    verify_bank_account(Merchant.objects.get().pk, by=OTHER, at=AT)
    second = first.replace("3011234567890", "3019999999999").replace("061-111-2222", "")
    record = keep_list(second.encode(), "a.csv", by=CLERK, at=AT)
    changes = {change.field: (change.old, change.new) for fate in fates(open_list(record)) for change in fate.changes}
    assert changes == {"account_no": ("3011234567890", "3019999999999")}
    commit_list(record.pk, by=CLERK, at=AT)
    merchant = Merchant.objects.get()
    assert (merchant.account_no, merchant.phone, merchant.bank_verified_at) == ("3019999999999", "061-111-2222", None)


def test_refused_file_leaves_nothing(sunchang: Any) -> None:
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(FileEncrypted):
        import_list(data, "a.xlsx", by=CLERK, at=AT)
    assert (ListImport.objects.count(), Merchant.objects.count()) == (0, 0)


def test_bulk_approval_waits_for_missing_papers(sunchang: Any) -> None:
    load("yeongdeok.xlsx")
    approval = approve_merchants(Merchant.objects.all(), by=CLERK, at=AT)
    assert (len(approval.approved), len(approval.waiting)) == (114, 5)
    assert Transition.objects.filter(thing="merchants.Merchant", after="approved").count() == 114
    products = approve_products(Product.objects.all(), by=CLERK, at=AT)
    assert len(products.approved) + len(products.waiting) == 231
    assert {product.merchant.state for product in products.waiting} == {MerchantState.SUBMITTED}
    again = approve_merchants(Merchant.objects.all(), by=CLERK, at=AT)
    assert again.approved == []


def test_account_is_verified_by_someone_else(sunchang: Any) -> None:
    load("sunchang.xlsx")
    merchant = Merchant.objects.first()
    assert merchant is not None
    change_bank_account(merchant.pk, "011", "3010000000001", merchant.representative, by=CLERK)
    with pytest.raises(BankCheckedByItself):
        verify_bank_account(merchant.pk, by=CLERK, at=AT)
    merchant.refresh_from_db()
    assert merchant.bank_verified_at is None
    assert verify_bank_account(merchant.pk, by=OTHER, at=AT).is_payable


def test_stock_says_what_can_be_sold(sunchang: Any) -> None:
    load("sunchang.xlsx")
    product = Product.objects.first()
    assert product is not None
    Stock.objects.filter(pk=product.pk).update(received=10, reserved=4, shipped=1)
    assert set_stock(product.pk, 3).received == 8
    with pytest.raises(StockPromised):
        set_stock(product.pk, -1)
    assert Stock.objects.get(pk=product.pk).available == 3


def test_approved_merchants_are_payees(sunchang: Any) -> None:
    load("sunchang.xlsx")
    approve_merchants(Merchant.objects.all(), by=CLERK, at=AT)
    merchant = Merchant.objects.get(business_no="9453534957")
    payee = Payee.objects.get(ref=merchant.payee_ref)
    assert (payee.name, payee.account, payee.bank_verified) == ("품앗이전통장", "3007922933292", False)
    verify_bank_account(merchant.pk, by=OTHER, at=AT)
    payee.refresh_from_db()
    assert payee.bank_verified
    change_bank_account(merchant.pk, "011", "3010000000001", merchant.representative, by=CLERK)
    payee.refresh_from_db()
    assert (payee.account, payee.bank_verified) == ("3010000000001", False)


def test_one_municipality_only(boseong: Any) -> None:
    load("boseong.csv")
    assert Merchant.objects.count() == 99
