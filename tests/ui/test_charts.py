"""Charts: what is drawn follows the numbers, and the words never leave the picture."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tenants.people.charting import by_day, by_month
from ui.charts import HEIGHT, LABELS, LEFT, RIGHT, TOP, WIDTH, counted, draw

values = st.lists(st.integers(0, 10**12), max_size=12)


@given(values)
def test_bars_stay_in_the_picture_in_the_order_of_their_values(numbers):
    drawing = draw(counted([(str(n), value) for n, value in enumerate(numbers)]))
    assert [bar.value for bar in drawing.bars] == numbers
    for box, value in zip(drawing.boxes, numbers, strict=True):
        assert (box.height > 0) == (value > 0)
        assert LEFT <= box.x <= box.x + box.width <= WIDTH - RIGHT + 0.01
        assert box.y >= TOP - 0.01
        assert abs(box.y + box.height - drawing.ground) < 0.02
    heights = [box.height for box in drawing.boxes]
    for one, its in zip(numbers, heights, strict=True):
        assert all(its >= height for other, height in zip(numbers, heights, strict=True) if one >= other)
    assert sum(bool(box.label) for box in drawing.boxes) <= LABELS


@given(values)
def test_the_peak_is_the_highest_value_or_nothing(numbers):
    drawing = draw(counted([(str(n), value) for n, value in enumerate(numbers)]))
    assert (drawing.peak.value if drawing.peak else 0) == max(numbers, default=0)
    assert 0 <= drawing.peak_x <= WIDTH
    assert drawing.height == HEIGHT


def test_days_without_a_row_are_zero():
    rows = [(date(2026, 3, 1), 7), (date(2026, 2, 1), 9)]
    assert by_day(rows, last=date(2026, 3, 2), days=4) == [("2/27", 0), ("2/28", 0), ("3/1", 7), ("3/2", 0)]


def test_months_count_back_over_the_new_year():
    rows = [(date(2025, 12, 1), 3)]
    assert by_month(rows, last=date(2026, 1, 31), months=3) == [("11월", 0), ("12월", 3), ("1월", 0)]
