"""The provider's messages: stored once, answered at once, acted on by fetching what they are about anew.

Order and repetition do not matter: what counts is how the object stands now. A batch is claimed, each object is fetched
once outside any transaction, all effects and marks are written in one.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from core.actor import SYSTEM, Actor
from core.errors import GatewayError
from core.wake import wake
from malls.payments.actions.asking import ask
from malls.payments.actions.charging import record_outcomes
from malls.payments.actions.disputing import record_dispute
from malls.payments.actions.refunding import record_refund
from malls.payments.gateways import Gateway, Outcome, ProviderDispute, Refunded
from malls.payments.gateways.messages import Message, Topic
from malls.payments.models import Charge, ChargeState, EventRefused, Refund, WebhookEvent
from malls.payments.models.refunds import OPEN_REFUNDS, RefundState

log = logging.getLogger(__name__)
BATCH = 500
HELD_FOR = timedelta(minutes=5)
"""A worker that was killed lets go after so long."""
AGAIN_AFTER = timedelta(seconds=50)
MOST_TRIES = 20
ASKED = (ChargeState.ASKED, ChargeState.UNKNOWN)
MOVING = (*OPEN_REFUNDS, RefundState.SUCCEEDED)
"""Refunds that a message can still move: one that succeeded may come back."""
CLAIM = """
    UPDATE payments_webhookevent SET claimed_until = %(until)s, tries = tries + 1
    WHERE id IN (
        SELECT id FROM payments_webhookevent
        WHERE processed_at IS NULL AND (claimed_until IS NULL OR claimed_until <= %(at)s)
        ORDER BY id LIMIT %(batch)s FOR UPDATE SKIP LOCKED
    ) RETURNING id, topic, about, object_id, key, tries
"""
Fetched = Sequence[Refunded] | ProviderDispute | None


@dataclass(slots=True)
class Subject:
    """One object that messages are about: what we have of it, what the provider says now, and the messages (ids)."""

    topic: str
    reference: str
    events: list[int] = field(default_factory=list)
    tries: int = 0
    key: str = ""
    charge: Charge | None = None
    is_ours: bool = True
    is_fetched: bool = True
    outcome: Outcome | None = None
    refunds: list[Refund] = field(default_factory=list)
    found: Fetched = None


def receive_event(message: Message, *, at: datetime) -> None:
    """Store a verified message; one that came before is left as it is."""
    row = WebhookEvent(
        event_id=message.event_id, kind=message.kind, object_id=message.item, topic=message.topic, about=message.about,
        key=message.key, body={}, received_at=at,
    )  # fmt: skip
    with transaction.atomic():
        WebhookEvent.objects.bulk_create([row], ignore_conflicts=True)
        wake("payments.process_events")


def process_events(*, gateway: Gateway, at: datetime, batch: int = BATCH, most: int = 100_000) -> int:
    """Work through what waits, batch by batch; several workers may. The number of messages that are done."""
    done = 0
    while done < most and (claimed := _claim(at, batch)):
        done += _work_through(claimed, gateway, at)
    return done


def retry_event(row: WebhookEvent, *, by: Actor, at: datetime) -> None:
    """Let a message be worked through again, now. Whoever asked for it stands in the log."""
    changed = WebhookEvent.objects.filter(pk=row.pk).exclude(processed_at=None, claimed_until=None)
    if changed.update(processed_at=None, refused_why="", claimed_until=None, tries=0):
        log.info("event %s is worked through again at %s for %s", row.event_id, at, by.name)
    with transaction.atomic():
        wake("payments.process_events")


def _claim(at: datetime, batch: int) -> list[Subject]:
    """Take a batch in hand and group it by what it is about."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"at": at, "until": at + HELD_FOR, "batch": batch})
        rows = cursor.fetchall()
    subjects: dict[tuple[str, str], Subject] = {}
    for pk, topic, about, item, key, tries in sorted(rows):
        reference = item if topic == Topic.DISPUTE else about or item
        subject = subjects.setdefault((topic, "" if topic == Topic.OTHER else reference), Subject(topic, reference))
        subject.events.append(pk)
        subject.key = key or subject.key
        subject.tries = max(subject.tries, tries)
    return list(subjects.values())


def _work_through(subjects: list[Subject], gateway: Gateway, at: datetime) -> int:
    """Read, fetch, write; the number of messages that are done."""
    payments = [one for one in subjects if one.topic in (Topic.PAYMENT, Topic.REFUND)]
    _find_ours(payments)
    _fetch(subjects, gateway, at)
    later = [one for one in subjects if not one.is_fetched]
    _let_go(later, at)
    ready = [one for one in subjects if one.is_fetched]
    return _write(ready, at) + _give_up(later, at)


