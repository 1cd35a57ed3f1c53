"""Faults on demand: slow, refused and lost answers."""

import random
from dataclasses import dataclass, field

KINDS = ("latency", "rate_limit", "error_before", "error_stored", "error_after", "drop_before", "drop_after")


class AnswerLost(Exception):  # noqa: N818  a fact about the wire
    """The connection is cut without an answer."""


@dataclass(slots=True)
class Fault:
    """`kind` befalls the next `count` matching calls (None: all), each with `chance`.

    latency: waits `seconds` · rate_limit: 429 · error_before: 500, nothing done, not remembered · error_stored: 500,
    nothing done, remembered · error_after: done, but 500 · drop_before, drop_after: no answer, before or after.
    """

    kind: str
    method: str = "POST"
    path: str = "/v1/payment_intents"
    count: int | None = 1
    chance: float = 1.0
    seconds: float = 0.0
    seed: int = 0
    account: str = ""
    """Whose calls it befalls; everybody's without."""
    dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            message = f"unknown fault {self.kind}"
            raise ValueError(message)
        self.dice = random.Random(self.seed)  # noqa: S311  repeatable, not secret

    def strikes(self, method: str, path: str, account: str) -> bool:
        """Whether this call is hit; counts down."""
        if method != self.method or not path.startswith(self.path) or self.count == 0:
            return False
        if self.account not in ("", account):
            return False
        if self.chance < 1 and self.dice.random() >= self.chance:
            return False
        if self.count is not None:
            self.count -= 1
        return True


class Faults:
    """The faults that are set now."""

    def __init__(self) -> None:
        self.active: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Set one more fault."""
        self.active.append(fault)

    def clear(self, account: str = "") -> None:
        """Heal what befalls one account alone; without one, everything."""
        self.active = [fault for fault in self.active if account and fault.account != account]

    def striking(self, method: str, path: str, account: str) -> list[Fault]:
        """The faults that hit this call; spent ones are removed."""
        hits = [fault for fault in self.active if fault.strikes(method, path, account)]
        if hits:
            self.active = [fault for fault in self.active if fault.count != 0]
        return hits
