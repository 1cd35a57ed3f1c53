"""Lists of other offices: other headings, other dirt."""

import io
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook

from malls.merchants.onboarding.lists import OfficeList, read_list
from malls.merchants.onboarding.places import Home
from malls.merchants.onboarding.rows import Row
from malls.merchants.onboarding.rules import Known

A, B, C = "945-35-34957", "964-01-86000", "917-58-58986"


def csv_list(*lines: str, known: Known | None = None, home: Home | None = None) -> OfficeList:
    return read_list("\n".join(lines).encode(), "list.csv", home=home, known=known or Known())


def one(*lines: str, **options: Any) -> Row:
    (row,) = csv_list(*lines, **options).rows
    return row


def codes(row: Row) -> list[tuple[str, str]]:
    return sorted((problem.code, problem.field) for problem in row.problems)


def book(*rows: list[Any], merge: tuple[str, ...] = (), name: str = "Sheet") -> bytes:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = name
    for row in rows:
        sheet.append(row)
    for area in merge:
        sheet.merge_cells(area)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def test_two_row_headings_with_groups() -> None:
    data = book(
        ["2027년 입점업체 관리대장", *[None] * 7],
        ["번호", "사업자 정보", None, None, "정산계좌", None, None, "연락처"],
        [None, "업체상호", "등록번호", "대표자", "은행", "번호", "예금주", None],
        [1, "가람식품", A, "김가람", "농협은행", "3011234567890", "김가람", "061-111-2222"],
        merge=("A1:H1", "B2:D2", "E2:G2", "A2:A3", "H2:H3"),
    )
    (row,) = read_list(data, "대장.xlsx").rows
    assert row.number == 4
    wanted = {
        "name": "가람식품",
        "business_no": "9453534957",
        "bank_code": "011",
        "account_no": "3011234567890",
        "phone": "061-111-2222",
    }
    assert {name: row.values.get(name) for name in wanted} == wanted


def test_semicolons_tabs_and_marks() -> None:
    for text in (f"상호;사업자번호;대표자\n가게;{A};김", f"상호\t사업자번호\t대표자\n가게\t{A}\t김"):
        for codec in ("utf-8", "utf-8-sig", "utf-16", "cp949"):
            (row,) = read_list(text.encode(codec), "list.tsv").rows
            assert (row.text("name"), row.status) == ("가게", "ok")


def test_headings_with_stars_and_units() -> None:
    row = one("*상호(필수),* 사업자등록번호 ('-' 포함),대표자 성명,수수료율(%)", f"가게,{A},김가게,5.0%")
    assert row.status == "ok"
    assert (row.text("business_no"), row.text("fee_rate")) == ("9453534957", "5")


def test_repeated_headings_examples_and_totals_are_no_rows() -> None:
    office = csv_list(
        "상호,사업자등록번호,대표자", "예시) 가나식품,123-45-67890,홍길동", f"가게,{A},김", "상호,사업자등록번호,대표자",
        f"나게,{B},박", "합계,2개소,", "※ 문의는 농정과로",
    )  # fmt: skip
    assert [row.text("name") for row in office.rows] == ["가게", "나게"]
    assert [row.reason for row in office.ignored] == ["header", "example", "header", "subtotal", "note"]


@pytest.mark.parametrize(
    ("written", "value", "wanted"),
    [
        ("12,000", 12000, [("price_text", "price")]), ("1만2천원", 12000, [("price_text", "price")]),
        ("1.5만원", 15000, [("price_text", "price")]), ("금 8,900원정", 8900, [("price_text", "price")]),
        ("12000", 12000, []), ("１２０００", 12000, [("full_width", "price")]), ("12,00", None, [("price_invalid", "price")]),
        ("1만~2만", None, [("price_invalid", "price")]), ("-500", -500, [("price_invalid", "price")]),
        ("", None, [("price_invalid", "price")]), ("3천2만", None, [("price_invalid", "price")]),
    ],
)  # fmt: skip
def test_prices(written: str, value: int | None, wanted: list[Any]) -> None:
    row = one("사업자번호,상품명,판매가,규격", f'{A},된장,"{written}",1kg', known=Known({"9453534957": "가게"}))
    assert (row.values.get("price"), codes(row)) == (value, wanted)


