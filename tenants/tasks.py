"""Background work inside one municipality: the task class that fails closed, and the fan-out of the beat."""

from collections.abc import Callable
from typing import Any

from celery import Task, shared_task
from celery.exceptions import Reject
from django.db import connection

from tenants.municipalities.door import each_municipality, inside, outside
from tenants.municipalities.models import Municipality


class TenantTask(Task):
    """Runs inside the municipality named by the keyword `schema`; without a known, open one it does not run at all.

    The body never sees `schema`. Tasks that serve no municipality set `tenant = False`.
    """

    abstract = True
    tenant = True

    def __call__(self, *args: Any, schema: str | None = None, **kwargs: Any) -> Any:
        """Enter, check, run, leave."""
        if not self.tenant:
            return super().__call__(*args, **kwargs)
        with outside():
            municipality = Municipality.objects.filter(schema_name=schema or "").first()
        if municipality is None or not municipality.is_open:
            raise Reject(f"no open municipality {schema!r}", requeue=False)
        with inside(municipality):
            if connection.schema_name != schema:  # type: ignore[attr-defined]
                raise Reject(f"entered {connection.schema_name!r} instead of {schema!r}", requeue=False)  # type: ignore[attr-defined]
            return super().__call__(*args, **kwargs)


WORK: dict[str, Callable[[], bool]] = {}
"""Task → whether the present municipality has something for it. Asking is much cheaper than sending for nothing."""


@shared_task(name="tenants.fan_out", tenant=False)
def fan_out(task: str) -> int:
    """Send `task` once for every active municipality that has work for it; the number sent."""
    from celery import current_app  # noqa: PLC0415  the app is configured after this module

    has_work = WORK.get(task, lambda: True)
    schemas = [tenant.schema_name for tenant in each_municipality() if has_work()]
    for schema in schemas:
        current_app.send_task(task, kwargs={"schema": schema}, ignore_result=True)
    return len(schemas)
