"""Telling residents: one mail for each fact, sent after it is committed, found by query."""

from collections.abc import Sequence
from datetime import datetime

from django.core.mail import get_connection

from bundles.billing.models import Notice, NoticeKind
from bundles.billing.sentences import mail_of
from core.wake import wake

BATCH = 200


def note(cycle_ids: Sequence[int], kind: NoticeKind, at: datetime) -> None:
    """Keep that something is to be told about boxes; a fact noted before is not told twice."""
    if cycle_ids:
        rows = [Notice(cycle_id=pk, kind=kind, noted_at=at) for pk in cycle_ids]
        Notice.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2_000)
        wake("billing.send_notices")


def send_notices(*, at: datetime, limit: int = 2_000) -> int:
    """Send what was not sent yet; the number sent. Each is marked before it leaves, so that none is sent twice."""
    sent = 0
    wanted = ("cycle__subscription__resident__user", "cycle__subscription__plan__bundle", "cycle__subscription__method")
    with get_connection() as mailer:
        for notice in Notice.objects.filter(sent_at=None).select_related(*wanted).order_by("pk")[:limit]:
            if Notice.objects.filter(pk=notice.pk, sent_at=None).update(sent_at=at):
                mailer.send_messages([mail_of(notice)])
                sent += 1
    return sent
