"""One cell to one clean value, with the codes of what had to be done. Never guesses a digit."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from malls.merchants.onboarding.cells import Cell
from malls.merchants.onboarding.vocabulary import ALLERGEN, FUNDING, STORAGES, TAX_TYPES, TAXES

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0xFFE6: 0x20A9}
_INVISIBLE = dict.fromkeys(
    [
        *(*range(9), 11, 12, *range(14, 32), 0x7F, 0xAD, 0x61C, 0x2060, 0xFEFF),
        *(*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A)),
    ]
)
_DASHES = dict.fromkeys([0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212, 0x30FC, 0x3161], "-")
NOTHING = frozenset(
    {"-", "--", "---", "–", "—", "·", ".", "x", "X", "없음", "해당없음", "미상", "N/A", "n/a", "무", "해당사항없음"}
)
DITTO = frozenset({"상동", "〃", "″", '"', "''", "위와같음", "동상", "위와동일", "〃〃", "″″", "ditto"})


@dataclass(frozen=True, slots=True)
class Value:
    """What a cell means. `rest` is what did not fit and belongs into the note."""

    value: str | int | list[str] | None
    codes: tuple[str, ...] = ()
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Plain:
    """A cell's text in ordinary letters and spaces."""

    text: str
    codes: tuple[str, ...]
    number: bool


def is_ditto(cell: Cell) -> bool:
    """Whether the cell says "as above"."""
    return isinstance(cell.value, str) and re.sub(r"\s", "", cell.value) in DITTO


def plain(cell: Cell) -> Plain:
    """Ordinary letters, single spaces, no invisible characters; says what was done."""
    codes = ["formula_value"] if cell.formula and cell.value is not None else []
    if cell.formula and cell.value is None:
        return Plain("", ("formula_empty",), number=False)
    if not isinstance(cell.value, str):
        return Plain(cell.shown, tuple(codes), number=isinstance(cell.value, int | float))
    text = cell.value.translate(_INVISIBLE)
    if text != cell.value:
        codes.append("invisible")
    narrow = text.translate(_WIDE)
    if narrow != text:
        codes.append("full_width")
    lines = [re.sub(r"[ \t\u3000\xa0]+", " ", line).strip() for line in narrow.replace("\r", "\n").split("\n")]
    trimmed = "\n".join(lines).strip()
    if trimmed != narrow:
        codes.append("trim_space")
    return Plain(trimmed, tuple(codes), number=False)


def words(cell: Cell) -> Value:
    """Free text."""
    got = plain(cell)
    return Value(None if got.text in {"", "-"} else got.text, got.codes)


def person(cell: Cell) -> Value:
    """A name: letters that were spread out for looks are put together."""
    got = plain(cell)
    if re.fullmatch(r"(?:[가-힣] ){2,}[가-힣]", got.text) or re.fullmatch(r"[가-힣] [가-힣]", got.text):
        return Value(
            got.text.replace(" ", ""), (*got.codes, "trim_space") if "trim_space" not in got.codes else got.codes
        )
    return Value(None if got.text in NOTHING else got.text or None, got.codes)


def digits_of(cell: Cell, *, also: str = "") -> tuple[str, tuple[str, ...]]:
    """The digits of a number that is not a quantity, and what was done to get them."""
    got = plain(cell)
    text = got.text.translate(_DASHES)
    codes = list(got.codes)
    if got.number:
        codes.append("number_cell")
    elif re.search(rf"[^\d\-{also}]", text):
        codes.append("separator")
    return re.sub(r"\D", "", text), tuple(codes)


def business_no(cell: Cell) -> Value:
    """Ten digits that pass their check digit."""
    text = plain(cell).text
    if text in NOTHING or not text:
        return Value(None)
    digits, codes = digits_of(cell)
    full = 10
    if len(digits) != full:
        return Value(digits or text, (*codes, "bad_length"))
    return Value(digits, codes if passes_check(digits) else (*codes, "bad_checksum"))


