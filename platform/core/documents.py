"""Paper: a Django template and its style sheet become a tagged PDF. Nothing is fetched from a network or a disk path.

Fast as WeasyPrint can be: TTF fonts decoded once, parsed style sheets kept, fixed table layout in the sheets.
"""

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from django.template.loader import render_to_string

FONTS = Path(__file__).parent.parent / "ui" / "fonts"
FACES = {"regular": "PretendardGOV-Regular.ttf", "bold": "PretendardGOV-Bold.ttf"}
FONT_SCHEME = "goeul-font:"
FACE_RULES = "".join(
    "@font-face { font-family: 'Pretendard GOV'; "
    f"font-weight: {weight}; src: url('{FONT_SCHEME}{face}') format('truetype'); }}\n"
    for face, weight in (("regular", 400), ("bold", 700))
)
_one_at_a_time = Lock()


def render_pdf(template: str, context: dict[str, Any], *, stylesheet: str) -> bytes:
    """The template as a tagged PDF (PDF/UA-1), laid out by `stylesheet`, the name of a CSS template without variables.

    Hostile text stays text; an address other than `data:` is left out of the document.
    """
    import weasyprint  # noqa: PLC0415  takes seconds to load; only those who render pay

    html = render_to_string(template, context)
    with _one_at_a_time, _uncollected():
        page = weasyprint.HTML(string=html, base_url="about:blank", url_fetcher=_fetcher())
        pdf: bytes | None = page.write_pdf(
            stylesheets=[_sheet(stylesheet)], font_config=_fonts(), pdf_variant="pdf/ua-1", custom_metadata=False
        )
    return pdf or b""


@contextmanager
def _uncollected() -> Iterator[None]:
    """A document's boxes all live until it is written: looking for garbage among them meanwhile costs a tenth more."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@cache
def _fonts() -> Any:
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415  with weasyprint

    atexit.register(_fonts.cache_clear)  # its finaliser needs an interpreter that still stands
    return FontConfiguration()


@cache
def _sheet(name: str) -> Any:
    import weasyprint  # noqa: PLC0415  with weasyprint

    return weasyprint.CSS(
        string=FACE_RULES + render_to_string(name), base_url="about:blank", url_fetcher=_fetcher(), font_config=_fonts()
    )


@cache
def _fetcher() -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415  with weasyprint

    class PaperFetcher(URLFetcher):
        """Knows our two fonts and data: addresses."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            """The font, the data, or a refusal."""
            if url.startswith(FONT_SCHEME):
                face = FACES[url.removeprefix(FONT_SCHEME)]
                return URLFetcherResponse(url, (FONTS / face).read_bytes(), {"Content-Type": "font/ttf"})
            return super().fetch(url, headers)

    return PaperFetcher(allowed_protocols={"data"})
