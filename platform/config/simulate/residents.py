"""Invented residents: they move in, save a card, subscribe or give, and change their minds."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bundles.boxes.actions import change_policy
from bundles.boxes.models import Remedy
from bundles.plans.models import Plan
from bundles.plans.queries import course_of, current_edition, day_book, plan_price, prepaid_term
from bundles.subscriptions.actions import (
    cancel_subscription,
    change_method,
    give,
    pause_subscription,
    resume_subscription,
    skip_cycle,
    subscribe,
)
from bundles.subscriptions.actions.giving import Giving, Place
from bundles.subscriptions.models import Cycle, CycleState, SubscriptionState
from bundles.subscriptions.queries import runs_prepaid
from config.simulate.boxes import change_box
from config.simulate.changes import Changes
from config.simulate.habits import BAD_CARDS, GOOD_CARD, SLOW_CARD
from config.simulate.scene import Scene
from core.actor import Actor
from core.clock import kst_date
from malls.customers.models import Address, Resident
from malls.payments.actions.methods import save_method
from malls.payments.models import PaymentMethod

EARLY = 30
"""Paused subscriptions that go on before their day, per day, in a thousand."""


@dataclass
class Life:
    """One municipality's simulated residents."""

    scene: Scene
    plans: list[tuple[Plan, int]] = field(default_factory=list)
    """Offered plans with the weight of their popularity."""

    def __post_init__(self) -> None:
        self.changes = Changes(self.scene)

    def choose_plans(self) -> None:
        """Weigh the plans once: a few bundles are loved, most are liked."""
        offered = list(
            Plan.objects.filter(is_offered=True, bundle__is_listed=True).select_related("bundle").order_by("pk")
        )
        fame: dict[int, int] = {}
        for plan in offered:
            fame.setdefault(plan.bundle_id, self.scene.chance.choice((1, 2, 2, 3, 4, 8)))
        term = self.scene.habits.term // 3
        self.plans = [(plan, fame[plan.bundle_id] * (term if plan.term_months else 1000)) for plan in offered]

    def start(self, resident: Resident, *, at: datetime) -> None:
        """A resident saves a card, subscribes once or twice, and perhaps gives."""
        habits, happens = self.scene.habits, self.scene.happens
        number = self.scene.chance.choice(BAD_CARDS) if happens(habits.bad_card) else GOOD_CARD
        method = self.new_card(resident, SLOW_CARD if happens(habits.slow_refund) else number, at)
        address = Address.objects.filter(resident=resident).first()
        for _ in range(2 if happens(habits.second_subscription) else 1):
            self._join(resident, method, address, at)
        if happens(habits.gift):
            self._give(resident, method, at)

    def new_card(self, resident: Resident, number: str, at: datetime) -> PaymentMethod:
        """Tokenize and save a test card."""
        gateway = self.scene.gateway
        token = gateway.tokenize(number=number, exp_month=12, exp_year=at.year + 3, cvc="123")
        if not isinstance(token, str):
            message = f"the simulator refused a test card: {token}"
            raise TypeError(message)
        return save_method(resident, token, gateway=gateway, at=at)

    def _join(self, resident: Resident, method: PaymentMethod, address: Address | None, at: datetime) -> None:
        plan = self.scene.chance.choices([plan for plan, _ in self.plans], [weight for _, weight in self.plans])[0]
        made = subscribe(
            resident, plan, address=address, method=method, agreed_amount=self._price(plan, at),
            request_key=self._key(), by=Actor.of(resident.user, "resident"), at=at,
        )  # fmt: skip
        if self.scene.happens(self.scene.habits.policy):
            change_policy(made, Remedy(self.scene.chance.choice(Remedy.values)), at=at)

    def _give(self, resident: Resident, method: PaymentMethod, at: datetime) -> None:
        plans = [plan for plan, _ in self.plans if not plan.term_months]
        plan = self.scene.chance.choice(plans)
        chance = self.scene.chance
        giving = Giving(chance.randint(1, 4), kst_date(at) + timedelta(days=chance.randint(0, 20)), "데모: 축하해요")
        give(
            resident, plan, Place("이이웃", "010-0000-4321", "00000", "데모시 이웃길 3"), giving, method=method,
            agreed_amount=self._price(plan, at), request_key=self._key(), by=Actor.of(resident.user, "resident"), at=at,
        )  # fmt: skip

    def _price(self, plan: Plan, at: datetime) -> int:
        """What the page shows: each delivery, or the whole term paid in advance."""
        edition = current_edition(plan.bundle, kst_date(at))
        if not edition:
            return 0
        term = prepaid_term(plan, edition, course_of(plan, kst_date(at), day_book()))
        return term.total if term else plan_price(plan, edition).total

    def _key(self) -> str:
        return uuid.UUID(int=self.scene.chance.getrandbits(128)).hex

    def change_minds(self, *, at: datetime) -> None:
        """Some change the box that is billed tomorrow, pause or leave; some of the declined bring another card."""
        tomorrow = kst_date(at) + timedelta(days=1)
        mine = Cycle.objects.filter(subscription__pk__gt=self.scene.before)
        coming = mine.filter(state=CycleState.SCHEDULED, bill_on=tomorrow, number__gt=1)
        live = coming.filter(subscription__state=SubscriptionState.ACTIVE)
        wanted = ("subscription__resident__user", "subscription__plan", "subscription__prepaid")
        for cycle in live.select_related(*wanted).order_by("pk"):
            self._change_mind(cycle, at)
        failed = mine.filter(state=CycleState.FAILED).select_related("subscription__resident__user")
        for cycle in self.scene.some(failed.order_by("pk"), self.scene.habits.fix_card):
            change_method(cycle.subscription, self.new_card(cycle.subscription.resident, GOOD_CARD, at), at=at)
        if self.scene.habits.change:
            self._go_on(at)

    def _change_mind(self, cycle: Cycle, at: datetime) -> None:
        habits, happens, mine = self.scene.habits, self.scene.happens, cycle.subscription
        by = Actor.of(mine.resident.user, "resident")
        with self.scene.wishing():
            if happens(habits.leave_early if runs_prepaid(mine) else habits.cancel):
                if not self.changes.leave_later(mine, by, at):
                    cancel_subscription(mine, by=by, at=at, why="데모: 다 먹지 못해서")
                    self.changes.stay(mine, by, at)
            elif happens(habits.pause):
                pause_subscription(mine, kst_date(at) + timedelta(days=30), by=by, at=at)
            elif happens(habits.skip):
                skip_cycle(cycle, by=by, at=at)
                self.changes.come_back(cycle, by, at)
            elif happens(habits.change):
                self.changes.one(cycle, by, at)
            else:
                change_box(self.scene, cycle, by=by, at=at)

    def _go_on(self, at: datetime) -> None:
        """Some do not wait for the end of their pause; those who were paused for a bad card bring another one."""
        paused = self.scene.mine().filter(state=SubscriptionState.PAUSED).select_related("resident__user")
        for one in self.scene.some(paused.order_by("pk"), EARLY):
            with self.scene.wishing():
                change_method(one, self.new_card(one.resident, GOOD_CARD, at), at=at)
                resume_subscription(one, by=Actor.of(one.resident.user, "resident"), at=at)
