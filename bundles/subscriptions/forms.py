"""What residents choose when they change a subscription."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bundles.plans.models import Payment, Plan
from bundles.subscriptions.actions import pause_days
from bundles.subscriptions.actions.changing import MOST_BOXES
from bundles.subscriptions.actions.skipping import LONGEST_PAUSE
from bundles.subscriptions.models import Cycle, Place, Subscription, Window, Wish
from core.clock import kst_date
from malls.customers.models import Address
from malls.payments.models import PaymentMethod
from ui.templatetags.ui import kdate

HOURS = [("", _("does not matter")), *((hour, f"{hour}:00") for hour in range(7, 23))]
NOW, END = "now", "end"


class ChangeForm(forms.Form):
    """A choice about one subscription, or one box of it."""

    def __init__(
        self, *args: Any, subscription: Subscription, at: datetime, box: Cycle | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.subscription, self.box, self.at = subscription, box, at
        self.prepare()

    def prepare(self) -> None:
        """Fill in what may be chosen and what holds now."""


class PauseForm(ChangeForm):
    """Until when. At first the next box is left out."""

    until = forms.DateField(label=_("Go on again from"), widget=forms.DateInput(attrs={"type": "date"}))

    def prepare(self) -> None:
        """The day after the next box, and the limits."""
        today = kst_date(self.at)
        days = pause_days(self.subscription, self.at)
        field = self.fields["until"]
        if days:
            field.initial = days[0].isoformat()
            shown = ", ".join(kdate(day, "short") for day in days)
            field.help_text = _("To leave out one box, two, three …: %(days)s") % {"days": shown}
        limits = {"min": (today + timedelta(days=1)).isoformat(), "max": (today + LONGEST_PAUSE).isoformat()}
        field.widget.attrs.update(limits)


class AddressForm(ChangeForm):
    """Where boxes go."""

    address = forms.ModelChoiceField(
        Address.objects.none(), label=_("Address"), widget=forms.RadioSelect, empty_label=None
    )

    def prepare(self) -> None:
        """My addresses; the one that holds now is chosen."""
        place = (self.box.address_id if self.box else None) or self.subscription.address_id
        self.fields["address"].queryset = Address.objects.filter(resident=self.subscription.resident_id)  # type: ignore[attr-defined]
        self.fields["address"].initial = place


class MethodForm(ChangeForm):
    """Which card pays."""

    method = forms.ModelChoiceField(
        PaymentMethod.objects.none(), label=_("Card"), widget=forms.RadioSelect, empty_label=None
    )

    def prepare(self) -> None:
        """My cards; the one that pays now is chosen."""
        mine = PaymentMethod.objects.filter(resident=self.subscription.resident_id, removed_at=None)
        self.fields["method"].queryset = mine  # type: ignore[attr-defined]
        self.fields["method"].initial = self.subscription.method_id


class PlanForm(ChangeForm):
    """Another cadence or term."""

    plan = forms.ModelChoiceField(Plan.objects.none(), label=_("How often"), widget=forms.RadioSelect, empty_label=None)

    def prepare(self) -> None:
        """The bundle's plans on offer, by name; the present one is chosen."""
        field = self.fields["plan"]
        offered = Plan.objects.filter(bundle=self.subscription.plan.bundle_id, is_offered=True, payment=Payment.PER_BOX)
        field.queryset = offered.order_by("term_months", "pk")  # type: ignore[attr-defined]
        field.label_from_instance = lambda plan: plan.label  # type: ignore[attr-defined]
        field.initial = self.subscription.plan_id


class QuantityForm(ChangeForm):
    """How many boxes at each delivery."""

    quantity = forms.TypedChoiceField(label=_("Boxes at each delivery"), coerce=int)

    def prepare(self) -> None:
        """One to the most; the present number is chosen."""
        self.fields["quantity"].choices = [(one, str(one)) for one in range(1, MOST_BOXES + 1)]  # type: ignore[attr-defined]
        self.fields["quantity"].initial = self.subscription.quantity


class WishForm(ChangeForm):
    """How the courier should hand the box over."""

    window = forms.ChoiceField(label=_("Time of day"), choices=Window.choices)
    place = forms.ChoiceField(label=_("Where to leave it"), choices=Place.choices)
    quiet_from = forms.TypedChoiceField(
        label=_("No doorbell from"), choices=HOURS, coerce=int, empty_value=None, required=False
    )
    quiet_until = forms.TypedChoiceField(
        label=_("No doorbell until"), choices=HOURS, coerce=int, empty_value=None, required=False
    )
    note = forms.CharField(label=_("Note for the courier"), max_length=40, required=False)

    def prepare(self) -> None:
        """What holds now."""
        wish = (self.box.wish if self.box else None) or self.subscription.wish
        for name, field in self.fields.items():
            field.initial = getattr(wish, name) if wish else field.initial

    def clean(self) -> dict[str, Any]:
        """Both hours or none, in order."""
        data: dict[str, Any] = super().clean() or {}
        begin, end = data.get("quiet_from"), data.get("quiet_until")
        if (begin is None) != (end is None) or (begin is not None and end is not None and begin >= end):
            self.add_error("quiet_until", _("Choose both hours, the later one last, or neither."))
        return data

    @property
    def wish(self) -> Wish:
        """What was said, not stored yet."""
        return Wish(**self.cleaned_data)


class RenewalForm(ChangeForm):
    """What happens after the term."""

    renews = forms.ChoiceField(label=_("After the term"), widget=forms.RadioSelect)

    def prepare(self) -> None:
        """The present choice is chosen."""
        prepaid = self.subscription.plan.is_prepaid
        self.fields["renews"].choices = [  # type: ignore[attr-defined]
            ("no", _("it ends by itself")),
            (
                "yes",
                _("each further box is paid on its day") if prepaid else _("another term of the same length follows"),
            ),
        ]
        self.fields["renews"].initial = "yes" if self.subscription.renews else "no"


class LeaveForm(ChangeForm):
    """When, and why if one likes to say."""

    when = forms.ChoiceField(label=_("When should it end?"), widget=forms.RadioSelect, required=False)
    why = forms.CharField(label=_("Why do you leave?"), max_length=200, required=False)

    def prepare(self) -> None:
        """Now, or at the end: of the term, or after the next box. One choice is no choice."""
        sub = self.subscription
        if sub.ends_on and not sub.renews:
            del self.fields["when"]
            return
        end = _("at the end of the term") if sub.ends_on else _("after the next box")
        self.fields["when"].choices = [(NOW, _("now")), (END, end)]  # type: ignore[attr-defined]
        self.fields["when"].initial = NOW
