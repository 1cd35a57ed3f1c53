"""Reserve, ask, record: no network inside a transaction, no second charge for one order."""

import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max, QuerySet

from core.actor import SYSTEM, Actor
from core.errors import GatewayError
from core.rows import as_json, insert_into
from core.state import move_many
from malls.orders.actions import mark_paid
from malls.orders.models import Order, OrderState
from malls.payments import hooks
from malls.payments.actions.asking import ask, request_of
from malls.payments.gateways import (
    OTHER_PARAMETERS,
    DeclineClass,
    Declined,
    Gateway,
    Outcome,
    Succeeded,
    Unknown,
)
from malls.payments.models import OPEN_CHARGES, Charge, ChargeState, PaymentMethod, Prepayment
from malls.payments.rules import (
    FIRST_LOOK,
    NO_METHOD,
    WITHDRAWN,
    charge_key,
    next_look,
)
from settlement.ledger.accounts import Code
from settlement.ledger.actions import post_many
from settlement.ledger.rules import PostingDraft
from tenants.schema import current_schema

log = logging.getLogger(__name__)
BATCH = 500
ENDS = (ChargeState.SUCCEEDED, ChargeState.DECLINED)
COLUMNS = {
    "order_id": "bigint", "method_id": "bigint", "attempt": "smallint", "key": "text", "amount": "bigint",
    "tax_free": "bigint", "state": "text", "provider_ref": "text", "decline_code": "text", "decline_class": "text",
    "reserved_at": "timestamptz", "look_up_at": "timestamptz",
}  # fmt: skip
INSERT = insert_into("payments_charge", COLUMNS) + " RETURNING key, id"


def charge_orders(
    orders: Sequence[Order],
    *,
    gateway: Gateway,
    at: datetime,
    by: Actor = SYSTEM,
    methods: Mapping[int, int] | None = None,
    batch: int = BATCH,
) -> list[Charge]:
    """Charge placed orders at most once each, in batches; may be killed at any point and run again.

    `methods` names the card (id) for an order (id); without one, the resident's newest. Returns each order's charge as
    it stands now. Orders of zero won are paid without a charge.
    """
    settled: list[Charge] = []
    for start in range(0, len(orders), batch):
        charges = reserve_charges(orders[start : start + batch], at=at, methods=methods)
        settle_charges(charges, gateway=gateway, at=at, by=by)
        settled += _with_method(Charge.objects.filter(pk__in=[charge.pk for charge in charges]))
    return settled


def settle_charges(charges: Sequence[Charge], *, gateway: Gateway, at: datetime, by: Actor = SYSTEM) -> list[Charge]:
    """Ask about reserved or open charges and write the answers down; those that have an end now."""
    return record_outcomes(ask(charges, gateway, at=at), at=at, by=by, known=charges)


@transaction.atomic
def reserve_charges(orders: Sequence[Order], *, at: datetime, methods: Mapping[int, int] | None = None) -> list[Charge]:
    """Write each order's charge with its key before anyone is asked. A charge that is still open is given back.

    An order with a prepayment asks for all of that.
    An order whose resident has no card gets a declined charge (`no_payment_method`).
    """
    pks = [order.pk for order in orders]
    placed = Order.objects.select_for_update().filter(pk__in=pks, state=OrderState.PLACED).order_by("pk")
    waiting = set(placed.values_list("pk", flat=True))
    mark_paid([order for order in orders if order.pk in waiting and not order.total], by=SYSTEM, at=at)
    open_ = list(_with_method(Charge.objects.filter(order_id__in=waiting, state__in=OPEN_CHARGES)))
    busy = {charge.order_id for charge in open_}
    fresh = [order for order in orders if order.pk in waiting - busy and order.total]
    new = _write(fresh, _methods_of(fresh, methods or {}), at)
    without = [charge for charge in new if charge.method is None]
    move_many(
        Charge, without, ChargeState.DECLINED, by=SYSTEM, at=at, settled_at=at,
        decline_code=NO_METHOD, decline_class=DeclineClass.HARD.value,
    )  # fmt: skip
    return [*open_, *new]


@transaction.atomic
def withdraw_charges(orders: Sequence[Order], *, by: Actor, at: datetime) -> list[Charge]:
    """Take back charges that were reserved and never asked: nobody wants this money any more."""
    reserved = Charge.objects.filter(order__in=orders, state=ChargeState.RESERVED).order_by("pk")
    return move_many(
        Charge, list(reserved), ChargeState.DECLINED, by=by, at=at, settled_at=at, decline_code=WITHDRAWN
    )  # fmt: skip


