"""Set a town up to live, let it, check the laws and compare the books with the provider's."""

import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import click
from django.conf import settings
from django.db import connection
from django.db.models import Max

from bundles.plans.models import Plan
from bundles.subscriptions.models import Subscription
from config.laws import every_law
from config.simulate.bank import Bank, Line, line_of
from config.simulate.books import differences
from config.simulate.counts import counted
from config.simulate.habits import ALL_ON, Habits
from config.simulate.newcomers import move_in
from config.simulate.scene import Office, Scene
from config.simulate.town import Town
from core.actor import SYSTEM, Actor
from core.clock import add_months, kst_at, kst_date, now
from core.laws import Violation, violations
from malls.payments.accounts import open_gateway
from malls.payments.gateways import Gateway
from tenants.municipalities.actions import move_municipality
from tenants.municipalities.door import municipality_of
from tenants.municipalities.models import MunicipalityState
from tenants.people.duties import Duty
from tenants.people.models import User

PASSWORD = "goeul-demo"  # noqa: S105  invented people of demo and test machines


class OnlyInDemo(click.ClickException):
    """Production has real residents."""

    def __init__(self) -> None:
        super().__init__("Towns are simulated on demo and test machines only.")


class NothingOffered(click.ClickException):
    """Without plans nobody can subscribe."""

    def __init__(self) -> None:
        super().__init__("This municipality offers no plan yet; `goeul demo town` loads one that does.")


@dataclass(frozen=True, slots=True)
class Lived:
    """What happened, in numbers; the laws that broke and the provider's differences, if any."""

    days: int
    happened: dict[str, int]
    refused: int
    broken: list[Violation]
    differences: list[str]

    @property
    def is_sound(self) -> bool:
        """Whether nothing broke and nothing differs."""
        return not self.broken and not self.differences


def live_through(
    residents: int,
    months: int,
    seed: int,
    *,
    habits: Habits = ALL_ON,
    today: date | None = None,
    gateway: Gateway | None = None,
    line: Line | None = None,
) -> Lived:
    """Let the present municipality live `months` that end today, with new residents."""
    if settings.ENV.is_production:
        raise OnlyInDemo
    if not Plan.objects.filter(is_offered=True, bundle__is_listed=True).exists():
        raise NothingOffered
    last = today or kst_date(now())
    first = add_months(last, -months)
    gateway = gateway or open_gateway()
    bank = Bank(line or line_of(gateway))
    people = move_in(connection.schema_name.replace("_", "-"), residents, at=kst_at(first, 8), password=PASSWORD)  # type: ignore[attr-defined]
    scene = Scene(gateway, bank, random.Random(seed), habits, office(), _last())  # noqa: S311  chance, not secrecy
    before = counted()
    days = (last - first).days
    bar = click.progressbar(length=days, label="Living", file=sys.stderr, hidden=not sys.stderr.isatty())
    with bar, _undisturbed(bank), _in_turn(gateway):
        lived = Town(first, last, scene).live(people, told=lambda _day: bar.update(1))
    happened = {name: count - before[name] for name, count in counted().items()}
    return Lived(lived, happened, scene.refused, violations(every_law()), differences(gateway, first))


def _last() -> int:
    return Subscription.objects.aggregate(last=Max("pk"))["last"] or 0


@contextmanager
def _undisturbed(bank: Bank) -> Iterator[None]:
    """The account has the town's time; its events are not posted meanwhile: they would be heard at the wrong one."""
    bank.post_events(on=False)
    try:
        yield
    finally:
        bank.heal()
        bank.set_clock(None)
        bank.post_events(on=True)


@contextmanager
def _in_turn(gateway: Gateway) -> Iterator[None]:
    """Charges are asked for one after the other, or chance would not decide which of them meet with trouble."""
    threads, gateway.threads = gateway.threads, 1
    try:
        yield
    finally:
        gateway.threads = threads


@contextmanager
def closed(slug: str) -> Iterator[None]:
    """Nobody else works in the municipality while it lives fast: the house's own beat has another clock."""
    was_open = municipality_of(slug).state == MunicipalityState.ACTIVE
    if was_open:
        move_municipality(slug, MunicipalityState.SUSPENDED, by=SYSTEM, at=now(), why="simulated")
    try:
        yield
    finally:
        if was_open:
            move_municipality(slug, MunicipalityState.ACTIVE, by=SYSTEM, at=now(), why="simulated")


def office() -> Office:
    """The finance duties' people; invented ones where nobody was hired."""
    return Office(_holder(Duty.FINANCE, -1), _holder(Duty.APPROVER, -2), _holder(Duty.PAYER, -3))


def _holder(duty: Duty, number: int) -> Actor:
    user = User.objects.filter(groups__name=duty).order_by("pk").first()
    return Actor.of(user) if user else Actor("simulated", f"데모 {duty}", number)
