"""Fair dispatch: municipalities with due work take turns, a batch each, none waits for another one's trouble."""

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, connections
from psycopg import sql

from bundles.billing.actions.running import begin_run, bill_batch, end_run
from bundles.billing.models import BillingRun
from bundles.billing.pacing import Paced
from bundles.billing.queries import setting
from core.errors import GatewayError, Refusal
from malls.payments.gateways import Gateway
from tenants.municipalities.door import inside, outside
from tenants.municipalities.models import PORTAL, Municipality, MunicipalityState

log = logging.getLogger(__name__)
WORKERS = 32
TURN_SECONDS = 5
"""What an account may be asked in this time is one batch: small enough that nobody waits long for a turn."""
DUE = """
    SELECT {name} WHERE EXISTS (SELECT 1 FROM {cycle} WHERE state = 'scheduled' AND bill_on <= {on})
    OR EXISTS (SELECT 1 FROM {cycle} WHERE state = 'due')
    OR EXISTS (SELECT 1 FROM {cycle} WHERE state = 'failed' AND (next_try_on <= {on} OR first_failed_on < {on}))
    OR EXISTS (SELECT 1 FROM {subscription} WHERE state = 'paused' AND paused_until <= {on})
    OR EXISTS (SELECT 1 FROM {subscription} WHERE state IN ('active', 'past_due', 'paused') AND ends_on <= {on})
"""


@dataclass
class Turn:
    """Where a municipality stands in a dispatch."""

    tenant: Municipality
    run: BillingRun | None = None
    last: int = 0
    problem: str = ""


def due_municipalities(on: date) -> list[Municipality]:
    """Active municipalities that may have something to bill on a day, found by one statement over all schemas."""
    with outside():
        rows = Municipality.objects.filter(state=MunicipalityState.ACTIVE).exclude(schema_name=PORTAL)
        active = {tenant.schema_name: tenant for tenant in rows.order_by("pk")}
        if not active:
            return []
        statement = sql.SQL(" UNION ALL ").join(_due(schema, on) for schema in active)
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return [active[schema] for (schema,) in cursor.fetchall()]


def _due(schema: str, on: date) -> sql.Composed:
    return sql.SQL(DUE).format(
        name=sql.Literal(schema),
        on=sql.Literal(on),
        cycle=sql.Identifier(schema, "subscriptions_cycle"),
        subscription=sql.Identifier(schema, "subscriptions_subscription"),
    )


def dispatch(
    on: date,
    tenants: Sequence[Municipality],
    *,
    clock: Callable[[], datetime],
    gateway_of: Callable[[], Gateway],
    workers: int = WORKERS,
    until: datetime | None = None,
) -> list[Turn]:
    """Bill the municipalities in turns of one batch, many at a time; each one's outcome or problem.

    `gateway_of` opens the provider account of the municipality that is entered. After `until` no new turn begins; what
    is left is still due for the next dispatch.
    """
    done: list[Turn] = []
    with ThreadPoolExecutor(workers) as pool:
        going = {pool.submit(_take, Turn(tenant), on, clock, gateway_of): tenant for tenant in tenants}
        while going:
            for turn, more in _ended(going):
                if more and (until is None or clock() < until):
                    going[pool.submit(_take, turn, on, clock, gateway_of)] = turn.tenant
                else:
                    done.append(turn)
    return done


def _ended(going: dict[Future[tuple[Turn, bool]], Municipality]) -> Iterator[tuple[Turn, bool]]:
    """The turns that are over, taken out of those going on."""
    ready, _ = wait(going, return_when=FIRST_COMPLETED)
    for one in ready:
        going.pop(one)
        yield one.result()


def _take(turn: Turn, on: date, clock: Callable[[], datetime], gateway_of: Callable[[], Gateway]) -> tuple[Turn, bool]:
    """One turn; whether there is more to do. A problem ends this municipality's turns and nobody else's."""
    try:
        with inside(turn.tenant):
            return turn, _bill(turn, on, clock, gateway_of)
    except (Refusal, GatewayError) as no:
        turn.problem = str(no)
    except Exception:
        log.exception("billing of %s stopped", turn.tenant.schema_name)
        turn.problem = "error"
    finally:
        connections.close_all()
    return turn, False


def _bill(turn: Turn, on: date, clock: Callable[[], datetime], gateway_of: Callable[[], Gateway]) -> bool:
    rate = setting().per_second
    turn.run = turn.run or begin_run(on, at=clock())
    claimed = bill_batch(
        turn.run, after=turn.last, gateway=Paced(gateway_of(), rate), at=clock(), batch=rate * TURN_SECONDS
    )
    if claimed is None:
        turn.run = end_run(turn.run, at=clock())
        return False
    turn.last = claimed.last
    return True
