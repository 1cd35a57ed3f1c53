"""Subscriptions on the staff's desk: boxes, agreements, changes; support changes them for residents, with a reason."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.snippets.views.snippets import InspectView, SnippetViewSet

from bundles.subscriptions.actions import undoable
from bundles.subscriptions.desk_words import ACTS
from bundles.subscriptions.models import Cycle, Subscription, SubscriptionState
from bundles.subscriptions.prepaid import ahead_of
from bundles.subscriptions.queries import runs_prepaid
from bundles.subscriptions.questions import QUESTIONS, Asked, told_of
from core.actor import Actor
from core.clock import now
from core.errors import Refusal
from malls.fulfillment.desk import frame, note_access, page_of
from malls.merchants.cms import DeskIndexView, StateColumn

HOME = "wagtailsnippets_subscriptions_subscription"
SHOWN = 60
LIVING = ("plan", "quantity", "address", "request", "card", "renewal")
FIXED = ("plan", "quantity")
"""What stays as it is while boxes are paid in advance."""
BY_STATE = {
    SubscriptionState.PENDING: ("cancel",),
    SubscriptionState.ACTIVE: ("pause", *LIVING, "cancel"),
    SubscriptionState.PAST_DUE: ("address", "request", "card", "cancel"),
    SubscriptionState.PAUSED: ("resume", "address", "request", "card", "renewal", "cancel"),
    SubscriptionState.CANCELLED: ("take-back",),
    SubscriptionState.ENDED: (),
}
"""What support may do in each state."""


class SubscriptionDesk(InspectView):
    """One subscription whole: what was agreed, every box, every change."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add boxes, agreements, changes and what may be done."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        found, at = self.object, now()
        note_access(self.request, "view", f"subscription {found.pk}")
        boxes = found.cycles.select_related("order", "address", "wish").order_by("-number")
        may_act = self.request.user.has_perm("subscriptions.act_for_resident")
        stays = FIXED if runs_prepaid(found) else ()
        doable = [name for name in BY_STATE[SubscriptionState(found.state)] if may_act and name not in stays]
        context |= {
            "subscription": found,
            "boxes": [(box, may_act and box.is_open_at(at)) for box in boxes[:SHOWN]],
            "agreements": found.agreements.order_by("-from_on", "-pk"),
            "page": page_of(self.request, found.changes.select_related("undone_by")),
            "doable": [(name, ACTS[name]) for name in doable],
            "ahead": ahead_of(found.prepaid, at) if hasattr(found, "prepaid") else None,
            "undoable": undoable(found, at) if may_act else None,
        }
        return context


@permission_required("subscriptions.act_for_resident", raise_exception=True)
def change(request: HttpRequest, pk: int, name: str, cycle: int | None = None) -> HttpResponse:
    """One change for a resident: choose, see what it means, write why, confirm."""
    question = QUESTIONS.get(name)
    if question is None or question.of_box != (cycle is not None):
        raise Http404
    found = get_object_or_404(Subscription.objects.select_related("plan__bundle", "resident__user"), pk=pk)
    box = get_object_or_404(Cycle.objects.filter(subscription=found), pk=cycle) if cycle is not None else None
    at, by, why = now(), Actor.of(request.user), request.POST.get("reason", "").strip()
    data = request.POST if request.method == "POST" else request.GET
    form = question.form(data or None, subscription=found, box=box, at=at) if question.form else None
    told: list[str] = []
    choosing = form is not None and not (form.is_bound and form.is_valid())
    try:
        if not choosing:
            asked = Asked(found, by, at, box, form, why)
            if request.method == "POST" and why:
                question.act(asked)
                messages.success(request, str(question.done))
                return redirect(f"{HOME}:inspect", pk)
            if request.method == "POST":
                messages.error(request, _("Please write why: the resident reads it in the history."))
            told = told_of(question, asked)
    except Refusal as no:
        messages.error(request, str(no))
        if form is None:
            return redirect(f"{HOME}:inspect", pk)
        choosing = True
    title = str(ACTS.get(name) or question.sentence(box))
    back = reverse(f"{HOME}:inspect", args=[pk])
    trail = ((reverse(f"{HOME}:list"), str(_("Subscriptions"))), (back, str(found)))
    context = {"form": form, "told": told, "choosing": choosing, "label": question.label, "back": back}
    return render(request, "subscriptions/desk/change.html", {**frame(title, trail=trail), "title": title, **context})


class SubscriptionViewSet(SnippetViewSet):
    """Subscriptions in the CMS: staff look, residents decide, support acts for residents with a reason."""

    model = Subscription
    add_to_reference_index = False
    icon = "history"
    menu_label = _("Subscriptions")
    menu_name = "subscriptions"
    menu_order = 60
    index_view_class = DeskIndexView
    list_display = (
        "resident",
        "plan",
        "anchor_on",
        StateColumn("state", label=_("state"), sort_key="state"),
        "parked_why",
    )
    list_filter = ("state", "plan__bundle", "plan__cadence", "parked_why")
    list_export = ("pk", "plan", "anchor_on", "ends_on", "state", "cancel_reason")
    export_filename = "subscriptions"
    search_fields = ("resident__user__email", "resident__user__last_name", "plan__bundle__name")
    search_backend_name = None
    list_per_page = 30
    ordering = ("-pk",)
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_class = SubscriptionDesk
    inspect_template_name = "subscriptions/desk/subscription.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        """One query for the list, whatever its length."""
        del request
        return Subscription.objects.select_related("resident__user", "plan__bundle")

    def get_urlpatterns(self) -> list[URLPattern]:
        """The usual pages, and one for each change."""
        return [
            *super().get_urlpatterns(),
            path("inspect/<int:pk>/<slug:name>/", change, name="change"),
            path("inspect/<int:pk>/boxes/<int:cycle>/<slug:name>/", change, name="change-box"),
        ]