@pytest.mark.parametrize(
    ("written", "value", "code"),
    [
        ("061-111-2222", "061-111-2222", ""), ("(061) 111-2222", "061-111-2222", "separator"),
        ("02-123-4567", "02-123-4567", ""), ("1588-1234", "1588-1234", ""), ("0507-1234-5678", "0507-1234-5678", ""),
        ("+82 10-1234-5678", "010-1234-5678", "separator"), ("1012345678", "010-1234-5678", "lost_leading_zero"),
        ("010-1234-5678 / 010-8765-4321", "010-1234-5678", "multiple_values"), ("전화없음", None, "phone_unreadable"),
        ("없음", None, ""),
    ],
)  # fmt: skip
def test_phones(written: str, value: str | None, code: str) -> None:
    row = one("상호,사업자번호,대표자,전화", f"가게,{A},김,{written}")
    assert (row.values["phone"], [problem.code for problem in row.problems]) == (value, [code] if code else [])


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2026-11-05", "2026-11-05"), ("2026.11.5", "2026-11-05"), ("26년 11월 5일", "2026-11-05"), ("'26.11.05", "2026-11-05"),
        ("20261105", "2026-11-05"), ("261105", "2026-11-05"), ("2026-02-30", None), ("11/5", None), ("상시", None),
    ],
)  # fmt: skip
def test_dates(written: str, value: str | None) -> None:
    row = one("상호,사업자번호,대표자,입점희망일", f"가게,{A},김,{written}")
    assert row.values["desired_start"] == value
    assert row.status == ("warning" if value is None else "ok" if written == value else "repaired")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("농협은행", "011"), ("순천농협", "012"), ("한라신협", "048"), ("KB국민은행", "004"), ("하나", "081"), ("ＩＢＫ기업", "003"),
        ("농협(중앙회)", "011"), ("011", "011"), ("토스", "092"), ("도깨비은행", None),
    ],
)  # fmt: skip
def test_banks(written: str, code: str | None) -> None:
    row = one("상호,사업자번호,대표자,은행,계좌번호,예금주", f"가게,{A},김,{written},3011234567890,김")
    assert row.values["bank_code"] == code
    assert row.importable == (code is not None)


def test_account_is_never_guessed() -> None:
    data = book(
        ["상호", "사업자번호", "대표자", "은행", "계좌번호", "예금주"],
        ["가게", A, "김", "농협은행", 351123456789, "김"],
    )
    (row,) = read_list(data, "a.xlsx").rows
    assert row.values["account_no"] == "351123456789"
    assert ("account_maybe_truncated", "account_no") in codes(row)
    scientific = one("상호,사업자번호,대표자,은행,계좌번호,예금주", f"가게,{A},김,농협은행,3.51E+12,김")
    assert (scientific.values["account_no"], codes(scientific)) == (None, [("account_unreadable", "account_no")])