def passes_check(digits: str) -> bool:
    """The check digit of a business number (사업자등록번호)."""
    numbers = [int(digit) for digit in digits]
    total = sum(a * b for a, b in zip(numbers, (1, 3, 7, 1, 3, 7, 1, 3, 5), strict=False)) + numbers[8] * 5 // 10
    return (10 - total % 10) % 10 == numbers[9]


def postcode(cell: Cell) -> Value:
    """Five digits; a number cell may have lost the first zero; old six-digit codes are left empty."""
    text = plain(cell).text
    if not text or text in NOTHING:
        return Value(None)
    digits, codes = digits_of(cell)
    now, short, old = 5, 4, 6
    if len(digits) == now:
        return Value(digits, codes)
    if len(digits) == short:
        return Value("0" + digits, ("lost_leading_zero", *codes))
    return Value(None, ("old_postcode" if len(digits) == old else "postcode_unreadable",))


def phone(cell: Cell) -> Value:
    """A Korean phone number with hyphens; of several the first."""
    got = plain(cell)
    if not got.text or got.text in NOTHING:
        return Value(None)
    parts = [part for part in re.split(r"[/,;\n]|\s또는\s", got.text) if len(re.sub(r"\D", "", part)) > 7]  # noqa: PLR2004
    several = len(parts) > 1
    first = Cell(parts[0].strip(), cell.address) if several else cell
    digits, codes = digits_of(first)
    if digits.startswith("82") and "+" in got.text:
        digits = digits[2:] if digits[2:].startswith("0") else "0" + digits[2:]
    elif re.fullmatch(r"1\d{8,9}|[2-6]\d{7,9}|70\d{8}", digits) and not re.fullmatch(r"1[5-9]\d{6}", digits):
        digits, codes = "0" + digits, ("lost_leading_zero", *codes)
    hyphened = hyphen(digits)
    if hyphened is None:
        return Value(None, ("phone_unreadable",), got.text)
    if several:
        return Value(hyphened, ("multiple_values", *codes), ", ".join(part.strip() for part in parts[1:]))
    return Value(hyphened, codes)


def hyphen(digits: str) -> str | None:
    """Digits of a phone number in their usual groups, or None when there is no such number."""
    for pattern in (
        r"(02)(\d{3,4})(\d{4})",
        r"(05\d{2})(\d{3,4})(\d{4})",
        r"(0\d{2})(\d{3,4})(\d{4})",
        r"(1[5-9]\d{2})(\d{4})",
    ):
        found = re.fullmatch(pattern, digits)
        if found:
            return "-".join(found.groups())
    return None


def email(cell: Cell) -> Value:
    """An address that an invitation can reach."""
    got = plain(cell)
    if not got.text or got.text in NOTHING:
        return Value(None)
    parts = [part for part in re.split(r"[,;/\s]+", got.text) if part]
    codes, text, rest = got.codes, got.text, ""
    if len(parts) > 1 and all("@" in part for part in parts):
        codes, text, rest = ("multiple_values", *codes), parts[0], ", ".join(parts[1:])
    good = re.fullmatch(
        r"[A-Za-z0-9_%+-]+(?:\.[A-Za-z0-9_%+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}", text
    )
    return Value(text, codes, rest) if good else Value(text, ("bad_email", *codes))


def mail_order_no(cell: Cell) -> Value:
    """The report number of a mail-order business, or its exemption with the reason."""
    got = plain(cell)
    none = re.match(
        r"(미신고|신고\s*(예정|중|전)|예정|준비\s*중|진행\s*중|미등록|없음|무$|해당\s*없음|해당사항\s*없음)", got.text
    )
    return Value(None) if none or got.text in NOTHING or not got.text else Value(got.text, got.codes)


