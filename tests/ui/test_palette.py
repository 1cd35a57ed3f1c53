import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.palette import ENOUGH, PAPER, contrast, palette_of, theme_css

COLORS = st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06x}")


@given(COLORS)
def test_every_colour_gives_a_palette_that_reads(color):
    palette = palette_of(color)
    pairs = [
        (palette.on_brand, palette.brand),
        (palette.on_brand, palette.strong),
        (palette.text, PAPER),
        (palette.text, palette.soft),
        (palette.text, "#ffffff"),
    ]
    assert [pair for pair in pairs if contrast(*pair) < ENOUGH] == []


def test_a_good_colour_stays_as_it_is():
    assert palette_of("#8F2D1E").brand == "#8f2d1e"


def test_a_pale_colour_is_darkened():
    assert palette_of("#ffe08a").brand != "#ffe08a"


@pytest.mark.parametrize("nonsense", ["", "red", "#12", "#1234567", "url(x)"])
def test_nonsense_gives_the_default(nonsense):
    assert palette_of(nonsense) == palette_of("#8f2d1e")


def test_contrast_of_black_and_white_is_21():
    assert round(contrast("#000000", "#ffffff"), 2) == 21


def test_theme_is_only_custom_properties():
    assert theme_css(palette_of("#1f6b45")).startswith(":root{--brand:#1f6b45;")
