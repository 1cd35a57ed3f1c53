"""The judging core: takes a call, answers as the provider would, and never forgets what it answered."""

import hashlib
import json
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from malls.payments.simulator import korean, routes
from malls.payments.simulator.account import KOREAN_ID, Account, Remembered
from malls.payments.simulator.clock import Clock
from malls.payments.simulator.faults import AnswerLost, Fault, Faults
from malls.payments.simulator.shapes import Obj, Refused, invalid, new_id

if TYPE_CHECKING:
    from collections.abc import Callable

REMEMBERED_STATUSES = (200, 402, 403)
KOREAN = "test_sk_"
"""Secret keys that begin so belong to accounts of the Korean shape."""
PRUNE_EVERY = 5_000


@dataclass(frozen=True, slots=True)
class Call:
    """One request."""

    api_key: str
    method: str
    path: str
    params: Obj = field(default_factory=dict)
    idempotency_key: str = ""

    @property
    def fingerprint(self) -> str:
        """What must be the same when the key is the same."""
        text = json.dumps([self.method, self.path, self.params], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def is_korean(self) -> bool:
        """Which shape the account has."""
        return self.api_key.startswith(KOREAN)


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer; `replayed` when it was given before under the same key."""

    status: int
    body: str
    replayed: bool = False


class Memory(Protocol):
    """Where changes are written down before they are answered."""

    def write(self, line: Obj) -> None:
        """Keep a line through any crash of this process."""


class Provider:
    """Every account of the provider. Thread-safe; calls of one account are judged one at a time."""

    def __init__(self, memory: Memory | None = None, address: str = "http://provider.invalid") -> None:
        self.address = address
        self.clock = Clock()
        self.faults = Faults()
        self.memory = memory
        self.accounts: dict[str, Account] = {}
        self.on_events: Callable[[Account, list[Obj]], None] | None = None
        self._door = threading.Lock()

    def account(self, api_key: str) -> Account:
        """The account behind a key; a new key opens a new account."""
        shape = KOREAN_ID if api_key.startswith(KOREAN) else "acct_"
        return self.account_by_id(shape + hashlib.sha256(api_key.encode()).hexdigest()[:16])

    def account_by_id(self, account_id: str) -> Account:
        """The account with this id, opened if new."""
        with self._door:
            return self.accounts.setdefault(account_id, Account(account_id, Clock(self.clock.exact), self.address))

    def answer(self, call: Call) -> Reply:
        """Answer a call in the shape of its account. Raises AnswerLost when a fault cuts the line."""
        try:
            return self._answer(call)
        except Refused as refused:
            return _error(refused, is_korean=call.is_korean)

    def _answer(self, call: Call) -> Reply:
        if not call.api_key.startswith(("sk_test_", "rk_test_", KOREAN)):
            raise invalid(f"Invalid API Key provided: {call.api_key[:7]}****", status=401)
        path = korean.alike(call.method, call.path) if call.is_korean else call.path
        account = self.account(call.api_key)
        faults = self.faults.striking(call.method, path, account.id)
        kinds = {fault.kind for fault in faults}
        if "rate_limit" in kinds:
            raise invalid("Too many requests. Back off.", code="rate_limit", status=429)
        if "drop_before" in kinds:
            raise AnswerLost
        if "error_before" in kinds:
            raise _broken()
        reply = self._once(account, call, faults)
        if "drop_after" in kinds:
            raise AnswerLost
        return reply

    def _once(self, account: Account, call: Call, faults: list[Fault]) -> Reply:
        """The same key gets the same answer; other parameters or a twin in flight are refused."""
        key = call.idempotency_key if call.method == "POST" else ""
        with account.lock:
            known = account.recall(key) if key else None
            if known:
                return _replay(known, call)
            if key in account.in_flight:
                raise invalid("There is currently another in-progress request using this key.", status=409)
            if key:
                account.in_flight.add(key)
        try:
            _wait(faults)
            return self._judge(account, call, key, {fault.kind for fault in faults})
        finally:
            account.in_flight.discard(key)

    def _judge(self, account: Account, call: Call, key: str, kinds: set[str]) -> Reply:
        with account.lock:
            account.idempotency_key = key
            broken = _error(_broken(), is_korean=call.is_korean)
            reply = broken if "error_stored" in kinds else self._do(account, call)
            if "error_after" in kinds:
                reply = broken
            if key and (reply.status in REMEMBERED_STATUSES or kinds & {"error_stored", "error_after"}):
                account.remembered[key] = Remembered(call.fingerprint, reply.status, reply.body, account.clock.now())
                _prune(account)
            self.commit(account, key)
        return reply

    def _do(self, account: Account, call: Call) -> Reply:
        try:
            find = korean.find_route if call.is_korean else routes.find_route
            handler, ids = find(call.method, call.path, call.params)
            return Reply(200, json.dumps(handler(account, call.params, **ids), ensure_ascii=False))
        except Refused as refused:
            return _error(refused, is_korean=call.is_korean)

    def commit(self, account: Account, key: str = "") -> None:
        """Write down what changed, then tell the webhook sender. The caller holds the account's lock."""
        changed, events = list(account.changed.values()), list(account.events)
        account.changed.clear()
        account.events.clear()
        if self.memory and (changed or key):
            known = account.remembered.get(key)
            remembered = [key, known.fingerprint, known.status, known.body, known.at] if known else None
            self.memory.write({"account": account.id, "put": changed, "remember": remembered})
        if events and self.on_events:
            self.on_events(account, [event for event in events if event["pending_webhooks"]])

    def recall(self, line: Obj) -> None:
        """Take back a line that was written down before a restart."""
        if "clock" in line:
            self.clock.offset = line["clock"]
            return
        account = self.account_by_id(line["account"])
        for thing in line.get("put", ()):
            account.load(thing)
        if line.get("remember"):
            key, fingerprint, status, body, at = line["remember"]
            account.remembered[key] = Remembered(fingerprint, status, body, at)
        account.moods.update(line.get("moods", {}))


def _wait(faults: list[Fault]) -> None:
    for fault in faults:
        if fault.kind == "latency":
            time.sleep(fault.seconds)


def _replay(known: Remembered, call: Call) -> Reply:
    if known.fingerprint == call.fingerprint:
        return Reply(known.status, known.body, replayed=True)
    message = (
        "Keys for idempotent requests can only be used with the same parameters they were first used with. "
        f"Try using a key other than '{call.idempotency_key}' if you meant to execute a different request."
    )
    raise Refused(400, {"type": "idempotency_error", "message": message})


def _prune(account: Account) -> None:
    if len(account.remembered) % PRUNE_EVERY == 0:
        for key in list(account.remembered):
            account.recall(key)


def _error(refused: Refused, *, is_korean: bool) -> Reply:
    if is_korean:
        status, error = korean.error_of(refused)
        return Reply(status, json.dumps(error, ensure_ascii=False))
    body = {**refused.error, "request_log_url": f"sim://logs/{new_id('req')}"}
    return Reply(refused.status, json.dumps({"error": body}, ensure_ascii=False))


def _broken() -> Refused:
    return Refused(500, {"type": "api_error", "message": "An unknown error occurred."})