def _with_method(charges: QuerySet[Charge]) -> QuerySet[Charge]:
    return charges.select_related("order", "method").order_by("pk")


def _methods_of(orders: Sequence[Order], named: Mapping[int, int]) -> dict[int, PaymentMethod]:
    """The card for each order: the named one if it is the resident's and not removed, else the resident's newest."""
    residents = {order.resident_id for order in orders}
    usable = PaymentMethod.objects.filter(resident_id__in=residents, removed_at=None).order_by("pk")
    newest: dict[int, PaymentMethod] = {}
    by_pk: dict[int, PaymentMethod] = {}
    for card in usable:
        newest[card.resident_id] = by_pk[card.pk] = card
    chosen: dict[int, PaymentMethod] = {}
    for order in orders:
        method: PaymentMethod | None = by_pk.get(named.get(order.pk, 0)) or newest.get(order.resident_id)
        if method and method.resident_id == order.resident_id:
            chosen[order.pk] = method
    return chosen


def _write(orders: Sequence[Order], methods: Mapping[int, PaymentMethod], at: datetime) -> list[Charge]:
    """Insert a reserved charge for each order, one attempt after its last."""
    pks = [order.pk for order in orders]
    attempts = Charge.objects.filter(order_id__in=pks).order_by().values("order_id").annotate(last=Max("attempt"))
    last = {row["order_id"]: row["last"] for row in attempts}
    ahead = {one.order_id: one for one in Prepayment.objects.filter(order_id__in=pks)}
    fresh = [
        _reserved(order, methods.get(order.pk), last.get(order.pk, 0) + 1, ahead.get(order.pk), at) for order in orders
    ]
    if not fresh:
        return []
    rows = [[getattr(charge, name) for name in COLUMNS] for charge in fresh]
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [as_json(COLUMNS, rows)])
        ids = dict(cursor.fetchall())
    for charge in fresh:
        charge.pk = ids[charge.key]
        charge._state.adding = False  # noqa: SLF001  the row exists now
    return fresh


def _reserved(
    order: Order, method: PaymentMethod | None, attempt: int, prepayment: Prepayment | None, at: datetime
) -> Charge:
    return Charge(
        order=order,
        method=method,
        attempt=attempt,
        key=charge_key(current_schema(), order.number, attempt),
        amount=prepayment.amount if prepayment else order.total,
        tax_free=prepayment.tax_free if prepayment else order.tax_free,
        state=ChargeState.RESERVED.value,
        reserved_at=at,
        look_up_at=at + FIRST_LOOK,
    )


def confirm_charge(charge: Charge, *, back: str, gateway: Gateway, by: Actor, at: datetime) -> Outcome:
    """Ask for a reserved charge with its holder present, or look at one that was asked already; record the answer.

    Unknown with a page: the holder decides there and comes to `back`; until then the charge stays open.
    """
    fresh = move_many(Charge, [charge], ChargeState.ASKED, by=by, at=at, asked_at=at, look_up_at=at + FIRST_LOOK)
    request = request_of(charge)
    try:
        outcome = gateway.confirm(request, back) if fresh else gateway.lookup(request) or Unknown("not there yet")
    except GatewayError as error:
        outcome = Unknown(str(error))
    record_outcomes({charge.pk: outcome}, at=at, by=by, known=[charge])
    return outcome


@transaction.atomic
def record_outcomes(
    outcomes: Mapping[int, Outcome], *, at: datetime, by: Actor = SYSTEM, known: Sequence[Charge] = ()
) -> list[Charge]:
    """Write down what the provider said; orders become paid and the books know it. Recorded before: nothing happens.

    `known` are charges (with their orders) as they were when asked; those that someone moved meanwhile are read anew.
    """
    if not outcomes:
        return []
    done = _settle([charge for charge in known if charge.pk in outcomes], outcomes, by=by, at=at)
    rest = set(outcomes) - {charge.pk for charge in done}
    if rest:
        again = Charge.objects.select_for_update(of=("self",)).filter(pk__in=rest, state__in=OPEN_CHARGES)
        done += _settle(list(again.select_related("order").order_by("pk")), outcomes, by=by, at=at)
    paid = [charge for charge in done if charge.state == ChargeState.SUCCEEDED]
    post_many([_capture(charge, at) for charge in paid])
    mark_paid([charge.order for charge in paid], by=by, at=at)
    return [charge for charge in done if charge.state in ENDS]


