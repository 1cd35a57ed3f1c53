"""Pictures of scenes: a photograph that staff uploaded, or else a still life in the tall format of screens."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Protocol
from urllib.parse import unquote

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import prefetch_related_objects

from tenants.schema import current_schema
from ui import goods
from ui.still_life import GROUNDS, MOST, drawings, tall_art

ART = re.compile(r"/showroom/art/(?P<family>[\w-]+)/(?P<names>[\w+-]+)-(?P<seed>\d{1,2})\.svg")
RENDITION = "max-1920x1920|format-webp|webpquality-82"


class Pictured(Protocol):
    """What has a photograph, or objects for a still life."""

    image: Any
    art: Any


@dataclass(frozen=True, slots=True)
class File:
    """A file that a screen must hold before it may show what needs it."""

    url: str
    sha256: str
    size: int


def picture_of(thing: Pictured, name: str, category: Any = None, contents: Iterable[str] = ()) -> str:
    """The address of the photograph, or of the still life when there is none."""
    return photo(thing.image) or still_life(name, thing.art, category, contents)


def photo(image: Any) -> str:
    """The address of a picture in the size of screens; "" without one or when its file is missing or broken."""
    if image is None:
        return ""
    try:
        return str(image.get_rendition(RENDITION).url)
    except OSError:
        return ""


def still_life(name: str, objects: Sequence[str] = (), category: Any = None, contents: Iterable[str] = ()) -> str:
    """The address of a still life: the objects that staff chose, or those that name and contents call for."""
    chosen = goods.still_life(name, category=category.slug if category else "", contents=contents)
    known = tuple(one for one in objects or () if one in drawings())[:MOST]
    if known:
        chosen = replace(chosen, icons=known, family=category.family if category else chosen.family)
    return f"/showroom{chosen.path}"


def spoken_life(text: str) -> str:
    """The still life of a sentence that names goods of ours; "" when it names none."""
    unspoken = set(goods.COMPANIONS["snack"].split())
    return "" if set(goods.still_life(text).icons) <= unspoken else still_life(text)


@lru_cache(maxsize=512)
def drawn(family: str, names: str, seed: int) -> bytes | None:
    """The still life behind such an address; None when it names what we do not hold."""
    objects = names.split("+")
    if family not in GROUNDS or len(objects) > MOST or any(name not in drawings() for name in objects):
        return None
    return tall_art(objects, family, seed).encode()


def file_of(url: str) -> File | None:
    """Hash and size of the file behind an address; None when there is none, so that no screen waits for it."""
    try:
        return _file_of(current_schema(), url)
    except FileNotFoundError:
        return None


@lru_cache(maxsize=4096)
def _file_of(schema: str, url: str) -> File:
    del schema  # part of the key: equal addresses of two municipalities are two files
    body = _read(url)
    if body is None:
        raise FileNotFoundError(url)
    return File(url, hashlib.sha256(body).hexdigest(), len(body))


def with_renditions(things: Sequence[Pictured]) -> None:
    """Read the renditions of all photographs in one statement."""
    prefetch_related_objects([thing.image for thing in things if thing.image], "renditions")


def _read(url: str) -> bytes | None:
    if drawing := ART.fullmatch(url):
        return drawn(drawing["family"], drawing["names"], int(drawing["seed"]))
    if not url.startswith(settings.MEDIA_URL):
        return None
    try:
        with default_storage.open(unquote(url.removeprefix(settings.MEDIA_URL))) as file:
            return bytes(file.read())
    except OSError:
        return None
