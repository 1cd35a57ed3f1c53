"""Set a town up to live, let it, and check the laws."""

import random
import sys
from datetime import date

import click
from django.conf import settings
from django.db import connection

from config.laws import every_law
from config.simulate.habits import Habits
from config.simulate.newcomers import move_in
from config.simulate.town import Lived, Office, Town
from core.actor import Actor
from core.clock import add_months, kst_at, kst_date, now
from core.laws import Violation, violations
from malls.payments.accounts import open_gateway
from tenants.people.duties import Duty
from tenants.people.models import User

PASSWORD = "goeul-demo"  # noqa: S105  invented people of demo and test machines


class OnlyInDemo(click.ClickException):
    """Production has real residents."""

    def __init__(self) -> None:
        super().__init__("Towns are simulated on demo and test machines only.")


def live_through(residents: int, months: int, seed: int, *, today: date | None = None) -> tuple[Lived, list[Violation]]:
    """Let the present municipality live `months` that end today, with new residents; the laws that broke, if any."""
    if settings.ENV.is_production:
        raise OnlyInDemo
    last = today or kst_date(now())
    first = add_months(last, -months)
    people = move_in(connection.schema_name.replace("_", "-"), residents, at=kst_at(first, 8), password=PASSWORD)  # type: ignore[attr-defined]
    town = Town(first, last, office(), open_gateway(), random.Random(seed), Habits())  # noqa: S311  chance, not secrecy
    days = (last - first).days
    with click.progressbar(length=days, label="Living", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        lived = town.live(people, told=lambda _day: bar.update(1))
    return lived, violations(every_law())


def office() -> Office:
    """The finance duties' people; invented ones where nobody was hired."""
    return Office(_holder(Duty.FINANCE), _holder(Duty.APPROVER), _holder(Duty.PAYER))


def _holder(duty: Duty) -> Actor:
    user = User.objects.filter(groups__name=duty).order_by("pk").first()
    return Actor.of(user) if user else Actor("simulated", f"데모 {duty}")
