"""Charts of the first page. Upper apps name theirs in their wagtail_hooks."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from core.clock import add_months
from ui.charts import Bar, Drawing, draw


@dataclass(frozen=True, slots=True)
class Chart:
    """Something that a duty watches over time: who may see it, its title, and where its bars come from."""

    position: int
    permission: str
    title: Any
    bars: Callable[[], Sequence[Bar]]


_charts: list[Chart] = []


def add_chart(position: int, permission: str, title: Any, bars: Callable[[], Sequence[Bar]]) -> None:
    """Let an app show a chart; lower positions stand first."""
    _charts.append(Chart(position, permission, title, bars))
    _charts.sort(key=lambda chart: chart.position)


def charts_for(user: Any) -> list[tuple[Any, Drawing]]:
    """The charts that this person may see, drawn."""
    return [(chart.title, draw(chart.bars())) for chart in _charts if user.has_perm(chart.permission)]


def by_day(rows: Iterable[tuple[date, int]], *, last: date, days: int) -> list[tuple[str, int]]:
    """Values of the `days` civil days up to `last`, days without a row as zero; labelled 11/3."""
    known = dict(rows)
    shown = [last - timedelta(days=ago) for ago in range(days - 1, -1, -1)]
    return [(f"{day.month}/{day.day}", known.get(day, 0)) for day in shown]


def by_month(rows: Iterable[tuple[date, int]], *, last: date, months: int) -> list[tuple[str, int]]:
    """Values of the `months` months up to that of `last`, by their first day; labelled 11월."""
    known = dict(rows)
    shown = [add_months(last.replace(day=1), -ago) for ago in range(months - 1, -1, -1)]
    return [(f"{month.month}월", known.get(month, 0)) for month in shown]
