"""The other side of the payment simulator: what card holders, their banks and the line do, told by its controls."""

import json
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.conf import settings

from malls.payments.gateways import Gateway
from malls.payments.gateways.memory import MemoryGateway
from malls.payments.models import ProviderAccount
from malls.payments.simulator.control import Control
from malls.payments.simulator.webhooks import Postman

SECONDS = 30


class Line(Protocol):
    """A way to the simulator's controls."""

    def tell(self, method: str, name: str, **values: Any) -> Any:
        """Do something; the answer."""


@dataclass(frozen=True, slots=True)
class Far:
    """A simulator behind HTTP."""

    address: str
    api_key: str

    def tell(self, method: str, name: str, **values: Any) -> Any:
        """Do something; the answer."""
        request = urllib.request.Request(  # noqa: S310  the simulator's own address
            f"{self.address.rstrip('/')}/_sim/{name}", json.dumps(values).encode(), method=method,
            headers={"Authorization": f"Bearer {self.api_key}"},
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            return json.load(answer)


class Near:
    """A simulator in this process."""

    def __init__(self, gateway: MemoryGateway) -> None:
        self.api_key = gateway.api_key
        posting = gateway.provider.on_events
        self.control = Control(gateway.provider, Postman(gateway.provider, threads=0))
        gateway.provider.on_events = posting

    def tell(self, method: str, name: str, **values: Any) -> Any:
        """Do something; the answer."""
        return self.control.answer(method, name, self.api_key, values)


def line_of(gateway: Gateway) -> Line:
    """The way to the controls of the simulator behind a gateway."""
    if isinstance(gateway, MemoryGateway):
        return Near(gateway)
    return Far(settings.ENV.stripe_api_base, ProviderAccount.objects.get().secret_key)


@dataclass(frozen=True, slots=True)
class Bank:
    """What happens at the provider's side of one account."""

    line: Line

    def decline_next(self, card: str, code: str) -> None:
        """The next charge of a saved card is declined."""
        self.line.tell("POST", "moods", payment_method=card, declines=[code])

    def dispute(self, payment: str, reason: str) -> str:
        """A card holder disputes a payment; the dispute's reference."""
        return str(self.line.tell("POST", "disputes", payment=payment, reason=reason)["id"])

    def close_dispute(self, dispute: str, status: str) -> None:
        """A dispute is won or lost."""
        self.line.tell("POST", "disputes/close", dispute=dispute, status=status)

    def settle_refund(self, refund: str, status: str) -> None:
        """A refund on its way succeeds or fails."""
        self.line.tell("POST", "refunds/settle", refund=refund, status=status)

    def spoil(self, kind: str, count: int) -> None:
        """The next charges go wrong on their way; another town at the same simulator has its own trouble."""
        self.line.tell("POST", "faults", kind=kind, count=count, mine=True)

    def heal(self) -> None:
        """The line is good again."""
        self.line.tell("DELETE", "faults", mine=True)

    def set_clock(self, at: datetime | None) -> None:
        """The account lives at this instant; None is the present."""
        self.line.tell("POST", "clock", at=at and at.timestamp(), mine=True)

    def post_events(self, *, on: bool) -> None:
        """Whether the account's events are posted. While a town lives fast, its inbox would hear of them too late."""
        self.line.tell("POST", "endpoints", on=on)