def _find_ours(subjects: Sequence[Subject]) -> None:
    """The charge that each payment is, by our key or by the provider's reference, and its refunds; two statements."""
    keys, references = {one.key for one in subjects if one.key}, {one.reference for one in subjects}
    rows = Charge.objects.filter(Q(key__in=keys) | Q(provider_ref__in=references - {""}))
    charges = list(rows.select_related("order", "method"))
    by_key = {charge.key: charge for charge in charges}
    by_reference = {charge.provider_ref: charge for charge in charges if charge.provider_ref}
    for one in subjects:
        one.charge = by_reference.get(one.reference) or by_key.get(one.key)
        one.is_ours = one.charge is not None
    about_refunds = {one.charge.pk: one for one in subjects if one.topic == Topic.REFUND and one.charge}
    refunds = Refund.objects.filter(charge__in=list(about_refunds), state__in=MOVING).select_related("charge__order")
    for refund in refunds.order_by("pk"):
        about_refunds[refund.charge_id].refunds.append(refund)


def _fetch(subjects: Sequence[Subject], gateway: Gateway, at: datetime) -> None:
    """Ask the provider once about each object that can still move, with a bounded number of threads."""
    open_ = {
        one.charge.pk: one for one in subjects if one.charge and one.charge.state in ASKED and one.charge.look_up_at
    }
    outcomes = ask([one.charge for one in open_.values() if one.charge], gateway, at=at)
    for pk, one in open_.items():
        one.outcome = outcomes.get(pk)
        one.is_fetched = pk in outcomes
    calls: list[tuple[Subject, Callable[[], Fetched]]] = []
    for one in subjects:
        if one.topic == Topic.REFUND and one.refunds and one.charge:
            calls.append((one, _refunds_call(gateway, one.charge.provider_ref)))
        elif one.topic == Topic.DISPUTE:
            calls.append((one, _dispute_call(gateway, one.reference)))
    with ThreadPoolExecutor(gateway.threads) as pool:
        for (one, _), (found, is_fetched) in zip(calls, pool.map(_tried, calls), strict=True):
            one.found, one.is_fetched = found, is_fetched
            one.is_ours = one.is_ours and not (one.topic == Topic.DISPUTE and is_fetched and found is None)


def _refunds_call(gateway: Gateway, payment: str) -> Callable[[], Fetched]:
    return lambda: gateway.refunds_of(payment)


def _dispute_call(gateway: Gateway, reference: str) -> Callable[[], Fetched]:
    return lambda: gateway.dispute(reference)


def _tried(call: tuple[Subject, Callable[[], Fetched]]) -> tuple[Fetched, bool]:
    """What came back, and whether something did. Runs in a thread: touches no database."""
    subject, fetch = call
    try:
        return fetch(), True
    except GatewayError as error:
        log.warning("%s %s waits: %s", subject.topic, subject.reference, error)
        return None, False


def _write(subjects: Sequence[Subject], at: datetime) -> int:
    """All effects and marks in one transaction. Where that fails, by halves, until the one that cannot be is alone."""
    if not subjects:
        return 0
    try:
        with transaction.atomic():
            _apply(subjects, at)
            _mark(subjects, at)
    except Exception:
        if len(subjects) == 1:
            log.exception("messages about %s %s cannot be worked through", subjects[0].topic, subjects[0].reference)
            _let_go(subjects, at)
            return _give_up(subjects, at)
        half = len(subjects) // 2
        return _write(subjects[:half], at) + _write(subjects[half:], at)
    return sum(len(one.events) for one in subjects)


def _apply(subjects: Sequence[Subject], at: datetime) -> None:
    outcomes = {one.charge.pk: one.outcome for one in subjects if one.charge and one.outcome}
    record_outcomes(outcomes, at=at, known=[one.charge for one in subjects if one.charge and one.outcome])
    for one in subjects:
        if isinstance(one.found, ProviderDispute):
            one.is_ours = record_dispute(one.found, at=at) is not None
        elif one.found is not None:
            by_reference = {row.reference: row for row in one.found}
            by_key = {row.key: row for row in one.found if row.key}
            for refund in one.refunds:
                answer = by_reference.get(refund.provider_ref) or by_key.get(refund.key)
                if answer and answer.state != refund.state:
                    record_refund(refund, answer, by=SYSTEM, at=at)


def _mark(subjects: Sequence[Subject], at: datetime) -> None:
    """Done, or quarantined: signed with our secret but about nothing of ours."""
    events: dict[str, list[int]] = defaultdict(list)
    for one in subjects:
        if not one.is_ours:
            log.error("%s %s is signed with our secret but is nothing of ours", one.topic, one.reference)
        events["" if one.is_ours else EventRefused.NOT_OURS].extend(one.events)
    for why, pks in events.items():
        rows = WebhookEvent.objects.filter(pk__in=pks, processed_at=None)
        rows.update(processed_at=at, refused_why=why, claimed_until=None)


def _let_go(subjects: Sequence[Subject], at: datetime) -> None:
    """They wait for the next time."""
    pks = [pk for one in subjects for pk in one.events]
    if pks:
        WebhookEvent.objects.filter(pk__in=pks, processed_at=None).update(claimed_until=at + AGAIN_AFTER)


def _give_up(subjects: Sequence[Subject], at: datetime) -> int:
    """After many tries a person must look; the number of messages that were given up."""
    pks = [pk for one in subjects if one.tries >= MOST_TRIES for pk in one.events]
    if pks:
        log.error("%s messages could not be worked through in %s tries", len(pks), MOST_TRIES)
        WebhookEvent.objects.filter(pk__in=pks).update(processed_at=at, refused_why=EventRefused.FAILED)
    return len(pks)
