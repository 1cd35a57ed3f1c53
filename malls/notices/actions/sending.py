"""Sending: claim, look whether it is still true, hand over with no transaction open, record.

A worker killed in between leaves "being sent". Nobody knows then whether the letter left, and it is not sent again by
itself: told once is worth more than told surely.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from core.actor import Actor
from core.rows import as_json, rows_from
from core.state import record_moves
from core.wake import wake
from malls.notices.channels import Delivered, Doubtful, NotDelivered, Parcel
from malls.notices.channels.post import Post
from malls.notices.errors import NotToBeSentAgain
from malls.notices.kinds import Facts, Kind, every_kind, kind_of
from malls.notices.models import Letter, Notice, Outcome, Way
from malls.notices.queries import Words, mall_address, words_of
from malls.notices.rules import Address, is_quiet, letter, next_try, values_of
from tenants.schema import current_schema

BATCH = 50
LEASE = timedelta(minutes=30)
"""After this, what is being sent is in doubt: longer than a batch takes when every letter runs into its time limit."""
WANTED = ("resident__user", "resident__notice_choice")
TOLD = {"id": "bigint", "facts": "jsonb"}
RECORD = f"""
    WITH letter AS (
        INSERT INTO notices_letter (resident_id, channel, "to", title, text, reference, sent_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING id
    )
    UPDATE notices_notice SET outcome = 'sent', letter_id = letter.id, facts = told.facts, problem = ''
    FROM letter, {rows_from(TOLD, "told")} WHERE notices_notice.id = told.id
"""  # noqa: S608  our own names


@dataclass(frozen=True, slots=True)
class Draft:
    """What one letter tells: facts of one kind, each with its notice."""

    kind: Kind
    facts: list[Facts]
    notices: list[Notice]


@dataclass(frozen=True, slots=True)
class Office:
    """What letters are written and carried with."""

    post: Post
    words: Mapping[str, Words]
    address: Address
    at: datetime


def send_notices(*, at: datetime, post: Post, limit: int = 5_000) -> int:
    """Send what waits; the number of facts told. Several workers may send at once, each fact is one worker's."""
    _doubt(at)
    office = Office(post, words_of(every_kind()), mall_address(), at)
    told = looked = 0
    while looked < limit and (batch := _claim(at)):
        looked += len(batch)
        told += _send_all(deque(_drafts(batch, at)), office)
    return told


def _send_all(drafts: deque[Draft], office: Office) -> int:
    """Letters one by one; when one breaks the run, those not begun wait again."""
    told = 0
    try:
        while drafts:
            told += _send(drafts.popleft(), office)
    finally:
        if drafts:
            untouched = [one.pk for draft in drafts for one in draft.notices]
            Notice.objects.filter(pk__in=untouched).update(outcome=Outcome.WAITING, attempts=F("attempts") - 1)
    return told


@transaction.atomic
def send_again(notice: Notice, *, by: Actor, at: datetime) -> Notice:
    """Let a notice that failed, or is in doubt, wait to be sent once more; who asked is kept."""
    locked = Notice.objects.select_for_update().get(pk=notice.pk)
    if locked.outcome == Outcome.WAITING:
        return locked
    if locked.outcome not in (Outcome.FAILED, Outcome.UNKNOWN):
        raise NotToBeSentAgain
    record_moves(Notice, {locked.pk: locked.outcome}, Outcome.WAITING, by=by, at=at)
    locked.outcome, locked.attempts, locked.next_try_at, locked.problem = Outcome.WAITING, 0, at, ""
    locked.save(update_fields=["outcome", "attempts", "next_try_at", "problem"])
    wake("notices.send")
    return locked


@transaction.atomic
def send_failed_again(notices: QuerySet[Notice], *, by: Actor, at: datetime) -> int:
    """Let everything that failed among these wait to be sent once more; the number. What is in doubt stays."""
    failed = notices.filter(outcome=Outcome.FAILED).order_by("pk").select_for_update(of=("self",))
    mine = dict.fromkeys(failed.values_list("pk", flat=True), Outcome.FAILED.value)
    record_moves(Notice, mine, Outcome.WAITING, by=by, at=at)
    if mine:
        again = {"outcome": Outcome.WAITING, "attempts": 0, "next_try_at": at, "problem": ""}
        Notice.objects.filter(pk__in=list(mine)).update(**again)
        wake("notices.send")
    return len(mine)


def _doubt(at: datetime) -> int:
    """What a killed worker had in its hands."""
    lost = Notice.objects.filter(outcome=Outcome.SENDING, tried_at__lt=at - LEASE)
    return lost.update(outcome=Outcome.UNKNOWN, problem=_("The sending was cut off."))


@transaction.atomic
def _claim(at: datetime) -> list[Notice]:
    """Take the next waiting facts, those of one resident together. At night nobody's phone rings."""
    rows = Notice.objects.filter(outcome=Outcome.WAITING, next_try_at__lte=at)
    if is_quiet(at):
        rows = rows.exclude(resident__notice_choice__way=Way.PHONE)
    rows = rows.select_for_update(skip_locked=True, of=("self",)).select_related(*WANTED)
    batch = list(rows.order_by("resident_id", "kind", "pk")[:BATCH])
    Notice.objects.filter(pk__in=[one.pk for one in batch]).update(
        outcome=Outcome.SENDING, tried_at=at, attempts=F("attempts") + 1
    )
    for one in batch:
        one.attempts += 1
    return batch


def _drafts(batch: Sequence[Notice], at: datetime) -> Iterator[Draft]:
    """Letters of a batch: what is still true, gathered where the kind gathers. The rest is dropped."""
    facts = _facts(batch, at)
    gone = {one.pk for one in batch if one.pk not in facts or one.resident.left_at}
    if gone:
        Notice.objects.filter(pk__in=gone).update(outcome=Outcome.DROPPED)
    standing = [one for one in batch if one.pk not in gone]
    for (_resident, name), group in groupby(standing, key=lambda one: (one.resident_id, one.kind)):
        kind, mine = kind_of(name), list(group)
        if kind and kind.line:
            yield Draft(kind, [facts[one.pk] for one in mine], mine)
        elif kind:
            yield from (Draft(kind, [facts[one.pk]], [one]) for one in mine)


def _facts(batch: Sequence[Notice], at: datetime) -> dict[int, Facts]:
    """By notice, what is true of its subject now: one look for each kind."""
    facts: dict[int, Facts] = {}
    for name, group in groupby(sorted(batch, key=lambda one: one.kind), key=lambda one: one.kind):
        if kind := kind_of(name):
            mine = {one.subject: one.pk for one in group}
            found = kind.facts(list(kind.true(at).filter(pk__in=list(mine))), at)
            facts |= {mine[subject]: one for subject, one in found.items()}
    return facts


def _send(draft: Draft, office: Office) -> int:
    """One letter; the number of facts told with it."""
    kind, notices = draft.kind, draft.notices
    resident, words = notices[0].resident, office.words[kind.name]
    title, text = letter(words.title, words.text, values_of(kind, draft.facts, str(resident), office.address))
    key = f"{kind.name}.{notices[0].subject}.{current_schema()}@goeul"
    answer, to = office.post.deliver(Parcel(key, "", title, text, words.template_code), resident)
    if isinstance(answer, Delivered):
        kept = Letter(
            resident=resident, channel=answer.channel, to=to, title=title[:200], text=text,
            reference=answer.reference, sent_at=office.at,
        )  # fmt: skip
        _record(draft, kept)
        return len(notices)
    _not_sent(notices, answer, office.at)
    return 0


def _record(draft: Draft, kept: Letter) -> None:
    """What was told, frozen: one statement, for there are as many letters as people."""
    told = [(notice.pk, facts) for notice, facts in zip(draft.notices, draft.facts, strict=True)]
    letter: list[Any] = [kept.resident_id, kept.channel, kept.to, kept.title, kept.text, kept.reference, kept.sent_at]
    with connection.cursor() as cursor:
        cursor.execute(RECORD, [*letter, as_json(TOLD, told)])


def _not_sent(notices: Sequence[Notice], answer: NotDelivered | Doubtful, at: datetime) -> None:
    """Tried again later, or left to a person."""
    mine = Notice.objects.filter(pk__in=[one.pk for one in notices])
    if isinstance(answer, Doubtful):
        mine.update(outcome=Outcome.UNKNOWN, problem=answer.why)
        return
    again = None if answer.is_final else next_try(notices[0].attempts, at)
    if again:
        mine.update(outcome=Outcome.WAITING, next_try_at=again, problem=answer.why)
    else:
        mine.update(outcome=Outcome.FAILED, problem=answer.why)
