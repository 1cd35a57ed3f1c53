"""Still life: goods on a table in soft light, drawn as SVG from some objects. Pure; same input, same picture."""
# ruff: noqa: E501  drawings are long

import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

OBJECTS = Path(__file__).parent / "objects"
WIDTH, HEIGHT = 640, 480
MOST = 6
SIZES = {1: 276, 2: 276, 3: 276, 4: 256}  # of a bottle, by how many stand there


@dataclass(frozen=True, slots=True)
class Ground:
    """The colours of a family of goods: wall above, wall below, table, backdrop."""

    top: str
    bottom: str
    table: str
    edge: str
    backdrop: str


GROUNDS = {
    "jang": Ground("#fdf1e7", "#f6d5bd", "#dba381", "#c98a66", "hills"),
    "tea": Ground("#f2f7ea", "#d3e5c1", "#a5c28c", "#8cac72", "rows"),
    "sea": Ground("#eef6fa", "#c5dfed", "#dcc7a4", "#c7ae86", "waves"),
    "fruit": Ground("#fff5e6", "#ffddb4", "#e7b478", "#d39b5c", "sun"),
    "grain": Ground("#fbf6e6", "#efe0b6", "#cfb47a", "#b99c5f", "hills"),
    "veg": Ground("#f3f8ec", "#d8e8c3", "#b89a72", "#a4855d", "rows"),
    "meat": Ground("#fdefe9", "#f3cfc0", "#c98f74", "#b47a60", "sun"),
    "snack": Ground("#fdf4ec", "#f4dcc9", "#d9ae8a", "#c69672", "sun"),
    "craft": Ground("#f6f3ee", "#e3dacd", "#b9a58c", "#a59077", "hills"),
    "trip": Ground("#eef5f8", "#cfe2e6", "#a9c39a", "#93b083", "mountains"),
}

