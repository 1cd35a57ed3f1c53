"""Work found by query; the beat wakes it in every mall."""

from contextlib import closing

from celery import shared_task
from celery.schedules import crontab

from core.clock import now
from malls.notices import actions
from malls.notices.channels.post import open_post
from malls.notices.models import Notice, Outcome

BEAT = {"notices.find": crontab(minute="*/10", hour="8-20"), "notices.send": 60}
"""When each task is sent to every mall: seconds between runs, or Korean times of day."""
WORK = {
    "notices.send": lambda: Notice.objects.filter(
        outcome__in=(Outcome.WAITING, Outcome.SENDING), next_try_at__lte=now()
    ).exists()
}
"""Whether a mall has something for a task to do."""


@shared_task(name="notices.find")
def find() -> None:
    """Note what came true by itself: boxes that come, terms that ended, cards that expire."""
    actions.find_notices(at=now())


@shared_task(name="notices.send")
def send() -> None:
    """Send what residents were not told yet."""
    with closing(open_post()) as post:
        actions.send_notices(at=now(), post=post)
