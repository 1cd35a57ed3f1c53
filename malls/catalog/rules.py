"""From an office's words to a product's fields: tax, storage, notice and shelf."""
# ruff: noqa: E501  Hangul counts double

from collections.abc import Mapping

TAXES = {"과세": "taxable", "면세": "exempt"}
STORAGES = {"상온": "ambient", "냉장": "chilled", "냉동": "frozen"}
NOTICE = (
    "food_type", "ingredients", "producer", "made_on", "use_by", "nutrition", "gmo", "caution", "storage", "import",
    "contact",
)  # fmt: skip
FRESH, PROCESSED = "농수축산물", "가공식품"
LAST_ONES = 10

SHELVES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("side", ("밀키트", "반찬", "젓갈", "식해", "조림", "김치", "장아찌", "게장", "순대", "국밥", "죽", "불고기", "비빔", "꼬막장")),
    ("jang", ("고추장", "된장", "간장", "청국장", "쌈장", "장류", "메주", "식초", "춘장")),
    ("tea", ("녹차", "홍차", "발효차", "말차", "티백", "세작", "우전", "중작", "음료", "원액", "즙", "주스", "시럽", "청 ", "와인", "술")),
    ("snack", ("빵", "과자", "잼", "양갱", "카스텔라", "초콜릿", "한과", "엿", "쿠키", "떡", "병조림", "과점")),
    ("sea", ("대게", "홍게", "오징어", "문어", "미역", "다시마", "톳", "멸치", "고등어", "가자미", "과메기", "꼬막", "낙지", "전어",
             "주꾸미", "굴", "전복", "매생이", "해조", "수산", "새우", "김 ")),
    ("meat", ("삼겹살", "목살", "한우", "돼지", "축산", "달걀", "계란", "유정란", "치즈", "요거트", "앞다리", "닭")),
    ("fruit", ("복숭아", "사과", "자두", "황도", "블루베리", "복분자", "참다래", "딸기", "배 ", "포도", "감귤", "과일", "곶감", "반건시",
               "매실", "오디", "키위", "수박", "토마토")),
    ("grain", ("쌀", "콩", "보리", "잡곡", "현미", "찹쌀", "팥", "수수", "옥수수", "국수", "생면", "면 ")),
    ("veg", ("나물", "버섯", "송이", "표고", "감자", "고구마", "양파", "마늘", "시금치", "쪽파", "고추", "더덕", "도라지", "채소", "배추", "두릅")),
)  # fmt: skip


def product_fields(values: Mapping[str, object]) -> dict[str, object]:
    """A product's fields out of a row's values. What the list leaves empty is left out; stock is kept apart."""
    fields: dict[str, object] = {
        name: str(values[name]) for name in ("name", "spec", "origin", "description") if values.get(name)
    }
    fields.setdefault("spec", "")
    fields["price"] = values["price"]
    for name, source, words in (("tax_type", "tax", TAXES), ("storage", "storage", STORAGES)):
        if values.get(source):
            fields[name] = words[str(values[source])]
    if values.get("shelf_days") is not None:
        fields["shelf_days"] = values["shelf_days"]
    if values.get("allergens"):
        fields["allergens"] = values["allergens"]
    notice = notice_of(values)
    if notice:
        fields["notice"] = notice
        fields["notice_kind"] = str(values.get("notice_type") or (PROCESSED if notice.get("food_type") else FRESH))
    return fields


def notice_of(values: Mapping[str, object]) -> dict[str, str]:
    """The statutory notice's fields (상품정보제공고시) that the list brings."""
    found = {
        name: values.get(f"notice_{name}") or (values.get(name) if name in NOTICE[:2] else None) for name in NOTICE
    }
    return {name: str(value) for name, value in found.items() if value}


def shelf_of(name: str, business_type: str = "") -> str:
    """The slug of the shelf where a product most likely stands; the product's own name speaks first."""
    for text in (name + " ", business_type + " "):
        for slug, words in SHELVES:
            if any(word in text for word in words):
                return slug
    return "etc"


def shown_stock(available: int) -> int:
    """What pages let visitors see of a stock: 0 is sold out, up to `LAST_ONES` the last ones, beyond them no number."""
    return min(max(available, 0), LAST_ONES + 1)
