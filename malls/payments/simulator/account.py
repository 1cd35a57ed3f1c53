"""One provider account: its objects, its remembered answers, and what must be written down after a call."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from malls.payments.simulator.clock import Clock
from malls.payments.simulator.shapes import Obj, missing, new_event

KOREAN_ID = "mid_"
"""Ids of accounts in the Korean shape begin so."""
KEPT_SECONDS = 24 * 3600
"""How long an idempotency key is remembered."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """The first answer under an idempotency key."""

    fingerprint: str
    status: int
    body: str
    at: int


class Account:
    """All that one API key can see. Callers hold `lock` while they change it."""

    def __init__(self, account_id: str, clock: Clock, address: str = "") -> None:
        self.id = account_id
        self.address = address
        self.clock = clock
        self.lock = threading.RLock()
        self.fee_bp = 0
        self.dispute_fee = 0
        self.things: dict[str, dict[str, Obj]] = {}
        self.by_customer: dict[str, dict[str, Obj]] = {}
        self.moods: dict[str, list[str]] = {}
        self.remembered: dict[str, Remembered] = {}
        self.in_flight: set[str] = set()
        self.changed: dict[str, Obj] = {}
        self.events: list[Obj] = []
        self.idempotency_key = ""

    @property
    def is_korean(self) -> bool:
        """Whether this account speaks the Korean shape."""
        return self.id.startswith(KOREAN_ID)

    def all(self, kind: str) -> dict[str, Obj]:
        """The objects of a kind by id, oldest first."""
        return self.things.setdefault(kind, {})

    def newest(self, kind: str) -> Iterator[Obj]:
        """The objects of a kind, newest first."""
        return reversed(list(self.all(kind).values()))

    def find(self, kind: str, object_id: Any) -> Obj:
        """One object of this account or the provider's 404."""
        found = self.all(kind).get(str(object_id))
        if found is None:
            raise missing(kind, str(object_id))
        return found

    def anything(self, object_id: str) -> Obj | str:
        """The object with this id whatever it is; the id itself when it is none of ours."""
        kinds = (self.things[kind] for kind in self.things)
        return next((things[object_id] for things in kinds if object_id in things), object_id)

    def put(self, thing: Obj, **values: Any) -> Obj:
        """Store a thing with new values; it will be written down."""
        thing.update(values)
        self.load(thing)
        self.changed[thing["id"]] = thing
        return thing

    def load(self, thing: Obj) -> None:
        """Store a thing without writing it down again."""
        kind = thing["object"]
        self.all(kind)[thing["id"]] = thing
        if kind == "payment_intent" and thing["customer"]:
            self.by_customer.setdefault(thing["customer"], {})[thing["id"]] = thing

    def emit(self, kind: str, thing: Obj) -> None:
        """Tell the account's webhook endpoints, if it has any."""
        endpoints = [one for one in self.all("webhook_endpoint").values() if _listens(one, kind)]
        event = new_event(kind, thing, self.clock.now(), self.idempotency_key)
        self.put(event, pending_webhooks=len(endpoints))
        self.events.append(event)

    def recall(self, key: str) -> Remembered | None:
        """The answer under a key, unless it is older than a day."""
        found = self.remembered.get(key)
        if found and self.clock.now() - found.at >= KEPT_SECONDS:
            del self.remembered[key]
            return None
        return found

    def mood(self, method_id: str) -> str | None:
        """The next scripted result of a payment method: a decline, empty for success, None when nothing is scripted."""
        script = self.moods.get(method_id)
        return script.pop(0) if script else None


def _listens(endpoint: Obj, kind: str) -> bool:
    return endpoint["status"] == "enabled" and (
        endpoint["enabled_events"] == ["*"] or kind in endpoint["enabled_events"]
    )
