"""Telling residents about their vouchers: each fact is stored once and sent once, found by query."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from django.core.mail import get_connection
from django.db import connection

from bundles.vouchers.letters import letter_of
from bundles.vouchers.models import NoticeKind, VoucherNotice
from core.clock import days_after, kst_date
from core.wake import wake

LIMIT = 2_000
NOTE = """
INSERT INTO vouchers_vouchernotice (voucher_id, kind, noted_at)
SELECT v.id, %(kind)s, %(at)s FROM vouchers_voucher v
WHERE v.state = 'issued' AND v.expires_on BETWEEN %(first)s AND %(last)s
  AND NOT EXISTS (SELECT 1 FROM vouchers_vouchernotice n WHERE n.voucher_id = v.id AND n.kind = %(kind)s)
ON CONFLICT (voucher_id, kind) DO NOTHING
"""
NOTE_ISSUED = """
INSERT INTO vouchers_vouchernotice (voucher_id, kind, noted_at)
SELECT id, %s, %s FROM vouchers_voucher WHERE source = ANY (%s) ON CONFLICT (voucher_id, kind) DO NOTHING
"""
MONTH, WEEK = 30, 7


def note_issued(sources: Sequence[str], *, at: datetime) -> None:
    """Keep that new vouchers are to be told about; in the transaction that issues them."""
    if sources:
        with connection.cursor() as cursor:
            cursor.execute(NOTE_ISSUED, [NoticeKind.ISSUED, at, list(sources)])
        wake("vouchers.tell")


def note_expiring(*, at: datetime) -> int:
    """Keep which open vouchers end within 30 and within 7 days, each once; the number of new facts."""
    on, new = kst_date(at), 0
    spans = ((NoticeKind.EXPIRES_30, WEEK + 1, MONTH), (NoticeKind.EXPIRES_7, 0, WEEK))
    with connection.cursor() as cursor:
        for kind, first, last in spans:
            days = {"first": days_after(on, first), "last": days_after(on, last)}
            cursor.execute(NOTE, {"kind": kind, "at": at, **days})
            new += cursor.rowcount
    return new


def send_voucher_notices(*, at: datetime) -> int:
    """Send what was not told yet, one letter for each resident and kind; the number of facts told.

    Each fact is marked before its letter leaves, so that none is sent twice.
    """
    told = 0
    with get_connection() as mailer:
        for batch in _letters():
            mine = VoucherNotice.objects.filter(pk__in=[one.pk for one in batch], sent_at=None)
            if count := mine.update(sent_at=at):
                mailer.send_messages([letter_of(batch)])
                told += count
    return told


def _letters() -> Iterator[list[VoucherNotice]]:
    wanted = ("voucher__type__partner", "voucher__resident__user")
    unsent = VoucherNotice.objects.filter(sent_at=None).select_related(*wanted)
    rows = list(unsent.order_by("voucher__resident_id", "kind", "voucher__expires_on", "pk")[:LIMIT])
    for _key, batch in groupby(rows, key=lambda one: (one.voucher.resident_id, one.kind)):
        yield list(batch)
