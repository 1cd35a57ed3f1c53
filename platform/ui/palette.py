"""From one municipal colour to the colours of its mall, each checked for contrast. Pure."""

import colorsys
import re
from dataclasses import dataclass

PAPER = "#fffdfa"
WHITE = "#ffffff"
INK = "#1e1b18"
DEFAULT_BRAND = "#8f2d1e"
ENOUGH = 4.5


@dataclass(frozen=True, slots=True)
class Palette:
    """`brand` paints the one action, `strong` is its pressed shade, `soft` a ground, `text` reads on paper and soft."""

    brand: str
    strong: str
    soft: str
    line: str
    text: str
    on_brand: str


def palette_of(color: str) -> Palette:
    """Derive the palette of a hex colour. A colour too pale is darkened until every pair reads (4.5:1)."""
    seed = color.lower() if re.fullmatch(r"#[0-9a-fA-F]{6}", color) else DEFAULT_BRAND
    brand = _until(seed, WHITE, -0.01)
    soft = _mixed(brand, PAPER, 0.09)
    text = _until(_until(brand, soft, -0.01), PAPER, -0.01)
    return Palette(brand, _mixed(brand, "#000000", 0.78), soft, _mixed(brand, PAPER, 0.28), text, WHITE)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (WCAG 2.2, KWCAG 5.4.3), from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def theme_css(palette: Palette) -> str:
    """The municipality's stylesheet: only custom properties, KRDS primary among them."""
    pairs = {
        "--brand": palette.brand, "--brand-strong": palette.strong, "--brand-soft": palette.soft,
        "--brand-line": palette.line, "--brand-text": palette.text, "--on-brand": palette.on_brand,
        "--krds-color-light-primary-5": palette.soft, "--krds-color-light-primary-50": palette.brand,
        "--krds-color-light-primary-60": palette.strong,
        **_desk(palette),
    }  # fmt: skip
    return ":root{" + ";".join(f"{name}:{value}" for name, value in pairs.items()) + "}\n"


def _desk(palette: Palette) -> dict[str, str]:
    """The same colours as Wagtail's admin wants them: hue, saturation and lightness apart."""
    parts = {}
    for name, color in (("primary", palette.strong), ("secondary", palette.brand)):
        hue, light, saturation = colorsys.rgb_to_hls(*_channels(color))
        parts[f"--w-color-{name}-hue"] = f"{hue * 360:.1f}"
        parts[f"--w-color-{name}-saturation"] = f"{saturation * 100:.1f}%"
        parts[f"--w-color-{name}-lightness"] = f"{light * 100:.1f}%"
    return parts


def _until(color: str, ground: str, step: float) -> str:
    """`color`, darkened in steps until it reads on `ground`."""
    red, green, blue = _channels(color)
    hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
    while contrast(color, ground) < ENOUGH and light > 0:
        light = max(0.0, light + step)
        color = _hex(*colorsys.hls_to_rgb(hue, light, saturation))
    return color


def _mixed(color: str, ground: str, part: float) -> str:
    pairs = zip(_channels(color), _channels(ground), strict=True)
    red, green, blue = (a * part + b * (1 - part) for a, b in pairs)
    return _hex(red, green, blue)


def _channels(color: str) -> tuple[float, float, float]:
    return int(color[1:3], 16) / 255, int(color[3:5], 16) / 255, int(color[5:7], 16) / 255


def _hex(red: float, green: float, blue: float) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in (red, green, blue))


def _luminance(color: str) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(color))  # noqa: PLR2004
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
