"""Posts signed events to the malls, again and again until they answer 2xx; and misbehaves when told to."""

import hashlib
import heapq
import hmac
import http.client
import itertools
import json
import random
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from malls.payments.simulator import korean, korean_shapes
from malls.payments.simulator.account import Account
from malls.payments.simulator.provider import Provider
from malls.payments.simulator.shapes import Obj

WAITS = (1, 2, 5, 15, 60, 300, 900, 3600)
"""Seconds before each further try."""
TIMEOUT = 10.0


@dataclass(slots=True)
class Manners:
    """How events travel: `copies` of each, after `delay` seconds, up to `jitter` seconds apart from their order."""

    off: bool = False
    copies: int = 1
    delay: float = 0.0
    jitter: float = 0.0


@dataclass(frozen=True, slots=True)
class Letter:
    """One event on its way to one endpoint."""

    account: Account
    event: Obj
    url: str
    secret: str
    tries: int = 0


def signature(secret: str, body: bytes, at: int) -> str:
    """The `Stripe-Signature` header."""
    mac = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={mac}"


def envelope(account: Account, event: Obj, secret: str, at: int) -> tuple[bytes, dict[str, str]]:
    """The body of an event and the headers that sign it, in the shape of the account."""
    if not account.is_korean:
        body = json.dumps(event, ensure_ascii=False).encode()
        return body, {"Stripe-Signature": signature(secret, body, at)}
    thing = event["data"]["object"]
    intent_id = str(thing.get("payment_intent") or thing["id"])
    intent = account.all("payment_intent").get(intent_id)
    forged = {"paymentKey": intent_id, "orderId": intent_id, "status": "DONE"}
    payment = korean_shapes.payment(account, intent) if intent else forged
    body = json.dumps(korean.letter(event, payment), ensure_ascii=False).encode()
    sent = datetime.fromtimestamp(at, UTC).isoformat()
    return body, {
        "tosspayments-webhook-transmission-id": event["id"],
        "tosspayments-webhook-transmission-time": sent,
        "tosspayments-webhook-signature": korean.seal(secret, body, sent),
    }


def post(url: str, body: bytes, signed: dict[str, str]) -> int:
    """Post a body; the status, or 0 when nobody answers. `*.localhost` is this machine, its name stays in Host."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    where = "127.0.0.1" if host == "localhost" or host.endswith(".localhost") else host
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(where, parts.port, timeout=TIMEOUT)
    headers = {"Host": parts.netloc, "Content-Type": "application/json; charset=utf-8", **signed}
    try:
        connection.request("POST", parts.path or "/", body, headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


class Postman:
    """A few threads that deliver letters when they are due."""

    def __init__(self, provider: Provider, threads: int = 2) -> None:
        self.provider = provider
        self.manners = Manners()
        self._queue: list[tuple[float, int, Letter]] = []
        self._count = itertools.count()
        self._ring = threading.Condition()
        self._stopping = False
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(threads)]
        provider.on_events = self.send

    def start(self) -> None:
        """Begin, first with what an earlier run left undelivered."""
        for account in list(self.provider.accounts.values()):
            self.send(account, [event for event in account.all("event").values() if event["pending_webhooks"]])
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End; undelivered events wait for the next start."""
        with self._ring:
            self._stopping = True
            self._ring.notify_all()

    def send(self, account: Account, events: list[Obj]) -> None:
        """Put events on their way to every endpoint of the account."""
        endpoints = [one for one in account.all("webhook_endpoint").values() if one["status"] == "enabled"]
        for event in events:
            for endpoint in endpoints:
                if endpoint["enabled_events"] == ["*"] or event["type"] in endpoint["enabled_events"]:
                    self._send_copies(Letter(account, event, endpoint["url"], endpoint["secret"]))

    def _send_copies(self, letter: Letter) -> None:
        manners = self.manners
        for _ in range(0 if manners.off else manners.copies):
            self._push(letter, manners.delay + random.uniform(0, manners.jitter))  # noqa: S311  disorder, not secrecy

    def _push(self, letter: Letter, wait: float) -> None:
        with self._ring:
            heapq.heappush(self._queue, (time.monotonic() + wait, next(self._count), letter))
            self._ring.notify()

    def _next(self) -> Letter | None:
        with self._ring:
            while not self._stopping:
                wait = self._queue[0][0] - time.monotonic() if self._queue else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self._queue)[2]
                self._ring.wait(wait)
        return None

    def _work(self) -> None:
        while (letter := self._next()) is not None:
            self.deliver(letter)

    def deliver(self, letter: Letter) -> int:
        """Try once; come back later unless the mall says 2xx."""
        with letter.account.lock:
            body, signed = envelope(letter.account, letter.event, letter.secret, int(time.time()))
        status = post(letter.url, body, signed)
        if 200 <= status < 300:  # noqa: PLR2004
            self._acknowledge(letter)
        elif letter.tries < len(WAITS):
            again = Letter(letter.account, letter.event, letter.url, letter.secret, letter.tries + 1)
            self._push(again, WAITS[letter.tries])
        return status

    def _acknowledge(self, letter: Letter) -> None:
        with letter.account.lock:
            letter.account.put(letter.event, pending_webhooks=max(0, letter.event["pending_webhooks"] - 1))
            self.provider.commit(letter.account)

    def forge(self, account: Account, url: str, event: Obj) -> int:
        """Post an event that was signed with a wrong secret."""
        body, signed = envelope(account, event, "whsec_wrong", int(time.time()))
        return post(url, body, signed)

    def again(self, account: Account, event: Obj, copies: int) -> list[int]:
        """Deliver an event that was delivered before, `copies` times in a row."""
        rows = [one for one in account.all("webhook_endpoint").values() if one["status"] == "enabled"]
        letters = [Letter(account, event, one["url"], one["secret"], len(WAITS)) for one in rows]
        return [self.deliver(letter) for letter in letters for _ in range(copies)]
