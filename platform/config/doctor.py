"""Looks at this machine and says, for everything that is wrong, how to mend it. Works when nothing is configured."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from config.sentences import sentence_of

POSTGRES_LEAST = 15
PYTHON_LEAST = (3, 11)
CLOCK_SLACK = 2.0
"""Seconds by which the clocks of this machine and of the database may differ."""
DISK_LEAST = 2 * 1024**3
LIBRARIES = "apt-get install --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
UI = Path(__file__).parent.parent / "ui"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `mend` says what to do when it is not well."""

    what: str
    well: bool
    detail: str
    mend: str = ""


class Unwell(Exception):  # noqa: N818  a fact
    """Something is wrong: what, and how to mend it."""

    def __init__(self, detail: str, mend: str) -> None:
        super().__init__(detail)
        self.mend = mend


def examine() -> Iterator[Finding]:
    """Every finding, in an order in which the first failure explains the later ones."""
    configured = True
    for what, look, mend in CHECKS:
        if look in NEED_CONFIGURATION and not configured:
            yield Finding(what, well=False, detail="not looked at", mend="Mend the configuration first.")
            continue
        try:
            yield Finding(what, well=True, detail=look())
        except Unwell as error:
            yield Finding(what, well=False, detail=str(error), mend=error.mend)
        except Exception as error:  # noqa: BLE001  whatever is wrong becomes a finding
            configured = configured and look is not _configuration
            yield Finding(what, well=False, detail=sentence_of(error).removeprefix("Configuration: "), mend=mend)


def _python() -> str:
    if sys.version_info < PYTHON_LEAST:
        raise Unwell(sys.version.split()[0], "Install Python 3.11 or newer and run `make setup` again.")
    parts = [f"Python {sys.version.split()[0]}", f"Goeul {version('goeul')}"]
    return ", ".join([*parts, f"Django {version('django')}", f"Wagtail {version('wagtail')}"])


def _configuration() -> str:
    from config.env import DATA_DIR, env  # noqa: PLC0415  importing it reads the configuration

    source = DATA_DIR / "goeul.env"
    return f"mode {env.mode}, data in {env.data_dir}" + (f", read from {source}" if source.exists() else "")


def _data_folder() -> str:
    from config.env import env  # noqa: PLC0415  as above

    folder = env.data_dir
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise Unwell(f"{folder} is not a folder we can write to", f"mkdir -p {folder}, owned by the service's account.")
    free = shutil.disk_usage(folder).free
    if free < DISK_LEAST:
        raise Unwell(f"{free // 1024**2} MB free in {folder}", "Make room: pictures, statements and dumps live there.")
    return f"{folder}, {free // 1024**3} GB free"


def _database() -> str:
    number = _ask("SHOW server_version_num")
    if int(str(number)) < POSTGRES_LEAST * 10_000:
        raise Unwell(f"PostgreSQL {number}", f"Upgrade to {POSTGRES_LEAST} or newer; 18 is what we test with.")
    return f"PostgreSQL {_ask('SHOW server_version')}"


def _ask(question: str) -> object:
    import psycopg  # noqa: PLC0415  doctor starts without it

    from config.env import env  # noqa: PLC0415  as above

    with psycopg.connect(env.database_url, connect_timeout=5) as connection:
        row = connection.execute(question.encode()).fetchone()
    return row[0] if row else None


def _pg_dump() -> str:
    from config.env import env  # noqa: PLC0415  as above

    program = str(env.pg_bin / "pg_dump") if env.pg_bin else shutil.which("pg_dump")
    mend = "Install the PostgreSQL client of the server's version or newer, or name its folder in GOEUL_PG_BIN."
    if program is None or not Path(program).exists():
        raise Unwell("pg_dump was not found; municipalities cannot be opened without it", mend)
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    ours, theirs = _major(said), int(str(_ask("SHOW server_version_num"))) // 10_000
    if ours < theirs:
        raise Unwell(f"pg_dump is version {ours}, the server {theirs}", mend)
    return said.strip()


