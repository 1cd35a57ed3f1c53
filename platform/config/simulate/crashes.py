"""Billing on a bad day: the provider's line is spoiled, banks decline, a worker dies between its steps."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bundles.billing.actions import run_billing
from bundles.billing.actions.claiming import claim
from bundles.billing.actions.running import begin_run
from bundles.subscriptions.models import Cycle, CycleState, SubscriptionState
from config.simulate.habits import DECLINES
from config.simulate.scene import Scene
from core.actor import SYSTEM
from malls.payments.actions import ask, settle_unknown
from malls.payments.rules import FIRST_LOOK

LOST = ("drop_before", "drop_after", "error_before", "error_stored", "error_after", "rate_limit")
BATCH, MOST_LOST = 200, 6
LATER = FIRST_LOOK + timedelta(minutes=1)


@dataclass
class Billing:
    """The boxes of a day, billed whatever happens."""

    scene: Scene
    declined: int = 0

    def day(self, day: date, at: datetime) -> None:
        """Bill what is due. After trouble the janitor and another run find the rest, later on the same day."""
        self._decline(day)
        spoiled = self.scene.happens(self.scene.habits.trouble)
        dies = self.scene.happens(self.scene.habits.crash)
        if spoiled:
            self.scene.bank.spoil(self.scene.chance.choice(LOST), self.scene.chance.randint(1, MOST_LOST))
        if dies:
            self._die(day, at)
            at += LATER
        run_billing(day, at=at, gateway=self.scene.gateway)
        if spoiled:
            self.scene.bank.heal()
            settle_unknown(gateway=self.scene.gateway, at=at + LATER)
            run_billing(day, at=at + LATER, gateway=self.scene.gateway)

    def _decline(self, day: date) -> None:
        """Some cards say no today, with the next reason in turn."""
        due = Cycle.objects.filter(state=CycleState.SCHEDULED, bill_on=day, number__gt=1)
        paying = due.filter(subscription__state=SubscriptionState.ACTIVE, subscription__parked_why="").order_by("pk")
        for card in self.scene.some(
            paying.values_list("subscription__method__method_ref", flat=True), self.scene.habits.decline
        ):
            self.scene.bank.decline_next(card, DECLINES[self.declined % len(DECLINES)])
            self.declined += 1

    def _die(self, day: date, at: datetime) -> None:
        """Reserve; ask for none, some or all; record nothing. The run never ends."""
        begin_run(day, at=at)
        claimed = claim(day, after=0, batch=BATCH, by=SYSTEM, at=at)
        if claimed:
            asked = self.scene.chance.randint(0, len(claimed.charges))
            ask(claimed.charges[:asked], self.scene.gateway, at=at)
