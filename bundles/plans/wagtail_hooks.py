"""Days that were deleted several at once are ordinary days again, too."""

from typing import Any

from django.http import HttpRequest
from wagtail import hooks

from bundles.plans import actions
from bundles.plans.models import MallDay
from core.actor import Actor
from core.clock import now


@hooks.register("after_bulk_action")
def keep_to_days(request: HttpRequest, action_type: str, objects: list[Any], action: object) -> None:
    """Agree anew on the days that changed."""
    del action
    if action_type == "delete" and any(isinstance(one, MallDay) for one in objects):
        actions.keep_to_days(by=Actor.of(request.user), at=now())
