"""The Korean catalog: merge its parts, compile it, and tell what it lacks. Uses GNU gettext.

`python -m config.catalog merge | compile | check`
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from config.errors import CannotStart

ROOT = Path(__file__).parents[2]
LOCALE = Path(__file__).parents[1] / "ui" / "locale"
CATALOG = LOCALE / "ko" / "LC_MESSAGES" / "django.po"
SCRIPTS = CATALOG.with_name("djangojs.po")  # what browsers translate; its parts end in _js.po
KEPT_LINES = ("#: ", "msgctxt ", "msgid ", '"')
SKIPPED = ("tests/*", ".*", "deploy/*", "docs/*", "locale")


class NoGettext(CannotStart):
    """GNU gettext is not installed."""

    def __str__(self) -> str:
        return "GNU gettext is missing: apt-get install gettext"


def merge() -> None:
    """Put the parts into the catalog; where both know a message, the part is newer. Wagtail's words stay Wagtail's."""
    parts = sorted((LOCALE / "parts").glob("*.po"), key=lambda part: (not part.stem.startswith("wagtail"), part.stem))
    scripts = [part for part in parts if part.stem.endswith("_js")]
    _merge(SCRIPTS, scripts)
    _merge(CATALOG, [part for part in parts if part not in scripts])


def _merge(catalog: Path, parts: list[Path]) -> None:
    sources = [*parts, *([catalog] if catalog.exists() else [])]
    if not sources:
        return
    catalog.parent.mkdir(parents=True, exist_ok=True)
    merged = catalog.with_suffix(".new")
    options = ["--use-first", "--no-location", "--sort-output", "--no-wrap", "--to-code=UTF-8"]
    _gettext("msgcat", *options, "-o", str(merged), *map(str, sources))
    merged.replace(catalog)


def compile_all() -> None:
    """Compile each catalog that is newer than its compiled form; placeholders must agree."""
    for source in LOCALE.glob("*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            _gettext("msgfmt", "--check-format", "-o", str(target), str(source))


def lacking() -> list[str]:
    """What code and templates say that the catalog does not translate: where, and the message."""
    with tempfile.TemporaryDirectory() as folder:
        said = _extract(Path(folder))
        merged, left = said.with_name("merged.po"), said.with_name("left.po")
        _gettext("msgmerge", "--no-fuzzy-matching", "--quiet", "-o", str(merged), str(CATALOG), str(said))
        options = ["--untranslated", "--no-obsolete", "--no-wrap"]
        _gettext("msgattrib", *options, "-o", str(left), str(merged))
        return _entries(left.read_text(encoding="utf-8")) if left.exists() else []


def _entries(text: str) -> list[str]:
    """One line per message of a catalog, its header left out."""
    blocks = [block.splitlines() for block in text.split("\n\n")[1:]]
    return [
        " ".join(line.removeprefix("#: ").removeprefix("msgid ") for line in block if line.startswith(KEPT_LINES))
        for block in blocks
    ]


def _extract(folder: Path) -> Path:
    """Every message of code and templates, without translations."""
    import django  # noqa: PLC0415  merging and compiling need no Django
    from django.conf import settings  # noqa: PLC0415  as above
    from django.core.management import call_command  # noqa: PLC0415  as above

    django.setup()
    before, catalogs = Path.cwd(), settings.LOCALE_PATHS
    settings.LOCALE_PATHS = [str(folder)]
    os.chdir(ROOT)
    try:
        call_command("makemessages", locale=["ko"], ignore_patterns=list(SKIPPED), verbosity=0, no_wrap=True)
    finally:
        os.chdir(before)
        settings.LOCALE_PATHS = catalogs
    return folder / "ko" / "LC_MESSAGES" / "django.po"


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise NoGettext
    return found


def _gettext(name: str, *arguments: str) -> None:
    done = subprocess.run([_program(name), *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr.strip())


def main() -> None:
    """Do the one thing that was asked."""
    try:
        {"merge": merge, "compile": compile_all, "check": _check}[sys.argv[1]]()
    except NoGettext as error:
        sys.exit(str(error))


def _check() -> None:
    missing = lacking()
    if missing:
        sys.exit("\n".join([*missing, "The Korean catalog is not complete; the lines above name what it lacks."]))
    sys.stdout.write("The Korean catalog is complete.\n")


if __name__ == "__main__":
    main()
