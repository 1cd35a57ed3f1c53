"""Whether an address lies in the municipality. Says outside only when the address names another place."""
# ruff: noqa: E501  Hangul counts double

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

# Provinces by what people write; old and new names of one province share a word.
PROVINCES: dict[str, str] = {
    "서울": "서울", "부산": "부산", "대구": "대구", "인천": "인천", "대전": "대전", "울산": "울산", "세종": "세종", "경기": "경기",
    "강원": "강원", "충청북도": "충북", "충북": "충북", "충청남도": "충남", "충남": "충남", "전라북도": "전북", "전북": "전북",
    "전라남도": "전남", "전남": "전남", "광주광역": "전남", "광주시": "경기", "경상북도": "경북", "경북": "경북", "경상남도": "경남",
    "경남": "경남", "제주": "제주",
}  # fmt: skip
_DISTRICT = re.compile(r"[가-힣]{1,6}(?:시|군|구)")


@dataclass(frozen=True, slots=True)
class Home:
    """The municipality: its name (순창군) and, when known, its province."""

    name: str
    province: str = ""


def province_of(text: str) -> str:
    """The province that the first word names, or empty."""
    first = text.split(maxsplit=1)[0] if text.split() else ""
    return next((code for word, code in PROVINCES.items() if first.startswith(word)), "")


def is_outside(address: str, home: Home) -> bool:
    """Whether the address names another province, or another city, county or district."""
    province, ours = province_of(address), province_of(home.province) or province_of(home.name)
    if province and ours and province != ours:
        return True
    tokens = address.split()[:3]
    if home.name in tokens or (province_of(home.name) and province == province_of(home.name)):
        return False
    return any(_DISTRICT.fullmatch(token) and province_of(token) == "" for token in tokens)


def home_of(addresses: Iterable[str]) -> Home | None:
    """The place that most addresses name, when nobody told us."""
    pairs = [tuple(address.split()[:2]) for address in addresses if len(address.split()) > 2]  # noqa: PLR2004
    pairs = [pair for pair in pairs if province_of(pair[0]) and _DISTRICT.fullmatch(pair[1])]
    if not pairs:
        return None
    (province, name), times = Counter(pairs).most_common(1)[0]
    return Home(name, province) if times * 2 > len(pairs) else None
