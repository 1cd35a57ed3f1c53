"""The gate: one scan after another, and fifty at once for one voucher."""

import statistics
import threading
import time

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bundles.vouchers.actions import redeem_voucher
from bundles.vouchers.models import Redemption, Voucher
from core.actor import SYSTEM
from core.clock import kst_date, now
from core.errors import Refusal
from core.ids import new_code
from settlement.ledger.accounts import Code
from settlement.ledger.actions import post_many
from settlement.ledger.rules import PostingDraft
from tenants.municipalities.door import inside
from tenants.municipalities.models import Municipality
from tests.bench.towns import inside_new
from tests.factories.town import small_town

SCANS = 1_000
AT_ONCE = 50
PER_SECOND = 100
TRANSACTION = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def run() -> dict[str, object]:
    """p50, p95 and p99 of a scan in milliseconds at a hundred a second; SQL statements; winners of fifty at once."""
    with inside_new() as tenant:
        town = small_town("BENCH")
        codes = _vouchers(town, SCANS + 2)
        partner = town.partner.pk
        redeem_voucher(codes[0], partner, by=SYSTEM, at=now(), nonce="warm")
        with CaptureQueriesContext(connection) as seen:
            redeem_voucher(codes[1], partner, by=SYSTEM, at=now(), nonce="counted")
        times = sorted(_at_pace(codes[2:], partner))
        winners = _race(_vouchers(town, 1)[0], partner, tenant)
        return {
            "statements": len([one for one in seen if not one["sql"].startswith(TRANSACTION)]),
            "per_second": PER_SECOND,
            "p50_ms": statistics.median(times),
            "p95_ms": times[int(len(times) * 0.95)],
            "p99_ms": times[int(len(times) * 0.99)],
            "winners_of_50": winners,
            "redemptions": Redemption.objects.count(),
        }


def _at_pace(codes: list[str], partner: int) -> list[float]:
    """Milliseconds of each scan from the moment it was due: one that waits for the one before is slow, not late."""
    began = time.perf_counter()
    times = []
    for number, code in enumerate(codes):
        due = began + number / PER_SECOND
        time.sleep(max(0.0, due - time.perf_counter()))
        redeem_voucher(code, partner, by=SYSTEM, at=now(), nonce=code)
        times.append((time.perf_counter() - due) * 1000)
    return times


def _vouchers(town, count: int) -> list[str]:
    at = now()
    made = Voucher.objects.bulk_create(
        Voucher(
            code=new_code(), type=town.voucher_type, resident=town.resident, source=f"bench:{new_code()}", order_number="bench",
            face_value=5_000, paid=4_500, worth=4_500, funding="buyer", issued_at=at, expires_on=kst_date(at).replace(year=2035),
        )
        for _ in range(count)
    )  # fmt: skip
    post_many(
        [
            PostingDraft(
                "bench",
                f"bench:{one.code}",
                at,
                "",
                [(Code.CUSTOMER_ADVANCES, "", 4_500), (Code.VOUCHER_LIABILITY, "", -4_500)],
            )
            for one in made
        ]
    )
    return [one.code for one in made]


def _race(code: str, partner: int, tenant: Municipality) -> int:
    won: list[bool] = []
    start = threading.Barrier(AT_ONCE)

    def scan(number: int) -> None:
        with inside(tenant):
            connection.ensure_connection()
            start.wait()
            try:
                redeem_voucher(code, partner, by=SYSTEM, at=now(), nonce=f"race-{number}")
                won.append(True)
            except Refusal:
                won.append(False)
        connection.close()

    threads = [threading.Thread(target=scan, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(won)
