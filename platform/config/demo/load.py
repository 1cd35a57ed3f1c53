"""Load the demo: towns with goods, bundles, people and three months of life. Only on demo and test machines."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import click
from django.conf import settings

from config.demo import boxes, bundles, desks, goods, pages, people
from config.demo.content import PASSWORD, Town, towns
from config.simulate.habits import Habits
from config.simulate.run import live_through
from core.actor import Actor
from core.clock import add_months, kst_at, kst_date, month_of, now
from malls.payments.accounts import open_simulated
from malls.payments.models import ProviderKind
from tenants.municipalities.actions import open_municipality
from tenants.municipalities.door import inside, inside_slug, outside
from tenants.municipalities.models import PORTAL, Municipality
from tenants.municipalities.provisioning import drop_schema
from tenants.people.models import User

MONTHS = 3
RESIDENTS = 120
LIVELY = Habits(
    gift=60, change=60, policy=300, answer=500, decline=40, void=6, withdraw=3, refund_voucher=2, dispute=8, cut=120,
    twice=100, shortage=1000,
)  # fmt: skip
"""A town as it is: something goes wrong now and then, and no machine breaks."""
KOREAN = ("yeongdeok",)
"""Towns whose contract is with a Korean payment company."""


def load(size: str) -> list[str]:
    """Load the towns that are not whole yet, each in a process of its own, as many at once as there are cores."""
    _refuse_production()
    hire_operator()
    missing = [town.slug for town in towns(size) if not _mark(town).exists()]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        failed = [slug for slug, code in zip(missing, pool.map(_in_a_process, missing), strict=True) if code]
    if failed:
        raise click.ClickException(f"Not loaded: {', '.join(failed)}; the lines above say why. Start again to go on.")
    return missing


def load_town(slug: str) -> dict[str, object]:
    """Load one town from nothing; what an interrupted load left of it is removed first."""
    _refuse_production()
    town = Town(slug)
    started = time.monotonic()
    _remove(slug)
    tenant = open_municipality(town.code, slug, town.name, is_demo=True).municipality
    with inside(tenant):
        if slug in KOREAN:
            open_simulated(ProviderKind.KOREAN)
        screen = fill(town, at=now())
        lived = live_through(RESIDENTS, MONTHS, seed=int(town.code), habits=LIVELY)
        desks.leave_work(at=now())
    _mark(town).parent.mkdir(parents=True, exist_ok=True)
    _mark(town).write_text(screen)
    return {
        "slug": slug,
        "name": town.name,
        "paid": lived.happened["paid"],
        "settled": lived.happened["months_paid_out"],
        "violations": len(lived.broken) + len(lived.differences),
        "seconds": round(time.monotonic() - started, 1),
    }


def hire_operator() -> None:
    """The operators' log-in on the portal."""
    with inside_slug(PORTAL):
        if not User.objects.filter(email="operator@goeul.example").exists():
            User.objects.create_user("operator@goeul.example", PASSWORD, first_name="데모 운영자", is_staff=True)


def fill(town: Town, *, at: datetime) -> str:
    """Goods, bundles, people and pages, as if they had come in three months ago; the address of a screen."""
    today = kst_date(at)
    first = kst_at(add_months(today, -MONTHS), 9)
    staff = people.hire(town)
    goods.take_in(town, by=Actor.of(staff["merchants"]), checker=Actor.of(staff["manager"]), at=first)
    bundles.compose(town, month=month_of(kst_date(first))[0], by=Actor.of(staff["bundles"]), at=first)
    boxes.allow()
    people.name_members(town)
    return pages.write(town, at=at, today=today)


def _in_a_process(slug: str) -> int:
    return subprocess.run([sys.executable, "-m", "config.cli", "demo", "town", slug], check=False).returncode


def _mark(town: Town) -> Path:
    """Says that a town is whole, and where its first screen plays."""
    return Path(settings.ENV.data_dir) / "demo" / town.slug


def _remove(slug: str) -> None:
    with outside():
        left = Municipality.objects.filter(schema_name=slug, is_demo=True)
        if left.exists():
            drop_schema(slug)
            left.delete()


def _refuse_production() -> None:
    if settings.ENV.is_production:
        raise click.ClickException("The demo is loaded on demo and test machines only.")
