"""Residents who change something other than what is in the box, each as the my page would."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bundles.plans.models import Plan
from bundles.subscriptions.actions import (
    change_address,
    change_box_address,
    change_gift_address,
    change_plan,
    change_quantity,
    change_wish,
    choose_renewal,
    leave_at_end,
    take_back_cancellation,
    undo_change,
    undoable,
    unskip_cycle,
)
from bundles.subscriptions.actions.giving import Place
from bundles.subscriptions.models import Cycle, Subscription, Wish
from config.simulate.scene import Scene
from core.actor import Actor
from malls.customers.models import Address, Resident

REGRET, AT_END = 300, 500
"""In a thousand: steps that are taken back within the hour, leavers who wait for the end."""
SOON = timedelta(minutes=20)
Step = Callable[[Cycle, Actor, datetime], object]


@dataclass
class Changes:
    """One change before a box, and now and then its regret."""

    scene: Scene

    def one(self, cycle: Cycle, by: Actor, at: datetime) -> None:
        """Something, whatever it is; what may not be is refused."""
        steps: tuple[Step, ...] = (
            self._move, self._move_once, self._resize, self._replan, self._ask_for, self._renew,
        )  # fmt: skip
        if cycle.subscription.address_id is None:
            steps = (self._move_gift,)
        with self.scene.wishing():
            self.scene.chance.choice(steps)(cycle, by, at)
            self.regret(cycle.subscription, by, at + SOON)

    def regret(self, subscription: Subscription, by: Actor, at: datetime) -> None:
        """Take the newest change back while that may be."""
        if self.scene.happens(REGRET) and (change := undoable(subscription, at)):
            undo_change(change, by=by, at=at)

    def come_back(self, cycle: Cycle, by: Actor, at: datetime) -> None:
        """A box that was skipped is wanted after all."""
        if self.scene.happens(REGRET):
            with self.scene.wishing():
                unskip_cycle(cycle, by=by, at=at + SOON)

    def stay(self, subscription: Subscription, by: Actor, at: datetime) -> None:
        """Leaving is taken back."""
        if self.scene.happens(REGRET):
            with self.scene.wishing():
                take_back_cancellation(subscription, by=by, at=at + SOON)

    def leave_later(self, subscription: Subscription, by: Actor, at: datetime) -> bool:
        """Leave with the term, or after the next box; whether it was chosen."""
        chosen = self.scene.habits.change > 0 and self.scene.happens(AT_END)
        if chosen:
            with self.scene.wishing():
                leave_at_end(subscription, by=by, at=at, why="데모: 이번까지만")
        return chosen

    def _move(self, cycle: Cycle, by: Actor, at: datetime) -> None:
        change_address(cycle.subscription, self._second_home(cycle.subscription.resident), by=by, at=at)

    def _move_once(self, cycle: Cycle, by: Actor, at: datetime) -> None:
        change_box_address(cycle, self._second_home(cycle.subscription.resident), by=by, at=at)

    def _move_gift(self, cycle: Cycle, by: Actor, at: datetime) -> None:
        place = Place("박이웃", "010-0000-1234", "00000", "데모시 이웃길 7", f"{cycle.number}호")
        change_gift_address(cycle.subscription, place, by=by, at=at)

    def _resize(self, cycle: Cycle, by: Actor, at: datetime) -> None:
        change_quantity(cycle.subscription, 1 + cycle.subscription.quantity % 3, by=by, at=at)

    def _replan(self, cycle: Cycle, by: Actor, at: datetime) -> None:
        now = cycle.subscription.plan
        others = list(Plan.objects.filter(bundle=now.bundle_id, is_offered=True).exclude(pk=now.pk).order_by("pk"))
        if others:
            change_plan(cycle.subscription, self.scene.chance.choice(others), by=by, at=at)

    def _ask_for(self, cycle: Cycle, by: Actor, at: datetime) -> None:
        change_wish(cycle.subscription, Wish(note=f"데모: {cycle.number}회차부터 문 앞에"), by=by, at=at)

    def _renew(self, cycle: Cycle, by: Actor, at: datetime) -> None:
        choose_renewal(cycle.subscription, renews=not cycle.subscription.renews, by=by, at=at)

    def _second_home(self, resident: Resident) -> Address:
        """Where else boxes may go."""
        known = {
            "recipient": str(resident.user), "phone": resident.user.phone, "postcode": "00000",
            "line1": "데모시 직장길 1", "line2": "",
        }  # fmt: skip
        return Address.objects.get_or_create(resident=resident, label="직장", defaults=known)[0]
