"""Invented residents: they move in, save a card, subscribe, and change their minds."""

import random
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bundles.plans.models import Edition, Plan
from bundles.plans.queries import course_of, current_edition, day_book, plan_price, prepaid_term
from bundles.subscriptions.actions import (
    cancel_subscription,
    change_method,
    pause_subscription,
    skip_cycle,
    subscribe,
)
from bundles.subscriptions.models import Cycle, CycleState, Subscription, SubscriptionState
from bundles.subscriptions.queries import runs_prepaid
from config.simulate.boxes import change_box
from config.simulate.habits import BAD_CARDS, GOOD_CARD, Habits
from core.actor import Actor
from core.clock import kst_date
from malls.customers.models import Address, Resident
from malls.payments.actions.methods import save_method
from malls.payments.gateways import Gateway
from malls.payments.models import PaymentMethod


@dataclass
class Life:
    """One municipality's simulated residents."""

    gateway: Gateway
    chance: random.Random
    habits: Habits
    plans: list[tuple[Plan, int]] = field(default_factory=list)
    """Offered plans with the weight of their popularity."""

    def choose_plans(self) -> None:
        """Weigh the plans once: a few bundles are loved, most are liked."""
        offered = list(
            Plan.objects.filter(is_offered=True, bundle__is_listed=True).select_related("bundle").order_by("pk")
        )
        fame: dict[int, int] = {}
        for plan in offered:
            fame.setdefault(plan.bundle_id, self.chance.choice((1, 2, 2, 3, 4, 8)))
        self.plans = [
            (plan, fame[plan.bundle_id] * (self.habits.term // 3 if plan.term_months else 1000)) for plan in offered
        ]

    def happens(self, per_mille: int) -> bool:
        """Whether something with this chance happens now."""
        return self.chance.randrange(1000) < per_mille

    def start(self, resident: Resident, *, at: datetime) -> list[Subscription]:
        """A resident saves a card and subscribes once or twice."""
        number = self.chance.choice(BAD_CARDS) if self.happens(self.habits.bad_card) else GOOD_CARD
        method = self.new_card(resident, number, at)
        wanted = 2 if self.happens(self.habits.second_subscription) else 1
        return [self._join(resident, method, at) for _ in range(wanted)]

    def new_card(self, resident: Resident, number: str, at: datetime) -> PaymentMethod:
        """Tokenize and save a test card."""
        token = self.gateway.tokenize(number=number, exp_month=12, exp_year=at.year + 3, cvc="123")
        if not isinstance(token, str):
            message = f"the simulator refused a test card: {token}"
            raise TypeError(message)
        return save_method(resident, token, gateway=self.gateway, at=at)

    def _join(self, resident: Resident, method: PaymentMethod, at: datetime) -> Subscription:
        plan = self.chance.choices([plan for plan, _ in self.plans], [weight for _, weight in self.plans])[0]
        edition = current_edition(plan.bundle, kst_date(at))
        return subscribe(
            resident,
            plan,
            address=Address.objects.filter(resident=resident).first(),
            method=method,
            agreed_amount=self._asked(plan, edition, at) if edition else 0,
            request_key=uuid.UUID(int=self.chance.getrandbits(128)).hex,
            by=Actor.of(resident.user, "resident"),
            at=at,
        )

    def _asked(self, plan: Plan, edition: Edition, at: datetime) -> int:
        """What the page shows: each delivery, or the whole term paid in advance."""
        term = prepaid_term(plan, edition, course_of(plan, kst_date(at), day_book()))
        return term.total if term else plan_price(plan, edition).total

    def change_minds(self, *, at: datetime) -> None:
        """Some skip the box that is billed tomorrow, pause or leave; some of the declined bring another card."""
        tomorrow = kst_date(at) + timedelta(days=1)
        coming = Cycle.objects.filter(state=CycleState.SCHEDULED, bill_on=tomorrow, number__gt=1)
        live = coming.filter(subscription__state=SubscriptionState.ACTIVE)
        for cycle in live.select_related("subscription__resident__user", "subscription__prepaid").order_by("pk"):
            self._change_mind(cycle, at)
        failed = Cycle.objects.filter(state=CycleState.FAILED).select_related("subscription__resident__user")
        for cycle in failed.order_by("pk"):
            if self.happens(self.habits.fix_card):
                card = self.new_card(cycle.subscription.resident, GOOD_CARD, at)
                change_method(cycle.subscription, card, at=at)

    def _change_mind(self, cycle: Cycle, at: datetime) -> None:
        by = Actor.of(cycle.subscription.resident.user, "resident")
        is_prepaid = runs_prepaid(cycle.subscription)
        if self.happens(self.habits.leave_early if is_prepaid else self.habits.cancel):
            cancel_subscription(cycle.subscription, by=by, at=at, why="데모: 다 먹지 못해서")
        elif self.happens(self.habits.pause):
            pause_subscription(cycle.subscription, kst_date(at) + timedelta(days=30), by=by, at=at)
        elif self.happens(self.habits.skip):
            skip_cycle(cycle, by=by, at=at)
        else:
            change_box(self.chance, self.habits, cycle, by=by, at=at)
