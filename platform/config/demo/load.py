"""Load the demo: towns with goods, bundles, people and three months of life. Only on demo and test machines."""

import time
from datetime import datetime

import click
from core.actor import Actor
from core.clock import add_months, kst_at, kst_date, month_of, now
from django.conf import settings
from tenants.municipalities.actions import open_municipality
from tenants.municipalities.door import inside, inside_slug, outside
from tenants.municipalities.models import PORTAL, Municipality
from tenants.people.models import User

from config.demo import bundles, goods, pages, people
from config.demo.content import PASSWORD, Town, towns
from config.simulate.run import live_through

MONTHS = 3
RESIDENTS = 120


def load(size: str) -> list[dict[str, object]]:
    """Open the towns that are not open yet; a row for each with what it holds and the seconds it took."""
    if settings.ENV.is_production:
        raise click.ClickException("The demo is loaded on demo and test machines only.")
    hire_operator()
    with outside():
        there = set(Municipality.objects.values_list("schema_name", flat=True))
    return [settle_town(town) for town in towns(size) if town.slug not in there]


def hire_operator() -> None:
    """The operators' log-in on the portal."""
    with inside_slug(PORTAL):
        if not User.objects.filter(email="operator@goeul.example").exists():
            User.objects.create_user("operator@goeul.example", PASSWORD, first_name="데모 운영자", is_staff=True)


def settle_town(town: Town) -> dict[str, object]:
    """Open one town and fill it."""
    started = time.monotonic()
    click.echo(f"{town.name} …", err=True)
    tenant = open_municipality(town.code, town.slug, town.name, is_demo=True).municipality
    with inside(tenant):
        fill(town, tenant, at=now())
        lived, broken = live_through(RESIDENTS, MONTHS, seed=int(town.code))
    return {
        "slug": town.slug,
        "name": town.name,
        "paid": lived.paid,
        "settled": lived.settled,
        "violations": len(broken),
        "seconds": round(time.monotonic() - started, 1),
    }


def fill(town: Town, tenant: Municipality, *, at: datetime) -> None:
    """Goods, bundles, people and pages, as if they had come in three months ago."""
    today = kst_date(at)
    first = kst_at(add_months(today, -MONTHS), 9)
    staff = people.hire(town)
    goods.take_in(town, by=Actor.of(staff["merchants"]), checker=Actor.of(staff["manager"]), at=first)
    bundles.compose(town, month=month_of(kst_date(first))[0], by=Actor.of(staff["bundles"]), at=first)
    people.name_members(town)
    pages.write(town, tenant, at=at, today=today, by=Actor.of(staff["showroom"]))
