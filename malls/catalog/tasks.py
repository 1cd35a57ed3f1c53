"""Background work of the catalog."""

from celery import shared_task

from core.clock import now
from malls.catalog.importing import forget_lists

BEAT = {"catalog.forget_lists": 86_400}


@shared_task(name="catalog.forget_lists")
def forget_old_lists() -> None:
    """Offices' files are not kept longer than needed."""
    forget_lists(at=now())