def _named(cell: Cell, names: dict[str, str], alias: str, unknown: str) -> Value:
    got = plain(cell)
    key = re.sub(r"[\s/()]", "", got.text)
    if not key or key in NOTHING:
        return Value(None)
    standard = names.get(key.lower()) or names.get(re.sub(r"\(.*?\)", "", got.text).strip())
    if standard is None:
        return Value(None, (unknown,), got.text)
    return Value(standard, got.codes if standard == got.text else (*got.codes, alias))


def tax_type(cell: Cell) -> Value:
    """A merchant's tax type by its standard name."""
    return _named(cell, TAX_TYPES, "tax_alias", "tax_unknown")


def tax(cell: Cell) -> Value:
    """A product's taxation: 과세 or 면세."""
    return _named(cell, TAXES, "tax_alias", "tax_unknown")


def storage(cell: Cell) -> Value:
    """상온, 냉장 or 냉동."""
    return _named(cell, STORAGES, "storage_alias", "storage_unknown")


def funding(cell: Cell) -> Value:
    """Who pays for a voucher: city, buyer or merchant."""
    got = _named(cell, FUNDING, "", "")
    return Value(got.value or "buyer")


_UNITS = {"천만": 10_000_000, "백만": 1_000_000, "십만": 100_000, "만": 10_000, "천": 1_000, "백": 100, "십": 10}


def won(text: str) -> int | None:
    """An amount in won out of `19,500`, `₩23,700`, `16,800원`, `1만2천원`, `14천원`; None when it is not one amount."""
    bare = re.sub(r"[\s,₩\\]|KRW|원정?$", "", re.sub(r"\((?:부가세|VAT|vat)[^)]*\)", "", text).strip())
    bare = bare.removesuffix("원").removeprefix("금")
    if any("," in run and not re.fullmatch(r"\d{1,3}(,\d{3})+", run) for run in re.findall(r"[\d,]*,[\d,]*", text)):
        return None
    if re.fullmatch(r"-?\d+", bare):
        return int(bare)
    found = re.findall(r"(\d+(?:\.\d+)?)(천만|백만|십만|만|천|백|십)", bare)
    left = re.sub(r"(\d+(?:\.\d+)?)(천만|백만|십만|만|천|백|십)", "", bare)
    if not found or not re.fullmatch(r"\d*", left) or not bare.endswith(left):
        return None
    scales = [_UNITS[unit] for _, unit in found]
    if scales != sorted(set(scales), reverse=True) or (left and int(left) >= scales[-1]):
        return None
    total = sum(_scaled(number, _UNITS[unit]) for number, unit in found) + int(left or 0)
    return total if total >= 0 else None


