"""Work of the showroom that the clock starts."""

from celery import shared_task

from core.clock import now
from showroom.displays import actions


@shared_task(name="displays.mark_stale")
def mark_stale() -> int:
    """Every minute: screens that have fallen silent. The number found."""
    return len(actions.mark_stale(at=now()))


BEAT = {"displays.mark_stale": 60}
