"""Bar charts drawn on the server: numbers become the geometry of an SVG, and a table for who does not see it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 360, 180
LEFT, RIGHT, TOP, BOTTOM = 8, 8, 22, 22
LABELS = 8
"""At most so many words under the bars, so that they never touch."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One value (not negative) with the words under its bar and in the table."""

    label: str
    value: int
    words: str


@dataclass(frozen=True, slots=True)
class Box:
    """One bar as it is drawn; `label` is empty where words would touch."""

    x: float
    y: float
    width: float
    height: float
    label: str
    middle: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart ready for its template. `peak` is the highest value in words and where it stands."""

    bars: Sequence[Bar]
    boxes: Sequence[Box]
    peak: Bar | None
    peak_x: float
    anchor: str
    width: int = WIDTH
    height: int = HEIGHT
    ground: int = HEIGHT - BOTTOM
    left: int = LEFT
    right: int = WIDTH - RIGHT
    labels_y: int = HEIGHT - 6
    peak_y: int = TOP - 8


def draw(bars: Sequence[Bar]) -> Drawing:
    """Place the bars side by side; the highest fills the height, a value above zero is always seen."""
    highest = max((bar.value for bar in bars), default=0)
    step = (WIDTH - LEFT - RIGHT) / max(len(bars), 1)
    every = -(-len(bars) // LABELS) or 1
    boxes = [_box(index, bar, step, highest, every) for index, bar in enumerate(bars)]
    top = max(range(len(bars)), key=lambda index: bars[index].value, default=0)
    return Drawing(
        bars=bars,
        boxes=boxes,
        peak=bars[top] if highest else None,
        peak_x=boxes[top].middle if boxes else 0,
        anchor=_anchor(top, len(bars)),
    )


def counted(bars: Sequence[tuple[str, int]], words: Callable[[int], str] = "{:,}".format) -> list[Bar]:
    """Bars from labels and values; `words` writes a value."""
    return [Bar(label, value, words(value)) for label, value in bars]


def _box(index: int, bar: Bar, step: float, highest: int, every: int) -> Box:
    room = HEIGHT - TOP - BOTTOM
    height = max(room * bar.value / highest, 1.5) if bar.value else 0
    left = LEFT + index * step
    return Box(
        x=round(left + step * 0.15, 2),
        y=round(HEIGHT - BOTTOM - height, 2),
        width=round(step * 0.7, 2),
        height=round(height, 2),
        label=bar.label if index % every == 0 else "",
        middle=round(left + step / 2, 2),
    )


def _anchor(index: int, count: int) -> str:
    """Words at the edges stay inside the picture."""
    if index < count / 4:
        return "start"
    return "end" if index >= count * 3 / 4 else "middle"
