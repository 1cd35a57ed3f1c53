"""What a new municipality needs before it opens, computed from its data; and how far the programme's targets are.

Upper apps name their steps in their wagtail_hooks. A person sees the steps whose work is theirs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from wagtail.users.models import UserProfile

from core.actor import Actor

HIDDEN = "goeul.first-week"


@dataclass(frozen=True, slots=True)
class Step:
    """A step: whose work it is, its words, how many there are of how many wanted, and where it is done."""

    position: int
    permission: str
    words: Any
    count: Callable[[], int]
    target: int
    url: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Progress:
    """A step now."""

    words: Any
    count: int
    target: int
    url: str

    @property
    def is_done(self) -> bool:
        """Whether nothing is missing."""
        return self.count >= self.target

    @property
    def is_target(self) -> bool:
        """Whether it is a number of the programme and not a thing to do once."""
        return self.target >= PROGRAMME


PROGRAMME = 10
"""Steps that want this many or more are the programme's targets."""
_steps: list[Step] = []


def add_step(
    position: int, permission: str, words: Any, count: Callable[[], int], url: Callable[[], str], *, target: int = 1
) -> None:
    """Let an app name a step; lower positions stand first."""
    _steps.append(Step(position, permission, words, count, target, url))
    _steps.sort(key=lambda step: step.position)


def steps_for(user: Any) -> list[Progress]:
    """The steps of this person, done or not."""
    mine = [step for step in _steps if user.has_perm(step.permission)]
    return [Progress(step.words, step.count(), step.target, step.url()) for step in mine]


def is_hidden(user: Any) -> bool:
    """Whether this person has put the list away."""
    profile = UserProfile.objects.filter(user=user).first()
    return bool(profile and profile.dismissibles.get(HIDDEN))


def show_first_week(by: Actor, *, shown: bool) -> None:
    """Put the list away for oneself, or fetch it back."""
    profile, _made = UserProfile.objects.get_or_create(user_id=by.user_id)
    profile.dismissibles[HIDDEN] = not shown
    profile.save(update_fields=["dismissibles"])
