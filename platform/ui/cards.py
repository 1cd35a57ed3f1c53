"""What the card components need to know: plain values, filled by whoever queries."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ui.goods import still_life

CARD_FILTER = "fill-800x600|format-webp|webpquality-80"
HERO_FILTER = "fill-1200x900|format-webp|webpquality-80"


@dataclass(frozen=True, slots=True)
class Picture:
    """An address and its alternative text; an empty text says that the picture only decorates."""

    src: str
    alt: str = ""


@dataclass(frozen=True, slots=True)
class BundleCard:
    """A bundle in a list. `price` is what is paid per delivery, `list_price` what the contents cost one by one (won).

    `cadence` 매달, `shops` number of merchants inside, `delivery` 배송비 포함; `tag` only for a voucher
    inside, a deadline, or the last ones (`tag_kind`: included, deadline, last).
    """

    href: str
    name: str
    line: str
    price: int
    picture: Picture
    list_price: int = 0
    cadence: str = ""
    shops: int = 0
    delivery: str = ""
    tag: str = ""
    tag_kind: str = "included"

    @property
    def percent_off(self) -> int:
        """The cut in whole percent, rounded down so that we never promise more; 0 when there is none."""
        return percent_off(self.price, self.list_price)


@dataclass(frozen=True, slots=True)
class ProductCard:
    """A single product in a list (won)."""

    href: str
    name: str
    merchant: str
    price: int
    picture: Picture
    list_price: int = 0
    spec: str = ""
    tag: str = ""
    tag_kind: str = "included"
    sold_out: bool = False

    @property
    def percent_off(self) -> int:
        """The cut in whole percent; 0 when there is none."""
        return percent_off(self.price, self.list_price)


@dataclass(frozen=True, slots=True)
class StoryCard:
    """A story, exhibition or notice in a list."""

    href: str
    title: str
    line: str
    picture: Picture
    eyebrow: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter as a link; `on` marks the present one."""

    label: str
    href: str
    on: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a way; state is done, now or next."""

    label: str
    state: str = "next"


@dataclass(frozen=True, slots=True)
class Fact:
    """A number that a town is proud of."""

    value: str
    label: str


def percent_off(price: int, list_price: int) -> int:
    """How much lower `price` is than `list_price`, in whole percent, rounded down."""
    return (list_price - price) * 100 // list_price if list_price > price >= 0 else 0


def picture_of(
    image: Any = None,
    *,
    name: str,
    category: str = "",
    contents: Iterable[str] = (),
    size: str = CARD_FILTER,
    alt: str = "",
) -> Picture:
    """The uploaded Wagtail photograph, or else the still life of these goods. Prefetch renditions for lists."""
    if image is not None:
        with suppress(OSError):  # its file is gone: never a broken picture, the still life takes its place
            return Picture(image.get_rendition(size).url, alt or image.title)
    return Picture(still_life(name, category=category, contents=contents).path, alt)
