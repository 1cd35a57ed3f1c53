"""Asking the provider about open charges, in threads and outside any transaction."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from core.actor import SYSTEM
from core.errors import GatewayError
from core.state import move_many
from malls.payments.gateways import ChargeRequest, DeclineClass, Declined, Gateway, Outcome, Unknown
from malls.payments.models import Charge, ChargeState
from malls.payments.rules import FIRST_LOOK, NOT_RECEIVED, is_over, may_resend

AT_PROVIDER = (ChargeState.ASKED, ChargeState.UNKNOWN)


def ask(charges: Sequence[Charge], gateway: Gateway, *, at: datetime) -> dict[int, Outcome]:
    """Ask the provider about each open charge, outside any transaction; the outcome by charge id.

    Charges that were never asked are asked. Those that were are looked up first, and sent again under the same key only
    while the provider still remembers it. Those that the provider turned away unseen have no outcome: they stay as they
    are and are taken up again. Those that wait for a person (without a time to look) are not asked at all.
    """
    reserved = [charge for charge in charges if charge.state == ChargeState.RESERVED]
    asked = [charge for charge in charges if charge.state in AT_PROVIDER and charge.look_up_at]
    fresh = move_many(Charge, reserved, ChargeState.ASKED, by=SYSTEM, at=at, asked_at=at, look_up_at=at + FIRST_LOOK)
    questions = [Question(charge.pk, request_of(charge)) for charge in fresh]
    questions += [_again(charge, at) for charge in asked]
    return {pk: answer for pk, answer in _answers(questions, gateway) if not _was_turned_away(answer)}


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask about one charge. Those asked before are looked up first."""

    pk: int
    request: ChargeRequest
    was_asked: bool = False
    may_resend: bool = False
    is_over: bool = False
    """Whether a holder who was asked had long enough: the charge is given up at the provider."""


def _again(charge: Charge, at: datetime) -> Question:
    since = charge.asked_at or charge.reserved_at
    return Question(
        charge.pk, request_of(charge), was_asked=True, may_resend=may_resend(since, at), is_over=is_over(since, at)
    )


def _answers(questions: Sequence[Question], gateway: Gateway) -> Iterator[tuple[int, Outcome]]:
    """What the provider says. While many threads wait for it, the database connection is given back."""
    threads = getattr(gateway, "threads", 1)
    if threads == 1 or len(questions) <= 1:
        yield from ((one.pk, _ask_one(gateway, one)) for one in questions)
        return
    if not connection.in_atomic_block:
        connection.close()
    with ThreadPoolExecutor(threads) as pool:
        outcomes = pool.map(lambda one: _ask_one(gateway, one), questions)
        yield from zip([one.pk for one in questions], outcomes, strict=True)


def _was_turned_away(outcome: Outcome) -> bool:
    return isinstance(outcome, Unknown) and outcome.is_throttled


def request_of(charge: Charge) -> ChargeRequest:
    """A charge as the provider is asked for it."""
    method = charge.method
    return ChargeRequest(
        key=charge.key,
        amount=charge.amount,
        tax_free=charge.tax_free,
        customer=method.customer_ref if method else "",
        method=method.method_ref if method else "",
        reference=charge.order.number,
        asked_since=charge.reserved_at,
    )


def _ask_one(gateway: Gateway, question: Question) -> Outcome:
    """Runs in a thread: touches no database."""
    request = question.request
    try:
        if not question.was_asked:
            return gateway.charge(request)
        found = gateway.lookup(request)
        if found is None:
            return gateway.charge(request) if question.may_resend else Declined(NOT_RECEIVED, DeclineClass.SOFT)
        waits = isinstance(found, Unknown) and bool(found.page)
        return gateway.abandon(request) if waits and question.is_over else found
    except GatewayError as error:
        return Unknown(str(error))