def _scaled(number: str, unit: int) -> int:
    whole, _, part = number.partition(".")
    return int(whole) * unit + (int(part) * unit // 10 ** len(part) if part else 0)


def amount(cell: Cell, *, bad: str = "price_unparsed") -> Value:
    """Whole won. What cannot be read is empty, with the code `bad`."""
    got = plain(cell)
    if not got.text or got.text in NOTHING:
        return Value(None, tuple(code for code in got.codes if code == "formula_empty"))
    if got.number:
        whole = isinstance(cell.value, int) or (isinstance(cell.value, float) and cell.value.is_integer())
        return Value(int(cell.value), got.codes) if whole and not isinstance(cell.value, str) else Value(None, (bad,))  # type: ignore[arg-type]
    if "trim_space" in got.codes and re.fullmatch(r"\d+", got.text):
        return Value(int(got.text), got.codes)
    read = won(got.text)
    if read is None:
        return Value(None, (bad,))
    if re.fullmatch(r"-?\d+", got.text):
        return Value(read, got.codes)
    return Value(read, (*(code for code in got.codes if code != "trim_space"), "price_text"))


def whole_number(cell: Cell) -> Value:
    """A count such as a stock, perhaps with a unit."""
    got = plain(cell)
    if not got.text or got.text in NOTHING:
        return Value(None)
    bare = re.sub(r"[\s,]|(개|EA|ea|박스|봉|세트|병|팩|kg|일)$", "", got.text)
    if not re.fullmatch(r"\d{1,9}", bare):
        return Value(None, ("number_unparsed",))
    return Value(int(bare), got.codes if bare == got.text else (*got.codes, "number_text"))


def days(cell: Cell) -> Value:
    """A period in days: 180, `6개월`, `1년`, `제조일로부터 30일`."""
    got = plain(cell)
    if not got.text or got.text in NOTHING:
        return Value(None)
    if re.fullmatch(r"\d{1,5}", got.text):
        return Value(int(got.text), got.codes)
    found = re.findall(r"(\d{1,4})\s*(일|주|개월|달|월|년)", got.text)
    if len(found) != 1 or re.search(r"\d\s*[~\-]\s*\d", got.text):
        return Value(None, ("duration_unparsed",))
    number, unit = int(found[0][0]), found[0][1]
    return Value(_in_days(number, unit), (*(code for code in got.codes if code != "trim_space"), "duration_text"))


def _in_days(number: int, unit: str) -> int:
    if unit in {"개월", "달", "월"}:
        years, months = divmod(number, 12)
        return years * 365 + months * 30
    return number * {"일": 1, "주": 7, "년": 365}[unit]


def iso_date(cell: Cell) -> Value:
    """A civil date as ISO text; without a certain year it is empty."""
    if isinstance(cell.value, datetime | date):
        return Value(cell.value.strftime("%Y-%m-%d"), ("formula_value",) if cell.formula else ())
    got = plain(cell)
    text = got.text.lstrip("'’‘`")
    if not text or text in NOTHING:
        return Value(None)
    if got.number and re.fullmatch(r"[34]\d{4}|5\d{4}", text):
        return Value((date(1899, 12, 30) + timedelta(days=int(text))).isoformat(), (*got.codes, "date_text"))
    read = _read_date(text)
    if read is None:
        return Value(None, ("date_ambiguous",))
    return Value(
        read, got.codes if read == text else (*(code for code in got.codes if code != "trim_space"), "date_text")
    )


def _read_date(text: str) -> str | None:
    text = re.sub(r"\s*\(.\)|\s+\d{2}:\d{2}(:\d{2})?$", "", text)
    parts = re.fullmatch(r"(\d{4}|\d{2})\s*[년./\-]\s*(\d{1,2})\s*[월./\-]\s*(\d{1,2})\s*[일.]?", text) or re.fullmatch(
        r"(\d{4}|\d{2})(\d{2})(\d{2})", text
    )
    if not parts:
        return None
    year, month, day = (int(part) for part in parts.groups())
    century = 2000
    try:
        return datetime(year if year > 99 else century + year, month, day, tzinfo=UTC).date().isoformat()  # noqa: PLR2004
    except ValueError:
        return None


def rate(cell: Cell) -> Value:
    """A rate in percent as short text: `5`, `5.5`."""
    got = plain(cell)
    if not got.text or got.text in NOTHING:
        return Value(None)
    if cell.kind == "percent" and isinstance(cell.value, int | float):
        return Value(f"{cell.value * 100:.4f}".rstrip("0").rstrip("."), got.codes)
    text = got.text.replace(" ", "").removesuffix("%").removesuffix("퍼센트").removesuffix("프로")
    if not re.fullmatch(r"\d{1,2}(\.\d{1,4})?", text):
        return Value(None, ("number_unparsed",))
    return Value(text.rstrip("0").rstrip(".") if "." in text else text, got.codes)


def allergens(cell: Cell) -> Value:
    """Substances that must be declared, by their statutory names."""
    got = plain(cell)
    if not got.text or re.sub(r"\s", "", got.text) in NOTHING:
        return Value([])
    parts = [part.strip() for part in re.split(r"[,·/、;\n](?![^()]*\))", got.text) if part.strip()]
    names = [ALLERGEN.get(re.sub(r"\s|함유$", "", part), part) for part in parts]
    return Value(list(dict.fromkeys(names)))
