"""Invented residents change what is in their boxes now and then."""

import random
from datetime import datetime

from bundles.boxes import previews
from bundles.boxes.actions import choose_swap, set_extra
from bundles.boxes.errors import NotEnoughLeft, PaidInAdvance
from bundles.boxes.queries import alternatives_of, edition_of, shelf
from bundles.subscriptions.models import Cycle
from config.simulate.habits import Habits
from core.actor import Actor


def change_box(chance: random.Random, habits: Habits, cycle: Cycle, *, by: Actor, at: datetime) -> None:
    """Perhaps swap something and let something ride along, agreeing to what it costs.

    What is gone stays as it was; a box that is paid in advance takes nothing that costs more.
    """
    try:
        if chance.randrange(1000) < habits.swap:
            _swap(chance, cycle, by, at)
        if chance.randrange(1000) < habits.add:
            _add(chance, cycle, by, at)
    except (NotEnoughLeft, PaidInAdvance):
        return


def _swap(chance: random.Random, cycle: Cycle, by: Actor, at: datetime) -> None:
    allowed = list(alternatives_of(edition_of(cycle)))
    if allowed:
        chosen = chance.choice(allowed)
        total = previews.of_swap(cycle, chosen, at=at).after.price.total
        choose_swap(cycle, chosen, amount=total, by=by, at=at)


def _add(chance: random.Random, cycle: Cycle, by: Actor, at: datetime) -> None:
    riding = list(shelf())
    if riding:
        chosen = chance.choice(riding)
        total = previews.of_extra(cycle, chosen, 1, at=at).after.price.total
        set_extra(cycle, chosen, 1, amount=total, by=by, at=at)
