"""Opening municipalities, and a deployment that changes nothing."""

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command

from tenants.municipalities.actions import open_municipality
from tenants.municipalities.door import outside
from tenants.municipalities.middleware import forget_hosts
from tenants.municipalities.models import Municipality
from tenants.municipalities.provisioning import drop_schema
from tenants.municipalities.registry import local_governments

MUNICIPALITIES = 100


def run() -> dict[str, object]:
    """Seconds to open one, and to migrate a hundred with nothing to do."""
    seconds: list[float] = []
    with many(MUNICIPALITIES, seconds):
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


@contextmanager
def many(count: int, seconds: list[float] | None = None) -> Iterator[list[str]]:
    """`count` further municipalities, gone afterwards; their hosts."""
    with outside():
        taken = set(Municipality.objects.values_list("code", flat=True))
    codes = [code for code in local_governments() if code not in taken][:count]
    opened = [open_municipality(code, f"bench-{code}", "") for code in codes]
    if seconds is not None:
        seconds += [one.seconds for one in opened]
    try:
        yield [f"bench-{code}.localhost" for code in codes]
    finally:
        for code in codes:
            drop_schema(f"bench_{code}")
        with outside():
            Municipality.objects.filter(code__in=codes).delete()
        forget_hosts()
