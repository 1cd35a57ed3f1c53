"""Celery: every task runs inside one municipality; the beat fans out by query.

Each app's tasks.py may hold `BEAT`: names of its tasks with the seconds or the crontab between their runs, and `WORK`:
whether a municipality has something for a task, asked before it is sent.
"""

import os
from importlib import import_module
from importlib.util import find_spec
from logging import getLogger
from logging.config import dictConfig
from typing import Any

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("goeul", task_cls="tenants.tasks:TenantTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def log_as_the_pages_do(loglevel: int, **_: Any) -> None:
    """Keep Celery from putting handlers of its own in place of ours: its lines would name no municipality."""
    from django.conf import settings  # noqa: PLC0415  Django's settings name this module

    dictConfig(settings.LOGGING)
    getLogger("celery").setLevel(loglevel)


@app.on_after_finalize.connect
def plan_the_beat(sender: Celery, **_: Any) -> None:
    """Put every app's BEAT on the schedule: a municipality's task is sent to all in turn, one of the house once."""
    from django.apps import apps  # noqa: PLC0415  Django is set up by now, not when this module is read

    from tenants.tasks import WORK, fan_out  # noqa: PLC0415  likewise

    for config in apps.get_app_configs() if apps.ready else ():
        name = f"{config.name}.tasks"
        if not find_spec(name):
            continue
        tasks = import_module(name)
        WORK.update(getattr(tasks, "WORK", {}))
        for task, when in getattr(tasks, "BEAT", {}).items():
            is_house_task = not sender.tasks[task].tenant
            sender.add_periodic_task(when, sender.signature(task) if is_house_task else fan_out.s(task), name=task)