def _settle(charges: Sequence[Charge], outcomes: Mapping[int, Outcome], *, by: Actor, at: datetime) -> list[Charge]:
    """Move the charges to what was answered, with the provider's reference and reason; those that really moved."""
    by_kind: dict[type, list[Charge]] = defaultdict(list)
    for charge in charges:
        by_kind[type(outcomes[charge.pk])].append(charge)
    yes = {charge.pk: outcome for charge in by_kind[Succeeded] if isinstance(outcome := outcomes[charge.pk], Succeeded)}
    no = {charge.pk: outcome for charge in by_kind[Declined] if isinstance(outcome := outcomes[charge.pk], Declined)}
    paid = move_many(
        Charge, by_kind[Succeeded], ChargeState.SUCCEEDED, by=by, at=at, settled_at=at,
        each={"provider_ref": {pk: answer.reference for pk, answer in yes.items()}},
    )  # fmt: skip
    declined = move_many(
        Charge, by_kind[Declined], ChargeState.DECLINED, by=by, at=at, settled_at=at,
        each={
            "provider_ref": {pk: answer.reference for pk, answer in no.items()},
            "decline_code": {pk: answer.code[:60] for pk, answer in no.items()},
            "decline_class": {pk: answer.klass.value for pk, answer in no.items()},
        },
    )  # fmt: skip
    unknown = by_kind[Unknown]
    ours = [charge for charge in unknown if isinstance(said := outcomes[charge.pk], Unknown) and said.is_our_fault]
    rest = [charge for charge in unknown if charge not in ours]
    return [*paid, *declined, *_stop(ours, by=by, at=at), *_look_again(rest, by=by, at=at)]


def _stop(charges: Sequence[Charge], *, by: Actor, at: datetime) -> Sequence[Charge]:
    """A key went out twice with different values: our fault. Nothing was charged and no machine asks again."""
    if not charges:
        return []
    move_many(Charge, charges, ChargeState.UNKNOWN, by=by, at=at, why=OTHER_PARAMETERS)
    Charge.objects.filter(pk__in=[charge.pk for charge in charges], state=ChargeState.UNKNOWN).update(look_up_at=None)
    for charge in charges:
        log.critical("charge %s: its key was used with other parameters; it waits for a person", charge.key)
    for hook in hooks.stopped:
        hook(charges, at)
    return charges


@transaction.atomic
def take_up_again(orders: Sequence[int], *, at: datetime) -> int:
    """A person has looked: stopped charges of these orders (ids) are looked up again; how many."""
    stopped = Charge.objects.filter(order__in=orders, state=ChargeState.UNKNOWN, look_up_at=None)
    return stopped.update(look_up_at=at)


def _look_again(charges: Sequence[Charge], *, by: Actor, at: datetime) -> list[Charge]:
    """Nobody knows: look again later. Those that someone else decided meanwhile are left out."""
    known = [charge for charge in charges if charge.state == ChargeState.UNKNOWN]
    moved = move_many(Charge, charges, ChargeState.UNKNOWN, by=by, at=at)
    by_time: dict[datetime, list[int]] = defaultdict(list)
    for charge in [*known, *moved]:
        by_time[next_look(charge.asked_at or at, at)].append(charge.pk)
    for look_up_at, pks in by_time.items():
        Charge.objects.filter(pk__in=pks, state=ChargeState.UNKNOWN).update(look_up_at=look_up_at)
    return [*known, *moved]


def _capture(charge: Charge, at: datetime) -> PostingDraft:
    entries = [
        (Code.PROVIDER_CLEARING, "", charge.amount),
        (Code.CUSTOMER_ADVANCES, "", -charge.order.total),
        (Code.PREPAID_TERMS, "", charge.order.total - charge.amount),
    ]
    return PostingDraft("charge", f"charge:{charge.pk}", at, charge.order.number, entries)


def settle_unknown(*, gateway: Gateway, at: datetime, limit: int = 2000) -> list[Charge]:
    """The janitor: charges that were never asked, or whose answer never came, are taken up when their time has come."""
    due = Charge.objects.filter(state__in=OPEN_CHARGES, look_up_at__lte=at)
    charges = list(_with_method(due)[:limit])
    return [one for batch in _batches(charges) for one in settle_charges(batch, gateway=gateway, at=at)]


def _batches(charges: Sequence[Charge]) -> Iterator[Sequence[Charge]]:
    return (charges[start : start + BATCH] for start in range(0, len(charges), BATCH))
