"""`make bench [ARGS="tenancy billing"]`: a table on the terminal and JSON in bench-results/."""

import json
import os
import platform
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from tests import environment  # noqa: F401  sets the values and starts PostgreSQL

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.core.cache import cache

from tenants.municipalities.middleware import forget_hosts
from tests import database
from tests.bench import MODULES

RESULTS = Path(__file__).parents[2] / "bench-results"


def main(names: list[str]) -> int:
    """Run the named modules, or all."""
    figures: dict[str, dict[str, object]] = {}
    for name in names or MODULES:
        print(f"── {name}", flush=True)
        figures[name] = _measured(name)
        for key, value in figures[name].items():
            print(f"   {key:<44} {_shown(value)}", flush=True)
    RESULTS.mkdir(exist_ok=True)
    at = datetime.now(UTC)
    machine = {
        "at": at.isoformat(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": platform.platform(),
    }
    (RESULTS / f"{at:%Y-%m-%d-%H%M}.json").write_text(json.dumps({"machine": machine, "figures": figures}, indent=2))
    return 0


def _measured(name: str) -> dict[str, object]:
    """The figures of one module, on a fresh copy of the database."""
    database.create()
    cache.clear()
    forget_hosts()
    try:
        return import_module(f"tests.bench.{name}").run()
    finally:
        database.drop()


def _shown(value: object) -> str:
    return f"{value:,.3f}" if isinstance(value, float) else str(value)


sys.exit(main(sys.argv[1:]))
