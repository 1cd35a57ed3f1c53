"""Pictures, what is made of them, and caches of two municipalities with the same ids, under eight threads."""

import gc
import io
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.db import connection
from PIL import Image as Picture
from wagtail.images import get_image_model

from tenants.municipalities.door import inside
from tests.conftest import lasting_town

COLORS = {"eight-red": (200, 0, 0), "eight-blue": (0, 0, 200)}
SIZES = range(20, 60, 4)
ROUNDS = 5


def picture_of(color):
    file = io.BytesIO()
    Picture.new("RGB", (80, 80), color).save(file, "PNG")
    return ContentFile(file.getvalue(), "same-name.png")


@pytest.fixture
def towns(django_db_setup, django_db_blocker, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with django_db_blocker.unblock(), ExitStack() as stack:
        made = {slug: stack.enter_context(lasting_town(slug)) for slug in COLORS}
        for slug, town in made.items():
            with inside(town):
                get_image_model().objects.create(title=slug, file=picture_of(COLORS[slug]))
        yield made


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Unclosed file <tempfile:ResourceWarning")  # left by Wagtail to the collector
def test_nobody_sees_the_other_ones_picture_or_cache(towns):
    def visit(number: int) -> list[tuple[str, object]]:
        wrong: list[tuple[str, object]] = []
        for turn in range(ROUNDS * len(SIZES)):
            slug = list(COLORS)[(number + turn) % 2]
            with inside(towns[slug]):
                image = get_image_model().objects.get()
                made = image.get_rendition(f"fill-{SIZES[turn % len(SIZES)]}x20|format-png")
                with made.file.open() as file:
                    color = Picture.open(file).convert("RGB").getpixel((1, 1))
                for cache in caches.all(initialized_only=False):
                    cache.set("same-key", slug)
                    if (seen := cache.get("same-key")) != slug:
                        wrong.append((slug, seen))
                if (image.title, color) != (slug, COLORS[slug]):
                    wrong.append((slug, (image.title, color)))
        connection.close()
        return wrong

    with ThreadPoolExecutor(8) as threads:
        found = [one for wrong in threads.map(visit, range(8)) for one in wrong]
    gc.collect()
    assert found == []
    with inside(towns["eight-red"]):
        red = get_image_model().objects.get()
    with inside(towns["eight-blue"]):
        blue = get_image_model().objects.get()
    assert (red.pk, red.file.name) == (blue.pk, blue.file.name)