# How tall an object stands beside a bottle (1.0). What is not listed stands 0.8.
STATURE = {
    "onggi": 1.2, "onggi-dark": 1.25, "sheaf-of-rice": 1.15, "pine-decoration": 1.1, "napa": 0.95, "radish": 0.95,
    "crock-red": 0.92, "crock-brown": 0.92, "crock-cream": 0.92, "celadon-pot": 0.82, "celadon-cup": 0.56, "gochu": 0.7, "gochu-pair": 0.78, "basket": 0.95,
    "bouquet": 1.15, "potted-plant": 1.1, "house-with-garden": 1.15, "national-park": 1.2, "sailboat": 1.25, "mountain": 1.2,
    "railway-car": 1.0, "aerial-tramway": 1.2, "ferry": 1.05, "bicycle": 1.05, "package": 0.85, "wrapped-gift": 0.85,
    "chestnut": 0.46, "beans": 0.5, "peanuts": 0.5, "garlic": 0.52, "onion": 0.6, "egg": 0.46, "tangerine": 0.56,
    "lemon": 0.54, "lime": 0.5, "persimmon": 0.55, "peach": 0.6, "red-apple": 0.62, "green-apple": 0.62, "tomato": 0.54,
    "potato": 0.56, "roasted-sweet-potato": 0.62, "carrot": 0.78, "cherries": 0.6, "blueberries": 0.58,
    "strawberry": 0.55, "kiwi-fruit": 0.52, "sake": 0.7, "spoon": 0.7, "clam": 0.5,
    "oyster": 0.55, "abalone": 0.52, "spiral-shell": 0.58, "anchovy": 0.56, "gim": 0.56, "mackerel": 0.66, "shrimp": 0.66, "meju": 0.78,
    "admission-tickets": 0.6, "dango": 0.72, "tteok": 0.62, "cookie": 0.5, "moon-cake": 0.56, "custard": 0.5,
    "matsutake": 0.7, "brown-mushroom": 0.62, "ginger-root": 0.52, "honeybee": 0.42, "soap": 0.5, "doughnut": 0.52,
    "chocolate-bar": 0.66, "leaf-fluttering-in-wind": 0.5, "fallen-leaf": 0.45, "blossom": 0.45, "cherry-blossom": 0.45,
    "hibiscus": 0.5, "herb": 0.7, "seedling": 0.62, "fish": 0.72, "crab": 0.8, "squid": 0.85, "octopus": 0.82, "salt": 0.62,
    "cut-of-meat": 0.7, "bacon": 0.62, "flatbread": 0.56, "pea-pod": 0.6, "thread": 0.55, "mirror": 0.85, "sundae": 0.62,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drawing:
    """One object: its SVG body on a 32 grid and the frame its paint fills; `foot` is where it touches the table."""

    body: str
    left: float
    top: float
    right: float
    bottom: float
    foot: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an object stands: centre and baseline in picture units, scale per grid unit, turn in degrees."""

    name: str
    center: float
    baseline: float
    scale: float
    turn: float


@cache
def drawings() -> dict[str, Drawing]:
    """Every object that we hold, by name."""
    found: dict[str, Drawing] = {}
    for source in ("fluent-emoji.json", "own.json"):
        for name, one in json.loads((OBJECTS / source).read_text(encoding="utf-8")).items():
            left, top, right, bottom, *foot = one["box"]
            found[name] = Drawing(one["body"], left, top, right, bottom, (foot[0], foot[1]))
    return found


def art(icons: Sequence[str], family: str, seed: int = 0) -> str:
    """The picture of some objects on the ground of a family, as a whole SVG document; unknown objects are left out."""
    known = [name for name in icons if name in drawings()][:MOST] or ["wrapped-gift"]
    ground = GROUNDS.get(family, GROUNDS["jang"])
    places = _places(known, random.Random(f"{family}{seed}{known}"))  # noqa: S311  repeatable, not secret
    goods = "".join(_shadow(place) for place in places) + "".join(_object(k, place) for k, place in enumerate(places))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" preserveAspectRatio="xMidYMid slice">'
        f"{_scene(ground)}{goods}{_glow()}</svg>"
    )


def tall_art(icons: Sequence[str], family: str, seed: int = 0) -> str:
    """The same in a room half as tall again, for screens: the room grows, the goods keep their size."""
    scene, tall = _scene(GROUNDS.get(family, GROUNDS["jang"])), HEIGHT * 3 // 2
    room = f'<g transform="translate({-WIDTH // 4} 0) scale(1.5)">{scene}</g><g transform="translate(0 188)">'
    picture = art(icons, family, seed).replace(scene, room, 1).replace(_glow(), "</g>", 1)
    return picture.replace(f'{HEIGHT}" width', f'{tall}" width', 1).replace(
        f'{HEIGHT}" preserve', f'{tall}" preserve', 1
    )


def _places(icons: Sequence[str], chance: random.Random) -> list[Place]:
    """Tall things stand in the back row, small ones before them in the gaps; each row is a shallow arc."""
    ranked = sorted(icons, key=lambda name: -_stature(name))
    tall = (len(ranked) + 1) // 2
    back = _arranged(ranked[:tall])
    front = ranked[tall:]
    chance.shuffle(front)
    unit = SIZES.get(len(ranked), 236) * min(1.4, max(1.0, 0.86 / _stature(ranked[0])))
    rows = _row(back, HEIGHT * 0.785, unit, 0.9, chance)
    return rows + _row(front, HEIGHT * 0.92, unit * 1.04, 1.16, chance, aside=len(back) == 1)


def _arranged(ranked: Sequence[str]) -> list[str]:
    """The tallest in the middle, then to the left and right in turn."""
    placed: list[str] = []
    for index, name in enumerate(ranked):
        placed.insert(0 if index % 2 else len(placed), name)
    return placed


def _row(
    names: Sequence[str], baseline: float, unit: float, spread: float, chance: random.Random, *, aside: bool = False
) -> list[Place]:
    if not names:
        return []
    scales = [_stature(name) * unit / _height(name) for name in names]
    widths = [_width(name) * scale for name, scale in zip(names, scales, strict=True)]
    room = WIDTH * 0.86
    shrink = min(1.0, room / (sum(widths) * spread)) if len(names) > 1 else 1.0
    total = sum(widths) * shrink * spread
    at = WIDTH / 2 - total / 2 + (WIDTH * 0.19 if aside and len(names) == 1 else 0)
    places = []
    for name, scale, width in zip(names, scales, widths, strict=True):
        step = width * shrink * spread
        center = at + step / 2 + chance.uniform(-6, 6)
        arc = abs(center - WIDTH / 2) / WIDTH * 18
        places.append(
            Place(name, center, baseline - arc + chance.uniform(-3, 3), scale * shrink, chance.uniform(-4, 4))
        )
        at += step
    return places


def _stature(name: str) -> float:
    return STATURE.get(name, 1.0 if name.startswith(("bottle", "pouch", "jar")) else 0.8)


def _height(name: str) -> float:
    drawing = drawings()[name]
    return max(drawing.bottom - drawing.top, (drawing.right - drawing.left) * 0.78)


def _width(name: str) -> float:
    drawing = drawings()[name]
    return drawing.right - drawing.left


def _object(index: int, place: Place) -> str:
    drawing = drawings()[place.name]
    body = re.sub(r'(id="|url\(#|href="#)', rf"\g<1>o{index}", drawing.body)
    middle = (drawing.left + drawing.right) / 2
    left, top = place.center - middle * place.scale, place.baseline - drawing.bottom * place.scale
    return (
        f'<g transform="translate({left:.1f} {top:.1f}) scale({place.scale:.3f}) '
        f'rotate({place.turn:.1f} {middle:.1f} {drawing.bottom:.1f})">{body}</g>'
    )


def _shadow(place: Place) -> str:
    """A dark line of contact under the foot and a wide soft one to the right: the light comes from the upper left."""
    drawing = drawings()[place.name]
    middle = (drawing.left + drawing.right) / 2
    foot = place.center + ((drawing.foot[0] + drawing.foot[1]) / 2 - middle) * place.scale
    half = max((drawing.foot[1] - drawing.foot[0]) / 2, 5.0) * place.scale
    wide = (drawing.right - drawing.left) / 2 * place.scale
    return (
        f'<ellipse cx="{foot + wide * 0.34:.0f}" cy="{place.baseline + 1:.0f}" rx="{wide * 1.18:.0f}" ry="{wide * 0.24:.0f}" '
        f'fill="url(#soft)"/><ellipse cx="{foot + 2:.0f}" cy="{place.baseline - 1:.0f}" rx="{half * 1.12:.0f}" '
        f'ry="{max(half * 0.13, 5):.0f}" fill="url(#near)"/>'
    )


def _scene(ground: Ground) -> str:
    """Wall, backdrop, light from a window, table with a lit edge."""
    table = HEIGHT * 0.655
    return (
        f'<defs><linearGradient id="wall" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="{ground.top}"/>'
        f'<stop offset=".75" stop-color="{ground.bottom}"/></linearGradient>'
        f'<linearGradient id="table" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="{ground.table}"/>'
        f'<stop offset="1" stop-color="{ground.edge}"/></linearGradient>'
        '<radialGradient id="light" cx=".26" cy=".12" r=".95"><stop offset="0" stop-color="#fff" stop-opacity=".85"/>'
        '<stop offset=".6" stop-color="#fff" stop-opacity=".12"/><stop offset="1" stop-color="#fff" stop-opacity="0"/>'
        '</radialGradient><radialGradient id="pool" cx=".42" cy=".3" r=".7"><stop offset="0" stop-color="#fff" '
        'stop-opacity=".5"/><stop offset="1" stop-color="#fff" stop-opacity="0"/></radialGradient>'
        '<radialGradient id="soft"><stop offset="0" stop-color="#3b2415" stop-opacity=".34"/>'
        '<stop offset=".55" stop-color="#3b2415" stop-opacity=".14"/><stop offset="1" stop-color="#3b2415" stop-opacity="0"/>'
        '</radialGradient><radialGradient id="near"><stop offset="0" stop-color="#2a170c" stop-opacity=".62"/>'
        '<stop offset=".7" stop-color="#2a170c" stop-opacity=".3"/><stop offset="1" stop-color="#2a170c" stop-opacity="0"/>'
        f'</radialGradient></defs><rect width="{WIDTH}" height="{HEIGHT}" fill="url(#wall)"/>'
        f'{_backdrop(ground)}<rect width="{WIDTH}" height="{HEIGHT}" fill="url(#light)"/>'
        '<path d="M60 0H150L330 315H200ZM176 0H232L420 315H360Z" fill="#fff" opacity=".16"/>'
        f'<rect y="{table}" width="{WIDTH}" height="{HEIGHT - table}" fill="url(#table)"/>'
        f'<rect y="{table}" width="{WIDTH}" height="2.500" fill="#fff" opacity=".38"/>'
        f'<rect y="{table}" width="{WIDTH}" height="{HEIGHT - table}" fill="url(#pool)"/>'
    )


def _backdrop(ground: Ground) -> str:
    """Where we are, tone on tone: hills, tea rows, waves, a low sun, mountains."""
    tone = ground.table
    if ground.backdrop == "sun":
        return f'<circle cx="446" cy="208" r="132" fill="{tone}" opacity=".24"/>'
    if ground.backdrop == "waves":
        return "".join(
            f'<path d="M0 {y} q40 -{h} 80 0 t80 0 t80 0 t80 0 t80 0 t80 0 t80 0 t80 0 V480 H0Z" fill="#8dbcd6" opacity="{o}"/>'
            for y, h, o in ((228, 16, 0.22), (256, 14, 0.26), (284, 12, 0.3))
        )
    if ground.backdrop == "rows":
        return "".join(
            f'<path d="M0 {y} C160 {y - 46} 300 {y + 26} 440 {y - 14} S600 {y - 34} 640 {y - 22} V480 H0Z" fill="#7da562" opacity="{o}"/>'
            for y, o in ((212, 0.16), (240, 0.17), (268, 0.18), (294, 0.2))
        )
    if ground.backdrop == "mountains":
        return (
            '<path d="M0 250 L110 140 L190 215 L300 92 L430 232 L520 160 L640 258 V480 H0Z" fill="#7fa3a6" opacity=".26"/>'
            '<path d="M0 292 L150 214 L270 276 L400 200 L540 280 L640 236 V480 H0Z" fill="#7aa07c" opacity=".3"/>'
        )
    return (
        f'<path d="M0 236 C120 150 220 176 320 226 S540 150 640 206 V480 H0Z" fill="{tone}" opacity=".2"/>'
        f'<path d="M0 284 C150 214 260 266 380 262 S560 218 640 262 V480 H0Z" fill="{tone}" opacity=".26"/>'
    )


def _glow() -> str:
    """A veil of warm light over everything, so that objects of two hands share one room."""
    return f'<rect width="{WIDTH}" height="{HEIGHT}" fill="url(#light)" opacity=".16"/>'
