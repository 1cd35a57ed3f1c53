"""Telling residents: one mail for each fact, sent after it is committed, found by query."""

from collections.abc import Sequence
from datetime import datetime

from django.core.mail import get_connection
from django.db import connection

from bundles.billing.models import Notice, NoticeKind
from bundles.billing.sentences import mail_of
from core.wake import wake

NOTE = """
    INSERT INTO billing_notice (cycle_id, kind, noted_at) SELECT id, %s, %s FROM unnest(%s::bigint[]) AS box (id)
    ON CONFLICT DO NOTHING
"""


def note(cycle_ids: Sequence[int], kind: NoticeKind, at: datetime) -> None:
    """Keep that something is to be told about boxes; a fact noted before is not told twice."""
    if cycle_ids:
        with connection.cursor() as cursor:
            cursor.execute(NOTE, [kind, at, list(cycle_ids)])
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
