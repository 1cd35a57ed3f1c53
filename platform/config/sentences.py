"""Whatever went wrong on the command line, as one sentence for people."""

import os
import traceback
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

KINDS = (
    ("config.errors:CannotStart", "_itself"),
    ("core.errors:Refusal", "_itself"),
    ("core.errors:GatewayError", "_itself"),
    ("pydantic:ValidationError", "_configuration"),
    ("pydantic_settings:SettingsError", "_itself"),
    ("django.core.exceptions:ImproperlyConfigured", "_itself"),
    ("django.core.exceptions:ValidationError", "_bad_input"),
    ("django.core.management:CommandError", "_itself"),
    ("django.db:OperationalError", "_database"),
    ("django.db:ProgrammingError", "_tables"),
    ("psycopg_pool:PoolTimeout", "_database"),
    ("psycopg:OperationalError", "_database"),
    ("redis.exceptions:ConnectionError", "_broker"),
    ("kombu.exceptions:OperationalError", "_broker"),
    ("builtins:OSError", "_file"),
    ("builtins:UnicodeDecodeError", "_encoding"),
)
"""Known errors, first match wins. Named, not imported: most commands need few of them."""


def sentence_of(error: Exception) -> str:
    """The sentence. An error nobody foresaw is a bug: its traceback goes to a file that the sentence names."""
    for name, reader in KINDS:
        if isinstance(error, _kind(name)):
            return str(globals()[reader](error))
    return _bug(error)


def _kind(name: str) -> type[Exception] | tuple[()]:
    module, _, attribute = name.partition(":")
    try:
        kind: type[Exception] = getattr(import_module(module), attribute)
    except ImportError:
        return ()
    return kind


def _itself(error: Exception) -> str:
    return str(error) or type(error).__name__


def _configuration(error: Any) -> str:
    """Pydantic lists every field; so do we, with the names people set."""
    parts = []
    for one in error.errors():
        name = "GOEUL_" + "_".join(str(part) for part in one["loc"]).upper()
        what = "is missing" if one["type"] == "missing" else f"is wrong ({one['msg'].removeprefix('Value error, ')})"
        parts.append(f"{name} {what}")
    return f"Configuration: {'; '.join(parts)}. See deploy/environment.example, or run `goeul up` for a demo."


def _bad_input(error: Any) -> str:
    if hasattr(error, "message_dict"):
        return "; ".join(f"{field}: {' '.join(texts)}" for field, texts in error.message_dict.items())
    return "; ".join(error.messages)


def _database(error: Exception) -> str:
    first = next(iter(str(error).strip().splitlines()), "no answer")
    return f"The database cannot be used ({first}). Start it, or check GOEUL_DATABASE_URL with `goeul doctor`."


def _tables(error: Exception) -> str:
    first = next(iter(str(error).strip().splitlines()), "no answer")
    return f"The database is not prepared ({first}). Run `goeul django migrate_schemas`, or `goeul up`."


def _broker(error: Exception) -> str:
    return f"Valkey cannot be reached ({error}). Start it, or check GOEUL_REDIS_URL with `goeul doctor`."


def _file(error: Any) -> str:
    return f"{error.filename}: {error.strerror}." if error.filename else str(error)


def _encoding(error: Any) -> str:
    return f"The file is not {error.encoding} text (byte {error.start})."


def _bug(error: Exception) -> str:
    folder = Path(os.environ.get("GOEUL_DATA_DIR", ".goeul")).absolute()
    log = (folder if folder.is_dir() else Path.cwd()) / "errors.log"
    try:
        with log.open("a", encoding="utf-8") as file:
            file.write(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}Z\n{''.join(traceback.format_exception(error))}\n")
    except OSError:
        return f"This is a bug ({type(error).__name__}: {error}); {log} could not be written."
    return f"This is a bug ({type(error).__name__}: {error}). The details are in {log}."