def _major(text: str) -> int:
    found = re.search(r"\b(\d+)(?:\.\d+)?", text)
    return int(found.group(1)) if found else 0


def _clock() -> str:
    theirs = _ask("SELECT clock_timestamp()")
    if not isinstance(theirs, datetime):
        raise Unwell("the database told no time", "Check the database.")
    apart = abs((datetime.now(UTC) - theirs).total_seconds())
    if apart > CLOCK_SLACK:
        raise Unwell(f"this machine and the database are {apart:.1f} s apart", "Let both follow the same NTP server.")
    return f"{apart * 1000:.0f} ms apart from the database"


def _valkey() -> str:
    import redis  # noqa: PLC0415  doctor starts without it

    from config.env import env  # noqa: PLC0415  as above

    if not env.redis_url:
        if env.mode == "test":
            return "none: tests use memory"
        raise Unwell("GOEUL_REDIS_URL is empty", "Set it to the address of Valkey, e.g. redis://127.0.0.1:6379.")
    with redis.Redis.from_url(env.redis_url, socket_timeout=3) as client:
        info = client.info("server")
    return f"Valkey {info.get('valkey_version', info['redis_version'])}"


def _migrations() -> str:
    import django  # noqa: PLC0415  doctor starts without it

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from config.schemas import pending_by_schema  # noqa: PLC0415  after setup

    pending = pending_by_schema()
    if "public" not in pending:
        raise Unwell("the database is empty", "Run `goeul django migrate_schemas --shared`, or `goeul up`.")
    behind = {schema: names for schema, names in pending.items() if names}
    if behind:
        schema, names = next(iter(behind.items()))
        detail = f"{len(behind)} of {len(pending)} schemas are behind; {schema} lacks {len(names)}, first {names[0]}"
        raise Unwell(detail, "Run `goeul django migrate_schemas`.")
    return f"{len(pending)} schemas are up to date"


def _catalog() -> str:
    compiled = [path.with_suffix(".mo") for path in (UI / "locale").glob("*/LC_MESSAGES/*.po")]
    missing = [path for path in compiled if not path.exists()]
    if missing or not compiled:
        raise Unwell("the Korean catalog is not compiled", "Run `make messages` (needs Debian's gettext).")
    return f"{len(compiled)} catalogs compiled"


def _fonts() -> str:
    found = sorted((UI / "fonts").glob("*.ttf"))
    if not found:
        raise Unwell(f"no fonts in {UI / 'fonts'}", "Install the project anew: the fonts of statements belong to it.")
    return ", ".join(path.stem for path in found)


def _documents() -> str:
    try:
        import weasyprint  # noqa: PLC0415  slow, and may fail
    except OSError as error:
        raise Unwell(f"a library for PDF is missing ({str(error).split(':')[0]})", LIBRARIES) from error
    return f"WeasyPrint {weasyprint.__version__}"


START = "Start the service, or correct its address in the configuration; `goeul up` runs all of them for a demo."
CHECKS: tuple[tuple[str, Callable[[], str], str], ...] = (
    ("versions", _python, "Run `make setup` again."),
    ("configuration", _configuration, "Set these in the environment (deploy/environment.example), or run `goeul up`."),
    ("data folder", _data_folder, "Set GOEUL_DATA_DIR to a folder the service may write to."),
    ("database", _database, START),
    ("pg_dump", _pg_dump, START),
    ("clock", _clock, START),
    ("Valkey", _valkey, START),
    ("migrations", _migrations, "Run `goeul django migrate_schemas`."),
    ("catalog", _catalog, "Run `make messages`."),
    ("fonts", _fonts, "Install the project anew."),
    ("PDF", _documents, LIBRARIES),
)
NEED_CONFIGURATION = {_data_folder, _database, _pg_dump, _clock, _valkey, _migrations}
