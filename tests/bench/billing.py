"""Billing measured: due boxes to paid orders with a provider in this process, beside a bare COPY of the same rows."""

import os
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection, connections

from bundles.billing.actions import run_billing
from bundles.billing.laws import LAWS
from bundles.plans.actions import publish_edition
from bundles.plans.calendar import PLAIN
from bundles.plans.models import Bundle, Cadence, Component, Edition, Plan
from bundles.subscriptions.actions.cycles import new_cycle
from bundles.subscriptions.models import Agreement, Cycle, Subscription, SubscriptionState
from bundles.vouchers.actions import redeem_voucher
from bundles.vouchers.models import Partner, Voucher, VoucherType
from core.actor import SYSTEM
from core.laws import violations
from malls.catalog.models import Category, Product, ProductState, Stock
from malls.customers.models import Address, Resident
from malls.merchants.models import Merchant, MerchantState
from malls.payments.gateways import Outcome, Succeeded
from malls.payments.gateways.memory import MemoryGateway
from malls.payments.models import PaymentMethod
from settlement.statements.actions import ensure_payee
from tenants.people.models import User
from tests.bench.towns import inside_new

CYCLES, SCANS = 50_000, 200
ON = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 1, tzinfo=UTC)
COPIED = (
    "orders_order", "orders_orderline", "payments_charge", "ledger_posting", "ledger_entry", "vouchers_voucher",
    "core_transition", "notices_notice", "fulfillment_shipment", "subscriptions_cycle",
)  # fmt: skip


class AtOnce(MemoryGateway):
    """A provider that takes no time and always pays: what is measured is ours."""

    def charge(self, request: Any) -> Outcome:
        """Yes."""
        return Succeeded(f"pi_{request.key}", f"ch_{request.key}")


