"""The curated content of six towns, as files beside this one."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
PASSWORD = "goeul-demo"  # noqa: S105  said aloud on purpose: demo data only
SMALL = ("sunchang", "boseong", "yeongdeok")
FULL = (*SMALL, "jeongseon", "tongyeong", "jeju")
LISTS = {
    "sunchang": ("sunchang.xlsx",),
    "boseong": ("boseong.csv", "boseong_products.csv"),
    "yeongdeok": ("yeongdeok.xlsx",),
}
COLORS = {
    "sunchang": "#8f2d1e", "boseong": "#2f6b3a", "yeongdeok": "#a3361f", "jeongseon": "#4a5a2b",
    "tongyeong": "#1f5f7a", "jeju": "#b0560f",
}  # fmt: skip


@dataclass(frozen=True)
class Town:
    """One town's demo content."""

    slug: str

    @cached_property
    def content(self) -> dict[str, Any]:
        """Bundles, vouchers, stories and the rest."""
        return self._read(f"content/{self.slug}.json")

    @property
    def code(self) -> str:
        """Its government code."""
        return str(self.content["municipality"]["code"])

    @property
    def name(self) -> str:
        """Its official name."""
        return str(self.content["municipality"]["name_ko"])

    @property
    def brand(self) -> str:
        """The mall's name."""
        return str(self.content["municipality"]["brand"])

    @property
    def color(self) -> str:
        """The mall's colour."""
        return COLORS[self.slug]

    @property
    def lists(self) -> list[Path]:
        """The office's lists, merchants before products; empty where plain content stands in."""
        return [DATA / "onboarding" / name for name in LISTS.get(self.slug, ())]

    @cached_property
    def merchants(self) -> list[dict[str, Any]]:
        """Merchants of towns without an office list."""
        return list(self._read(f"content/{self.slug}_merchants.json")["merchants"])

    @cached_property
    def products(self) -> list[dict[str, Any]]:
        """Their products, with the notice's defaults filled in."""
        found = self._read(f"content/{self.slug}_products.json")
        return [{**one, "notice": {**found["notice_defaults"], **one["notice"]}} for one in found["products"]]

    def _read(self, name: str) -> dict[str, Any]:
        return dict(json.loads((DATA / name).read_text(encoding="utf-8")))


def towns(size: str) -> list[Town]:
    """The towns of a `small` (three) or `full` (six) demo."""
    return [Town(slug) for slug in (FULL if size == "full" else SMALL)]
