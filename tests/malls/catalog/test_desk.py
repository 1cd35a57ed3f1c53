"""The import desk and the lists in the CMS, as the onboarding clerk and as others."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from malls.catalog.models import Product, Stock
from malls.merchants.models import ListImport, Merchant, MerchantState
from tenants.people.duties import Duty
from tenants.people.models import AccessRecord, User

DATA = Path(__file__).parent.parent / "merchants" / "data"


def staff(client: Any, duty: Duty, email: str = "clerk@sunchang.example") -> User:
    user = User.objects.create_user(email, "goeul-demo", last_name="김담당", is_staff=True)
    user.groups.add(Group.objects.get(name=duty))
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


def upload(client: Any, name: str, data: bytes | None = None) -> Any:
    content = (DATA / name).read_bytes() if data is None else data
    return client.post("/cms/onboarding/", {"file": SimpleUploadedFile(name, content)})


def test_upload_preview_commit(mall: Any) -> None:
    staff(mall, Duty.ONBOARDING)
    assert mall.get("/cms/onboarding/").status_code == 200
    answer = upload(mall, "yeongdeok.xlsx")
    record = ListImport.objects.get()
    assert answer["Location"] == f"/cms/onboarding/{record.pk}/"
    page = mall.get(answer["Location"]).content.decode()
    assert "412" in page
    assert "Nothing is written" not in page or "아직" not in page
    assert Merchant.objects.count() == 0
    refused = mall.get(answer["Location"] + "?status=refused&kind=merchant").content.decode()
    assert refused.count("desk-state--refused") == 21
    assert "=HYPERLINK" in refused
    done = mall.post(f"/cms/onboarding/{record.pk}/commit/", follow=True)
    assert done.status_code == 200
    assert (Merchant.objects.count(), Product.objects.count()) == (119, 231)
    mall.post(f"/cms/onboarding/{record.pk}/commit/")
    assert (Merchant.objects.count(), ListImport.objects.count()) == (119, 1)
    assert mall.get("/cms/onboarding/").status_code == 200


def test_remarks_workbook(mall: Any) -> None:
    staff(mall, Duty.ONBOARDING)
    upload(mall, "yeongdeok.xlsx")
    record = ListImport.objects.get()
    answer = mall.get(f"/cms/onboarding/{record.pk}/report/")
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert sheet.max_row > 700
    cells = [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert not any(cell.data_type == "f" or cell.value.startswith("=") for cell in cells)
    assert AccessRecord.objects.filter(task="import report").count() == 1


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.xlsx", b""),
        ("list.xlsx", "상호,사업자등록번호\n".encode()),
        ("locked.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")),
        ("broken.xlsx", b"PK\x03\x04garbage"),
        ("notes.csv", "안녕하세요\n오늘 날씨\n".encode()),
        ("letter.hwp", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1HWP Document File"),
    ],
)
def test_bad_file_is_one_sentence(mall: Any, name: str, data: bytes) -> None:
    staff(mall, Duty.ONBOARDING)
    answer = upload(mall, name, data)
    assert answer.status_code == 422
    assert ListImport.objects.count() == 0


def test_throw_away(mall: Any) -> None:
    staff(mall, Duty.ONBOARDING)
    upload(mall, "boseong.csv")
    mall.post(f"/cms/onboarding/{ListImport.objects.get().pk}/discard/")
    assert (ListImport.objects.count(), Merchant.objects.count()) == (0, 0)


@pytest.mark.parametrize("duty", [Duty.FINANCE, Duty.AUDITOR, Duty.SHOWROOM])
def test_others_may_not_import(mall: Any, duty: Duty) -> None:
    staff(mall, duty)
    assert mall.get("/cms/onboarding/").status_code in {302, 403}
    assert upload(mall, "boseong.csv").status_code in {302, 403}
    assert ListImport.objects.count() == 0


def test_merchants_and_products_pages(mall: Any) -> None:
    staff(mall, Duty.ONBOARDING)
    upload(mall, "sunchang.xlsx")
    mall.post(f"/cms/onboarding/{ListImport.objects.get().pk}/commit/")
    merchant = Merchant.objects.get(business_no="9453534957")
    product = merchant.products.first()
    assert product is not None
    for path in (
        "/cms/snippets/merchants/merchant/",
        "/cms/snippets/merchants/merchant/?q=품앗이",
        "/cms/snippets/merchants/merchant/?state=submitted",
        "/cms/snippets/merchants/merchant/add/",
        f"/cms/snippets/merchants/merchant/edit/{merchant.pk}/",
        f"/cms/snippets/merchants/merchant/bank/{merchant.pk}/",
        f"/cms/snippets/merchants/merchant/inspect/{merchant.pk}/",
        f"/cms/snippets/catalog/product/inspect/{product.pk}/",
        "/cms/snippets/catalog/product/",
        "/cms/snippets/catalog/product/?q=고추장",
        "/cms/snippets/catalog/product/add/",
        f"/cms/snippets/catalog/product/edit/{product.pk}/",
        "/cms/snippets/catalog/category/",
        "/cms/snippets/merchants/merchant/?export=xlsx",
        "/cms/snippets/merchants/merchant/?export=csv",
    ):
        answer = mall.get(path)
        assert (path, answer.status_code) == (path, 200)
        if not answer.streaming:
            assert "3007922933292" not in answer.content.decode() or "/bank/" in path


def test_auditor_reads_without_account_numbers(mall: Any) -> None:
    staff(mall, Duty.ONBOARDING)
    upload(mall, "sunchang.xlsx")
    mall.post(f"/cms/onboarding/{ListImport.objects.get().pk}/commit/")
    merchant = Merchant.objects.get(business_no="9453534957")
    staff(mall, Duty.AUDITOR, "auditor@sunchang.example")
    page = mall.get(f"/cms/snippets/merchants/merchant/inspect/{merchant.pk}/")
    assert page.status_code == 200
    assert "3007922933292" not in page.content.decode()
    for path in ("edit", "bank", "move"):
        assert mall.post(f"/cms/snippets/merchants/merchant/{path}/{merchant.pk}/").status_code in {302, 403}
    merchant.refresh_from_db()
    assert merchant.state == MerchantState.SUBMITTED


def test_lists_ask_the_same_number_of_questions(mall: Any) -> None:
    staff(mall, Duty.ONBOARDING)
    head = "상호,사업자등록번호,대표자\n"
    mall.get("/cms/snippets/merchants/merchant/")
    counts = []
    for rows in ("가,945-35-34957,김\n", "나,964-01-86000,박\n다,917-58-58986,최\n라,920-59-42605,이\n"):
        upload(mall, "a.csv", (head + rows).encode())
        mall.post(f"/cms/onboarding/{ListImport.objects.order_by('pk').last().pk}/commit/")  # type: ignore[union-attr]
        with CaptureQueriesContext(connection) as queries:
            mall.get("/cms/snippets/merchants/merchant/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_moves_by_buttons_and_in_bulk(mall: Any) -> None:
    user = staff(mall, Duty.ONBOARDING)
    upload(mall, "sunchang.xlsx")
    mall.post(f"/cms/onboarding/{ListImport.objects.get().pk}/commit/")
    merchant = Merchant.objects.first()
    assert merchant is not None
    move = f"/cms/snippets/merchants/merchant/move/{merchant.pk}/"
    mall.post(move, {"verb": "return"})
    merchant.refresh_from_db()
    assert merchant.state == MerchantState.SUBMITTED
    mall.post(move, {"verb": "return", "why": "신고증 사본이 흐립니다"})
    merchant.refresh_from_db()
    assert merchant.state == MerchantState.RETURNED
    mall.post(move, {"verb": "approve"})
    merchant.refresh_from_db()
    assert merchant.state == MerchantState.RETURNED
    bulk = "/cms/bulk/merchants/merchant/approve/?id=all&next=/cms/"
    assert mall.get(bulk).status_code == 200
    mall.post(bulk)
    assert Merchant.objects.filter(state=MerchantState.APPROVED).count() == 117
    mall.post("/cms/bulk/catalog/product/approve/?id=all&next=/cms/")
    assert (
        Product.objects.filter(state="approved", merchant__state="approved").count()
        == Product.objects.filter(state="approved").count()
    )
    assert user.pk


def test_product_form_keeps_notice_and_stock(mall: Any) -> None:
    staff(mall, Duty.ONBOARDING)
    upload(mall, "sunchang.xlsx")
    mall.post(f"/cms/onboarding/{ListImport.objects.get().pk}/commit/")
    merchant = Merchant.objects.get(business_no="9453534957")
    form = {
        "merchant": merchant.pk, "name": "햇고추장", "spec": "2kg", "category": "", "summary": "", "description": "",
        "image": "", "price": "25000", "tax_type": "taxable", "available": "12", "storage": "ambient",
        "shelf_days": "365", "notice_kind": "가공식품", "origin": "국산", "notice_food_type": "고추장",
        "allergens": ["대두", "밀"],
    }  # fmt: skip
    answer = mall.post("/cms/snippets/catalog/product/add/", form)
    assert answer.status_code == 302
    product = Product.objects.get(name="햇고추장")
    assert (product.notice, product.allergens) == ({"food_type": "고추장"}, ["대두", "밀"])
    assert Stock.objects.get(pk=product.pk).available == 12
    refused = mall.post("/cms/snippets/catalog/product/add/", {**form, "name": "거저", "price": "0"})
    assert refused.status_code == 200
    assert not Product.objects.filter(name="거저").exists()


def test_bank_page_needs_two_people(mall: Any) -> None:
    staff(mall, Duty.ONBOARDING)
    upload(mall, "sunchang.xlsx")
    mall.post(f"/cms/onboarding/{ListImport.objects.get().pk}/commit/")
    merchant = Merchant.objects.first()
    assert merchant is not None
    page = f"/cms/snippets/merchants/merchant/bank/{merchant.pk}/"
    mall.post(page, {"verb": "verify"})
    merchant.refresh_from_db()
    assert merchant.bank_verified_at is None
    staff(mall, Duty.MANAGER, "manager@sunchang.example")
    mall.post(page, {"verb": "verify"})
    merchant.refresh_from_db()
    assert merchant.bank_verified_at is not None
    mall.post(page, {"verb": "change", "bank_code": "011", "account_no": "301-0000-0000-11", "account_holder": "김"})
    merchant.refresh_from_db()
    assert (merchant.account_no, merchant.bank_verified_at) == ("3010000000011", None)
