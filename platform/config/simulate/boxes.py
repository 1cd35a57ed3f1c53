"""Invented residents change what is in their boxes now and then."""

from datetime import datetime

from bundles.boxes import previews
from bundles.boxes.actions import choose_swap, set_extra
from bundles.boxes.errors import PaidInAdvance
from bundles.boxes.queries import alternatives_of, edition_of, shelf
from bundles.subscriptions.models import Cycle
from config.simulate.scene import Scene
from core.actor import Actor


def change_box(scene: Scene, cycle: Cycle, *, by: Actor, at: datetime) -> None:
    """Perhaps swap something and let something ride along, agreeing to what it costs.

    What is gone stays as it was; a box that is paid in advance takes nothing that costs more.
    """
    try:
        if scene.happens(scene.habits.swap):
            _swap(scene, cycle, by, at)
        if scene.happens(scene.habits.add):
            _add(scene, cycle, by, at)
    except PaidInAdvance:
        return


def _swap(scene: Scene, cycle: Cycle, by: Actor, at: datetime) -> None:
    allowed = list(alternatives_of(edition_of(cycle)))
    if allowed:
        chosen = scene.chance.choice(allowed)
        total = previews.of_swap(cycle, chosen, at=at).after.price.total
        choose_swap(cycle, chosen, amount=total, by=by, at=at)


def _add(scene: Scene, cycle: Cycle, by: Actor, at: datetime) -> None:
    riding = list(shelf())
    if riding:
        chosen = scene.chance.choice(riding)
        total = previews.of_extra(cycle, chosen, 1, at=at).after.price.total
        set_extra(cycle, chosen, 1, amount=total, by=by, at=at)
