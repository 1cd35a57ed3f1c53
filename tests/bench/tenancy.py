"""Opening municipalities, and a deployment that changes nothing."""

import statistics
import time

from django.core.management import call_command

from tenants.municipalities.door import outside
from tenants.municipalities.models import Municipality
from tests.bench.towns import open_many

MUNICIPALITIES = 100


def run() -> dict[str, object]:
    """Seconds to open one, and to migrate a hundred with nothing to do."""
    seconds = [one.seconds for one in open_many(MUNICIPALITIES)]
    with outside():
        everyone = Municipality.objects.count()
    started = time.perf_counter()
    call_command("migrate_schemas", verbosity=0, interactive=False, executor="multiprocessing")
    idle = time.perf_counter() - started
    return {
        "opened_s_median": statistics.median(seconds),
        "opened_s_max": max(seconds),
        "municipalities": everyone,
        "migrate_nothing_s": idle,
    }