@pytest.mark.parametrize("text", ["=1+1", "+1+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "@SUM(A1)", "＝1+1"])
def test_text_that_runs_is_refused(text: str) -> None:
    row = one("상호,사업자번호,대표자,비고", f'가게,{A},김,"{text}"')
    assert codes(row)[0] == ("formula_attack", "note")
    assert row.values["note"] is None


def test_signed_numbers_in_words_are_no_formula() -> None:
    assert one("상호,사업자번호,대표자,비고", f"가게,{A},김,-18℃ 이하 냉동 배송").status == "ok"


def test_empty_formula_and_errors() -> None:
    data = book(["상호", "사업자번호", "대표자", "대표상품 단가"], ["가게", A, "김", "=1/0"])
    (row,) = read_list(data, "a.xlsx").rows
    assert codes(row) == [("formula_empty", "sample_price")]


def test_real_dates_and_percents() -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["상호", "사업자번호", "대표자", "입점희망일", "수수료율"])
    sheet.append(["가게", A, "김", date(2026, 11, 5), 0.055])
    sheet["E2"].number_format = "0.0%"
    out = io.BytesIO()
    workbook.save(out)
    (row,) = read_list(out.getvalue(), "a.xlsx").rows
    assert (row.values["desired_start"], row.values["fee_rate"], row.status) == ("2026-11-05", "5.5", "ok")


def test_same_number_twice() -> None:
    office = csv_list("상호,사업자번호,대표자", f"가게,{A},김", f"가게,{A},김", f"다른가게,{A},박", f"가게,{B},최")
    assert [(row.status, [p.code for p in row.problems]) for row in office.rows] == [
        ("ok", []), ("skipped", ["duplicate_same"]), ("refused", ["duplicate_conflict"]), ("warning", ["duplicate_name"]),
    ]  # fmt: skip


def test_products_by_an_ambiguous_name_are_refused() -> None:
    known = Known({"9453534957": "가게", "9640186000": "가게"})
    row = one("업체명,상품명,단가,규격", "가게,된장,9000,1kg", known=known)
    assert codes(row) == [("unknown_merchant", "merchant")]


def test_addresses() -> None:
    home = Home("순창군", "전북특별자치도")
    said = {
        "전북특별자치도 순창군 순창읍 장독대길 1": "ok", "전라북도 순창군 순창읍 1": "ok", "순창읍 장독대길 1": "ok",
        "전북 남원시 춘향로 1": "warning", "서울특별시 중구 데모로 1": "warning",
    }  # fmt: skip
    for address, status in said.items():
        row = one("상호,사업자번호,대표자,주소", f"가게,{A},김,{address}", home=home)
        assert (address, row.status) == (address, status)


def test_invisible_letters_and_long_text() -> None:
    row = one("상호,사업자번호,대표자", f"가\u200b게\u202e,{A},김")
    assert (row.text("name"), codes(row)) == ("가게", [("invisible", "name")])
    long = one("상호,사업자번호,대표자", f"{'가' * 10_000},{A},김")
    assert codes(long) == [("too_long", "name")]


def test_ditto_and_spread_letters() -> None:
    office = csv_list(
        "상호,사업자번호,대표자,주소", f"가게,{A},김 가 게,순창읍 1", f"나게,{B},박,〃", f"다게,{C},최, 상 동 "
    )
    assert [row.text("address") for row in office.rows] == ["순창읍 1"] * 3
    assert office.rows[0].text("representative") == "김가게"


def test_merged_merchants_and_everyday_headings() -> None:
    data = book(
        ["판매자", "사업자 번호", "상품", "판매 단위", "소비자가격", "보관 방법"],
        ["가람식품", A, "된장", "1kg", 12000, "냉장보관"], [None, None, "고추장", "500g", 9000, "실온"],
        merge=("A2:A3", "B2:B3"),
    )  # fmt: skip
    office = read_list(data, "a.xlsx", known=Known({"9453534957": "가람식품"}))
    assert [row.values["merchant_business_no"] for row in office.rows] == ["9453534957"] * 2
    assert codes(office.rows[1]) == [("merged_fill", "merchant"), ("storage_alias", "storage")]
    row = one("NO,가게 이름,사장님 성함,사업자 등록 번호,휴대폰 번호", f"1,가게,김가게,{A},010-1111-2222")
    assert (row.text("representative"), row.status) == ("김가게", "ok")


def test_merchants_and_products_in_one_sheet() -> None:
    office = csv_list(
        "업체명,대표자,사업자등록번호,전화,상품명,규격,판매가격,과세구분",
        f"가게,김,{A},061-111-2222,된장,1kg,12000,과세", f"가게,김,{A},061-111-2222,간장,1L,9000,과세",
        f"나게,박,{B},061-111-3333,고추장,1kg,15000,과세",
    )  # fmt: skip
    assert [(row.text("name"), row.status) for row in office.of("merchant")] == [("가게", "ok"), ("나게", "ok")]
    assert [(row.text("name"), row.text("merchant_business_no"), row.status) for row in office.of("product")] == [
        ("된장", "9453534957", "ok"), ("간장", "9453534957", "ok"), ("고추장", "9640186000", "ok"),
    ]  # fmt: skip
