"""What every part of a simulated life shares: the provider, its bank's side, chance and habits."""

import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import QuerySet

from bundles.subscriptions.models import Subscription
from config.simulate.bank import Bank
from config.simulate.habits import Habits
from core.actor import Actor
from core.errors import Refusal
from malls.payments.gateways import Gateway

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Office:
    """The three people of a settlement (지방회계법 §36); they also look after refunds."""

    maker: Actor
    checker: Actor
    payer: Actor


@dataclass
class Scene:
    """One municipality's simulated life."""

    gateway: Gateway
    bank: Bank
    chance: random.Random
    habits: Habits
    office: Office
    before: int = 0
    """The last subscription (id) of whoever lived here before: those people are left alone."""
    refused: int = 0
    """How often somebody wanted what may not be."""

    def happens(self, per_mille: int) -> bool:
        """Whether something with this chance happens now."""
        return self.chance.random() * 1000 < per_mille

    def some(self, things: Iterable[T], per_mille: int) -> list[T]:
        """Each of the things with this chance."""
        if not per_mille:
            return []
        share, dice = per_mille / 1000, self.chance.random
        return [thing for thing in things if dice() < share]

    def mine(self) -> QuerySet[Subscription]:
        """The subscriptions of this life."""
        return Subscription.objects.filter(pk__gt=self.before)

    @contextmanager
    def wishing(self) -> Iterator[None]:
        """Somebody wants something; a refusal is as good an answer as another."""
        try:
            yield
        except Refusal:
            self.refused += 1