def run(cycles: int = CYCLES, scans: int = SCANS) -> dict[str, float]:
    """Bill `cycles` due boxes (5 lines and a voucher each) beside a bare COPY of the same rows from the same client.

    Seconds on the clock tell little on a shared machine: the CPU seconds of client and server stand beside them.
    """
    with inside_new():
        apart(lambda: _town(cycles))
        before = _rows()
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with watched() as billing:
            done = run_billing(ON, at=AT, gateway=AtOnce())
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        bare, copied = _copy(before, keys=False)
        keyed, _ = _copy(before, keys=True)
        broken = violations(LAWS)
        redeeming = _redeem(scans)
    return {
        "cycles": cycles,
        "paid": done.paid,
        "billing_s": billing.wall,
        "billing_cpu_s": billing.cpu,
        "cycles_per_s": cycles / billing.wall,
        "cycles_per_cpu_s": cycles / billing.cpu,
        "rows_written": copied,
        "bare_copy_cycles_per_s": cycles / bare.wall,
        "copy_with_keys_cycles_per_s": cycles / keyed.wall,
        "vs_bare_copy": bare.wall / billing.wall,
        "vs_copy_with_keys": keyed.wall / billing.wall,
        "vs_copy_with_keys_by_cpu": keyed.cpu / billing.cpu,
        "memory_before_mb": memory / 1024,
        "memory_peak_mb": peak / 1024,
        "violations": len(broken),
        "redeem_p50_ms": redeeming[len(redeeming) // 2] * 1000,
        "redeem_p95_ms": redeeming[int(len(redeeming) * 0.95)] * 1000,
    }


@dataclass
class Spent:
    """Seconds on the clock, and CPU seconds of this process together with its database session's."""

    wall: float = 0.0
    cpu: float = 0.0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(self.wall + other.wall, self.cpu + other.cpu)


@contextmanager
def watched() -> Iterator[Spent]:
    """Measure what happens inside."""
    spent = Spent()
    wall, cpu = time.perf_counter(), time.process_time() + _server_cpu()
    yield spent
    spent.wall, spent.cpu = time.perf_counter() - wall, time.process_time() + _server_cpu() - cpu


def _server_cpu() -> float:
    """CPU seconds of our database session's process."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        stat = Path(f"/proc/{cursor.fetchone()[0]}/stat").read_text().rpartition(")")[2].split()
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


def apart(work: Callable[[], object]) -> None:
    """Do it in a process of its own, so that its memory is not ours."""
    connections.close_all()
    child = os.fork()
    if not child:
        code = 1
        try:
            work()
            code = 0
        finally:
            connections.close_all()
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert status == 0, "the child failed"


def _town(cycles: int) -> None:
    """Residents with a box due today and two to come, written set-wise."""
    plan = _offer(cycles)
    users = User.objects.bulk_create(
        [User(email=f"b{n}@example.kr", last_name="데모", password="!") for n in range(cycles)], batch_size=2_000
    )
    residents = Resident.objects.bulk_create([Resident(user=one, joined_at=AT) for one in users], batch_size=2_000)
    addresses = Address.objects.bulk_create(
        [
            Address(
                resident=one, recipient="데모", phone="01000000000", postcode="56042", line1="데모로 1", is_default=True
            )
            for one in residents
        ],
        batch_size=2_000,
    )
    methods = PaymentMethod.objects.bulk_create(
        [
            PaymentMethod(
                resident=one, customer_ref=f"cus_{one.pk}", method_ref=f"pm_{one.pk}", brand="visa", last4="4242",
                exp_month=12, exp_year=2034, saved_at=AT,
            )
            for one in residents
        ],
        batch_size=2_000,
    )  # fmt: skip
    began = ON
    subscriptions = Subscription.objects.bulk_create(
        [
            Subscription(
                resident=one, plan=plan, address=address, method=method, state=SubscriptionState.ACTIVE,
                request_key=f"bench-{one.pk}", anchor_on=began, subscribed_at=AT - timedelta(days=7),
            )
            for one, address, method in zip(residents, addresses, methods, strict=True)
        ],
        batch_size=2_000,
    )  # fmt: skip
    Agreement.objects.bulk_create(
        [
            Agreement(subscription=one, amount=48_000, from_on=began, agreed_at=AT - timedelta(days=7))
            for one in subscriptions
        ],
        batch_size=2_000,
    )
    Cycle.objects.bulk_create(
        [
            new_cycle(one, number, PLAIN)
            for one in subscriptions
            for number in (1, 2, 3)
        ],
        batch_size=2_000,
    )  # fmt: skip


def _offer(cycles: int) -> Plan:
    """One bundle of four products of four merchants and a voucher."""
    shelf = Category.objects.create(slug="bench", name="데모")
    bundle = Bundle.objects.create(slug="bench", name="데모 상자", tagline="데모", category=shelf)
    edition = Edition.objects.create(bundle=bundle, month=ON.replace(day=1), price=45_000, shipping=3_000)
    for number in range(4):
        merchant = Merchant.objects.create(
            business_no=f"{number:010d}", name=f"데모 {number}", representative="데모", state=MerchantState.APPROVED
        )
        ensure_payee(merchant.payee_ref, kind="merchant", name=merchant.name)
        product = Product.objects.create(
            merchant=merchant, slug=f"bench-{number}", name=f"데모 {number}", price=10_000, state=ProductState.APPROVED
        )
        Stock.objects.create(product=product, received=cycles * 2)
        Component.objects.create(edition=edition, position=number, product=product)
    partner = Partner.objects.create(name="데모 관광지")
    ensure_payee(partner.payee_ref, kind="partner", name=partner.name)
    kind = VoucherType.objects.create(slug="bench", partner=partner, name="입장권", face_value=10_000, charge=10_000)
    Component.objects.create(edition=edition, position=4, voucher_type=kind)
    publish_edition(edition, by=SYSTEM, at=AT)
    return Plan.objects.create(bundle=bundle, cadence=Cadence.WEEKLY)


def _rows() -> dict[str, int]:
    """The highest number of each table that billing writes."""
    with connection.cursor() as cursor:
        found = {}
        for table in COPIED:
            cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")  # noqa: S608  our own names
            found[table] = cursor.fetchone()[0]
    return found


def _copy(before: dict[str, int], *, keys: bool) -> tuple[Spent, int]:
    """The same rows once more by COPY from this client into tables with the same indexes (and foreign keys)."""
    spent, rows = Spent(), 0
    with connection.cursor() as cursor:
        for table, last in before.items():
            after = 0 if table == "subscriptions_cycle" else last
            cursor.execute(f"CREATE TABLE bare (LIKE {table} INCLUDING DEFAULTS INCLUDING INDEXES)")
            for (definition,) in _foreign_keys(cursor, table) if keys else ():
                cursor.execute(f"ALTER TABLE bare ADD {definition}")
            cursor.execute(f"SELECT * FROM {table} WHERE id > %s", [after])  # noqa: S608
            data = cursor.fetchall()
            with watched() as once, cursor.copy("COPY bare FROM STDIN") as copy:
                for row in data:
                    copy.write_row(row)
            spent += once
            rows += len(data)
            cursor.execute("DROP TABLE bare")
    return spent, rows


def _foreign_keys(cursor: Any, table: str) -> list[tuple[str]]:
    cursor.execute(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'", [table]
    )
    return list(cursor.fetchall())


def _redeem(scans: int) -> list[float]:
    """How long a scan takes, sorted."""
    partner = Partner.objects.get()
    times = []
    for number, code in enumerate(Voucher.objects.values_list("code", flat=True)[:scans]):
        started = time.perf_counter()
        redeem_voucher(code, partner.pk, by=SYSTEM, at=AT, nonce=f"bench-{number}")
        times.append(time.perf_counter() - started)
    return sorted(times)
