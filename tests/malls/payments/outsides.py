"""Every way to a provider: each adapter against the simulator, over HTTP and in this process."""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any
from urllib.parse import urlencode

from malls.payments.gateways import ChargeRequest, Gateway
from malls.payments.gateways.korean import KoreanGateway
from malls.payments.gateways.lines import HttpLine, InProcessLine, Line
from malls.payments.gateways.memory import MemoryGateway
from malls.payments.gateways.messages import korean_message, stripe_message
from malls.payments.gateways.stripe import StripeGateway
from malls.payments.signing import is_sealed, is_signed
from malls.payments.simulator import pages
from malls.payments.simulator.account import Account
from malls.payments.simulator.provider import Provider
from malls.payments.simulator.server import Simulator
from malls.payments.simulator.webhooks import envelope

NOW = datetime.now(UTC)
STRIPE, KOREAN = "sk_test_contract", "test_sk_contract"
WAYS = ("memory", "stripe", "korean", "korean-memory")
_next = count(1)


@dataclass
class Outside:
    """A gateway, the provider behind it, and how its messages are believed."""

    way: str
    gateway: Gateway
    provider: Provider
    api_key: str

    @property
    def account(self) -> Account:
        """The provider's own books."""
        return self.provider.account(self.api_key)

    @property
    def is_korean(self) -> bool:
        return self.way.startswith("korean")

    def saved(self, token: str = "pm_card_visa") -> tuple[str, Any]:  # noqa: S107  a public test name
        """A customer and a card of theirs."""
        customer = self.gateway.create_customer(key=f"c{next(_next)}", name="데모 주민", email="r@demo.example")
        return customer, self.gateway.save_method(key=f"s{next(_next)}", customer=customer, method=token)

    def request(
        self,
        token: str = "pm_card_visa",  # noqa: S107
        amount: int = 33_000,
        key: str = "town:261123-ABCD:1",
    ) -> ChargeRequest:
        """A charge that is ready to be asked."""
        customer, card = self.saved(token)
        return ChargeRequest(key, amount, 3_000, customer, card.reference, "261123-ABCD", NOW)

    def script(self, request: ChargeRequest, *results: str) -> None:
        """What the card answers next: decline codes, empty text for a success."""
        self.account.moods[request.method] = list(results)

    def visit(self, url: str, **sent: str) -> pages.Page:
        """A holder on the provider's own page: looks, or sends its form."""
        return pages.answer(
            self.provider, "POST" if sent else "GET", url.removeprefix(self.gateway.page_origin), urlencode(sent)
        )

    def letter(self, kind: str, secret: str, at: datetime) -> tuple[bytes, dict[str, str]]:
        """The provider's last message of a kind, signed at an instant."""
        event = next(one for one in self.account.newest("event") if one["type"] == kind)
        return envelope(self.account, event, secret, int(at.timestamp()))

    def believes(self, body: bytes, headers: dict[str, str], secret: str, at: datetime = NOW) -> bool:
        """Whether the mall takes a message for the provider's."""
        if self.is_korean:
            return is_sealed(body, headers, [secret], at)
        return is_signed(body, headers["Stripe-Signature"], [secret], at)

    def reads(self, body: bytes, headers: dict[str, str]) -> Any:
        """What the mall takes a message to be about."""
        return korean_message(body, headers) if self.is_korean else stripe_message(body)


def open_outside(way: str) -> tuple[Outside, Simulator | None]:
    """A provider of its own and a gateway to it."""
    if way == "memory":
        gateway = MemoryGateway(STRIPE)
        return Outside(way, gateway, gateway.provider, STRIPE), None
    if way == "korean-memory":
        provider = Provider()
        return Outside(way, korean(InProcessLine(KOREAN, provider), provider.address), provider, KOREAN), None
    simulator = Simulator(0)
    threading.Thread(target=simulator.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    if way == "stripe":
        return Outside(way, StripeGateway(STRIPE, simulator.address), simulator.provider, STRIPE), simulator
    line = HttpLine(KOREAN, simulator.address, KoreanGateway.threads)
    return Outside(way, korean(line, simulator.address), simulator.provider, KOREAN), simulator


def korean(line: Line, origin: str) -> KoreanGateway:
    """An account in the Korean shape at a simulator."""
    return KoreanGateway(KOREAN, line, page_origin=origin, client_key="test_ck_contract", is_simulated=True)
