"""Every change as one question: what is asked, chosen and done. Residents and support staff use the same."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bundles.subscriptions import actions, forms
from bundles.subscriptions.effects import undo_text
from bundles.subscriptions.errors import CannotUndo
from bundles.subscriptions.forms import ChangeForm
from bundles.subscriptions.models import Cycle, Subscription
from core.actor import Actor
from ui.templatetags.ui import kdate

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Asked:
    """Which subscription, which box of it, what was chosen, by whom, when and why."""

    subscription: Subscription
    by: Actor
    at: datetime
    box: Cycle | None = None
    chosen: Any = None
    why: str = ""

    @property
    def stamp(self) -> dict[str, Any]:
        """What every action takes."""
        return {"by": self.by, "at": self.at, "why": self.why}

    @property
    def the_box(self) -> Cycle:
        """The box of a question about one box."""
        if self.box is None:
            message = "this question is about one box"
            raise ValueError(message)
        return self.box


@dataclass(frozen=True, slots=True)
class Question:
    """One change. `text` may name the box's day as `%(day)s`."""

    text: Text
    label: Text
    done: Text
    act: Callable[[Asked], object]
    form: type[ChangeForm] | None = None
    of_box: bool = False

    def sentence(self, box: Cycle | None) -> str:
        """The question in words."""
        return str(self.text) % {"day": kdate(box.deliver_on, "short") if box else ""}


def _undo(asked: Asked) -> object:
    change = actions.undoable(asked.subscription, asked.at)
    if change is None:
        raise CannotUndo
    return actions.undo_change(change, **asked.stamp)


def _leave(asked: Asked) -> object:
    at_end = asked.chosen.cleaned_data.get("when") == forms.END
    leave = actions.leave_at_end if at_end else actions.cancel_subscription
    return leave(asked.subscription, **{**asked.stamp, "why": asked.why or asked.chosen.cleaned_data["why"]})


QUESTIONS: dict[str, Question] = {
    "skip": Question(
        gettext_lazy("Skip the box of %(day)s?"), gettext_lazy("Skip"), gettext_lazy("The box was skipped."),
        lambda asked: actions.skip_cycle(asked.the_box, **asked.stamp), of_box=True,
    ),
    "unskip": Question(
        gettext_lazy("Receive the box of %(day)s after all?"), gettext_lazy("Receive it"),
        gettext_lazy("The box comes again."),
        lambda asked: actions.unskip_cycle(asked.the_box, **asked.stamp), of_box=True,
    ),
    "box-address": Question(
        gettext_lazy("Where should the box of %(day)s go?"), gettext_lazy("Change"),
        gettext_lazy("The address of this box was changed."),
        lambda asked: actions.change_box_address(
            asked.the_box, asked.chosen.cleaned_data["address"], **asked.stamp
        ), forms.AddressForm, of_box=True,
    ),
    "box-request": Question(
        gettext_lazy("How should the box of %(day)s be handed over?"), gettext_lazy("Change"),
        gettext_lazy("The delivery request of this box was changed."),
        lambda asked: actions.change_box_wish(asked.the_box, asked.chosen.wish, **asked.stamp),
        forms.WishForm, of_box=True,
    ),
    "pause": Question(
        gettext_lazy("Pause this subscription?"), gettext_lazy("Pause"), gettext_lazy("The subscription is paused."),
        lambda asked: actions.pause_subscription(
            asked.subscription, asked.chosen.cleaned_data["until"], **asked.stamp
        ), forms.PauseForm,
    ),
    "resume": Question(
        gettext_lazy("Go on with this subscription?"), gettext_lazy("Go on"), gettext_lazy("The boxes come again."),
        lambda asked: actions.resume_subscription(asked.subscription, **asked.stamp),
    ),
    "plan": Question(
        gettext_lazy("How often should the boxes come?"), gettext_lazy("Change"),
        gettext_lazy("The plan was changed from the next box on."),
        lambda asked: actions.change_plan(asked.subscription, asked.chosen.cleaned_data["plan"], **asked.stamp),
        forms.PlanForm,
    ),
    "quantity": Question(
        gettext_lazy("How many boxes at each delivery?"), gettext_lazy("Change"),
        gettext_lazy("The quantity was changed from the next delivery on."),
        lambda asked: actions.change_quantity(
            asked.subscription, asked.chosen.cleaned_data["quantity"], **asked.stamp
        ), forms.QuantityForm,
    ),
    "address": Question(
        gettext_lazy("Where should the boxes go?"), gettext_lazy("Change"), gettext_lazy("The address was changed."),
        lambda asked: actions.change_address(asked.subscription, asked.chosen.cleaned_data["address"], **asked.stamp),
        forms.AddressForm,
    ),
    "request": Question(
        gettext_lazy("How should the boxes be handed over?"), gettext_lazy("Change"),
        gettext_lazy("The delivery request was changed."),
        lambda asked: actions.change_wish(asked.subscription, asked.chosen.wish, **asked.stamp), forms.WishForm,
    ),
    "card": Question(
        gettext_lazy("Which card should pay?"), gettext_lazy("Change"),
        gettext_lazy("The card was changed. An unpaid box is tried again shortly."),
        lambda asked: actions.change_method(asked.subscription, asked.chosen.cleaned_data["method"], **asked.stamp),
        forms.MethodForm,
    ),
    "renewal": Question(
        gettext_lazy("What should happen after the term?"), gettext_lazy("Change"),
        gettext_lazy("Your choice for the end of the term was kept."),
        lambda asked: actions.choose_renewal(
            asked.subscription, renews=asked.chosen.cleaned_data["renews"] == "yes", **asked.stamp
        ), forms.RenewalForm,
    ),
    "undo": Question(
        gettext_lazy("Take the last change back?"), gettext_lazy("Take it back"),
        gettext_lazy("The change was taken back."), _undo,
    ),
    "cancel": Question(
        gettext_lazy("Cancel this subscription?"), gettext_lazy("Cancel the subscription"),
        gettext_lazy("The subscription was cancelled."), _leave, forms.LeaveForm,
    ),
    "take-back": Question(
        gettext_lazy("Take the cancellation back?"), gettext_lazy("Take it back"),
        gettext_lazy("Welcome back. The boxes come as before."),
        lambda asked: actions.take_back_cancellation(asked.subscription, by=asked.by, at=asked.at),
    ),
}  # fmt: skip
"""By address. Everything but consent to a price, which only the resident can give."""


def told_of(question: Question, asked: Asked) -> list[str]:
    """What the change would mean, ending with until when it can be taken back. Refusals are raised."""
    seen = actions.preview(asked.subscription, lambda: question.act(asked), at=asked.at)
    if not seen.told and seen.before == seen.after:
        return [_("Nothing would change.")]
    return [*seen.told, undo_text(seen.undo_until)]
