"""The Korean catalog is whole: our own words, and those of the libraries whose screens staff see."""

import re
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
import taggit
import wagtail
from django.apps import apps
from django.utils import translation
from django.utils.translation import gettext, ngettext, npgettext, pgettext
from django.utils.translation.trans_real import DjangoTranslation

from config import catalog
from core.errors import Refusal
from tests.architecture import catalogs

HOUSE = ("core", "ui", "tenants", "settlement", "malls", "bundles", "showroom")
HANGUL = re.compile("[가-힣]")
TEMPLATES = sorted(
    path for folder in ("platform", *HOUSE[2:]) for path in (catalog.ROOT / folder).rglob("templates/**/*.html")
)
PARTS = sorted((catalog.LOCALE / "parts").glob("*.po"))
MERGED = sorted(catalog.CATALOG.parent.glob("*.po"))
WAGTAIL = Path(wagtail.__file__).parent
STAFF_SEE = [
    WAGTAIL,
    *(WAGTAIL / app for app in ("admin", "users", "images", "documents", "snippets", "search", "sites", "embeds")),
    *(WAGTAIL / "contrib" / app for app in ("redirects", "settings")),
    Path(taggit.__file__).parent,
]


def english(app: Path, domain: str) -> list[catalogs.Message]:
    return catalogs.read(app / "locale" / "en" / "LC_MESSAGES" / f"{domain}.po")


def in_korean(message: catalogs.Message) -> str:
    context, source = message.key
    plural = message.fields.get("msgid_plural")
    with translation.override("ko"):
        if plural:
            return npgettext(context, source, plural, 2) if context else ngettext(source, plural, 2)
        return pgettext(context, source) if context else gettext(source)


def has_hangul_or_no_words(message: catalogs.Message, korean: str) -> bool:
    """Names and formats, such as "URL" or "%(a)s %(b)s", may stay as they are."""
    return korean != message.source or korean in KEPT or not catalogs.PLACEHOLDER.sub("", korean).strip(" :-~.()")


KEPT = {"URL", "ID", "Wagtail API v2", "Wagtail API v3", "Wagtail", "XLSX", "CSV", "HTTP Accept"}


@pytest.mark.slow
def test_everything_our_code_says_has_korean():
    assert catalog.lacking() == []


@pytest.mark.parametrize("app", STAFF_SEE, ids=lambda app: app.name)
def test_screens_of_libraries_are_korean(app):
    english_left = [m.source for m in english(app, "django") if not has_hangul_or_no_words(m, in_korean(m))]
    assert english_left == []


def test_scripts_of_the_cms_are_korean():
    known = DjangoTranslation("ko", domain="djangojs", localedirs=[str(WAGTAIL / "admin" / "locale")])
    english_left = [
        message.source
        for message in english(WAGTAIL / "admin", "djangojs")
        if message.source
        == (
            known.ngettext(message.key[1], message.source, 2)
            if "msgid_plural" in message.fields
            else known.gettext(message.source)
        )
        and not has_hangul_or_no_words(message, message.source)
    ]
    assert english_left == []


@pytest.mark.parametrize("path", [*PARTS, *MERGED], ids=lambda path: path.name)
def test_no_message_is_fuzzy_or_empty(path):
    assert [m.source for m in catalogs.read(path) if m.fuzzy or not m.korean.strip()] == []


@pytest.mark.parametrize("path", [*PARTS, *MERGED], ids=lambda path: path.name)
def test_placeholders_and_tags_agree(path):
    wrong = [
        (m.source, m.korean)
        for m in catalogs.read(path)
        if catalogs.placeholders(m.source) != catalogs.placeholders(m.korean)
        or sorted(set(catalogs.tags(m.source))) != sorted(set(catalogs.tags(m.korean)))
    ]
    assert wrong == []


@pytest.mark.parametrize("path", [*PARTS, *MERGED], ids=lambda path: path.name)
def test_edges_agree(path):
    """Spaces and line breaks at the ends are part of a sentence that goes on."""
    wrong = [m.source for m in catalogs.read(path) if m.source.endswith("\n") != m.korean.endswith("\n")]
    assert wrong == []


def test_a_message_has_one_korean_in_all_parts():
    """Two meanings of one English word need a context each (`pgettext`)."""
    said: dict[tuple[str, str], set[str]] = {}
    for path in PARTS:
        if not path.stem.endswith("_js"):
            for message in catalogs.read(path):
                said.setdefault(message.key, set()).add(message.korean)
    assert {key: words for key, words in said.items() if len(words) > 1} == {}


def test_our_words_leave_those_of_the_cms_alone():
    """Our catalog wins over the library's: a word of ours must not change what Wagtail's screens say."""
    theirs = {
        message.key: message.korean
        for app in STAFF_SEE
        if (path := app / "locale" / "ko" / "LC_MESSAGES" / "django.po").exists()
        for said in [{message.key for message in english(app, "django")}]
        for message in catalogs.read(path)
        if message.key in said
    }
    mended = {message.key for path in PARTS if path.stem.startswith("wagtail") for message in catalogs.read(path)}
    ours = [message for path in PARTS if not path.stem.startswith("wagtail") for message in catalogs.read(path)]
    changed = {m.key: m.korean for m in ours if m.key not in mended and theirs.get(m.key, m.korean) != m.korean}
    assert changed == {}


def test_every_refusal_speaks_korean():
    sentences = {kind.sentence for kind in _refusals(Refusal)}
    with translation.override("ko"):
        assert (
            sorted(
                sentence
                for sentence in sentences
                if gettext(sentence) == sentence and catalogs.WORD.search(catalogs.PLACEHOLDER.sub("", sentence))
            )
            == []
        )


def _refusals(kind: type[Refusal]) -> list[type[Refusal]]:
    """Those of our own apps and of the core, the base included."""
    for app in apps.get_app_configs():
        if find_spec(f"{app.name}.errors") and app.name.partition(".")[0] in HOUSE:
            import_module(f"{app.name}.errors")
    below = [deeper for child in kind.__subclasses__() for deeper in _refusals(child)]
    return [one for one in (kind, *below) if not one.__module__.startswith("tests")]


def test_every_model_has_a_korean_name():
    with translation.override("ko"):
        english = [
            model._meta.label
            for model in apps.get_models()
            if model.__module__.partition(".")[0] in set(HOUSE) - {"core"}
            and not model._meta.auto_created
            and not (
                HANGUL.search(str(model._meta.verbose_name)) and HANGUL.search(str(model._meta.verbose_name_plural))
            )
        ]
    assert english == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: "/".join(path.parts[-2:]))
def test_templates_write_no_english_beside_the_catalog(path):
    assert catalogs.english_in(path.read_text(encoding="utf-8")) == []
