"""Gates, scans and double uses on the staff's desk."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.snippets.views.snippets import InspectView, SnippetViewSet

from bundles.gates.actions import close_scan, drop_proposal, propose_payer, revoke_gate, settle_conflict
from bundles.gates.models import Conflict, ConflictState, Gate, GateState, Outcome, Payer, Scan
from bundles.gates.words import rule_words
from bundles.vouchers.cms import WonColumn
from core.actor import Actor
from core.clock import now
from core.errors import Refusal
from core.ids import spaced
from core.state import Transition
from malls.merchants.cms import DeskIndexView, StateColumn


class VoucherCodeColumn(Column):
    """The code of a case's voucher, in groups of four."""

    def get_value(self, instance: Any) -> str:
        """As printed."""
        return spaced(instance.voucher.code)


class GateInspectView(InspectView):
    """One gate with the button that withdraws it."""

    template_name = "gates/cms/gate.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether it may be revoked, and what it scanned last."""
        recent = self.object.scans.select_related("voucher__type")[:20]
        is_open = self.object.state == GateState.PAIRED
        return super().get_context_data(**kwargs) | {"recent": recent, "is_open": is_open}


@permission_required("gates.change_gate", raise_exception=True)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a gate's token after a question, with the reason."""
    gate = get_object_or_404(Gate.objects.select_related("partner"), pk=pk)
    if request.method == "POST":
        why = request.POST.get("why", "").strip()[:300]
        revoke_gate(pk, by=Actor.of(request.user, "staff"), at=now(), why=why)
        messages.success(request, _("“%(name)s” is disconnected.") % {"name": gate})
        return redirect("wagtailsnippets_gates_gate:list")
    return render(request, "gates/cms/revoke.html", {"gate": gate, "back": _address(gate)})


class GateViewSet(SnippetViewSet):
    """Partners' devices in the CMS."""

    model = Gate
    icon = "mobile-alt"
    menu_label = _("Gates")
    menu_name = "gates"
    menu_order = 52
    index_view_class = DeskIndexView
    inspect_view_class = GateInspectView
    inspect_view_enabled = True
    inspect_view_fields_exclude = ("id", "token_hash")
    list_display = (
        "name",
        "partner",
        "last_seen_at",
        "waiting",
        StateColumn("state", label=_("state"), sort_key="state"),
    )
    list_filter = ("state", "partner")
    search_fields = ("name", "partner__name")
    search_backend_name = None
    list_per_page = 30
    ordering = ("-pk",)
    copy_view_enabled = False

    def get_queryset(self, request: HttpRequest) -> Any:
        """One query for the list, whatever its length."""
        del request
        return Gate.objects.select_related("partner")

    def get_urlpatterns(self) -> list[URLPattern]:
        """The usual pages and revoking."""
        return [*super().get_urlpatterns(), path("revoke/<int:pk>/", revoke, name="revoke")]


class ScanInspectView(InspectView):
    """One scan; what needs a person can be closed."""

    template_name = "gates/cms/scan.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether it waits for somebody with the right."""
        waits = self.object.outcome == Outcome.PERSON and self.object.closed_at is None
        may_close = waits and self.request.user.has_perm("gates.change_scan")
        return super().get_context_data(**kwargs) | {"may_close": may_close}


@permission_required("gates.change_scan", raise_exception=True)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """A person has looked into it."""
    scan = get_object_or_404(Scan, pk=pk)
    if request.method == "POST":
        try:
            close_scan(pk, request.POST.get("why", ""), by=Actor.of(request.user, "staff"), at=now())
            messages.success(request, _("Closed."))
        except Refusal as refusal:
            messages.error(request, str(refusal))
    return redirect(_address(scan))


class ScanViewSet(SnippetViewSet):
    """Everything that gates scanned, also what they refused."""

    model = Scan
    add_to_reference_index = False
    icon = "view"
    menu_label = _("Scans")
    menu_name = "scans"
    menu_order = 53
    index_view_class = DeskIndexView
    inspect_view_class = ScanInspectView
    inspect_view_enabled = True
    inspect_view_fields_exclude = ("id", "nonce")
    list_display = (
        "scanned_at",
        "gate",
        "voucher",
        BooleanColumn("is_offline", label=_("offline")),
        "outcome",
        "message",
    )
    list_filter = ("outcome", "is_offline", "gate__partner", "reason")
    list_export = (
        "scanned_at",
        "received_at",
        "device_clock",
        "gate",
        "text",
        "is_offline",
        "let_in",
        "outcome",
        "reason",
    )
    export_filename = "scans"
    search_fields = ("text", "voucher__code", "gate__name")
    search_backend_name = None
    list_per_page = 30
    ordering = ("-pk",)
    copy_view_enabled = False

    def get_queryset(self, request: HttpRequest) -> Any:
        """One query for the list, whatever its length."""
        del request
        return Scan.objects.select_related("gate__partner", "voucher__type")

    def get_urlpatterns(self) -> list[URLPattern]:
        """The usual pages and closing."""
        return [*super().get_urlpatterns(), path("close/<int:pk>/", close, name="close")]


class ConflictInspectView(InspectView):
    """One double use: who was let in, what stands, who pays, and the two steps that change it."""

    template_name = "gates/cms/conflict.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The facts, what may be done by whom, and what was done."""
        user = self.request.user
        case = self.object
        mine = case.state == ConflictState.PROPOSED and case.proposed_by_id == user.pk
        return super().get_context_data(**kwargs) | {
            "case": case,
            "rule": rule_words()[case.rule],
            "payers": Payer.choices,
            "may_propose": case.state == ConflictState.RULED and user.has_perm("gates.change_conflict"),
            "may_settle": case.state == ConflictState.PROPOSED and not mine and user.has_perm("gates.change_conflict"),
            "may_drop": case.state == ConflictState.PROPOSED and user.has_perm("gates.change_conflict"),
            "is_mine": mine,
            "steps": Transition.objects.filter(thing="gates.Conflict", thing_id=case.pk),
        }


Step = Callable[[int, HttpRequest, Actor], object]
STEPS: dict[str, tuple[Any, Step]] = {
    "propose": (
        _("Proposed. Another member of staff has to confirm it."),
        lambda pk, request, by: propose_payer(pk, request.POST["payer"], request.POST.get("why", ""), by=by, at=now()),
    ),
    "settle": (_("Decided."), lambda pk, _request, by: settle_conflict(pk, by=by, at=now())),
    "drop": (
        _("The proposal was dropped; the rule stands."),
        lambda pk, request, by: drop_proposal(pk, request.POST.get("why", ""), by=by, at=now()),
    ),
}


@permission_required("gates.change_conflict", raise_exception=True)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """One step of a decision about a double use."""
    case = get_object_or_404(Conflict, pk=pk)
    step = STEPS.get(request.POST.get("step", ""))
    is_whole = step is not None and (request.POST.get("step") != "propose" or request.POST.get("payer") in Payer.values)
    if request.method == "POST" and step and is_whole:
        try:
            step[1](pk, request, Actor.of(request.user, "staff"))
            messages.success(request, step[0])
        except Refusal as refusal:
            messages.error(request, str(refusal))
    return redirect(_address(case))


class ConflictViewSet(SnippetViewSet):
    """Double uses in the CMS."""

    model = Conflict
    add_to_reference_index = False
    icon = "warning"
    menu_label = _("Double uses")
    menu_name = "double-uses"
    menu_order = 54
    index_view_class = DeskIndexView
    inspect_view_class = ConflictInspectView
    inspect_view_enabled = True
    list_display = (
        "arisen_at",
        VoucherCodeColumn("voucher", label=_("code")),
        "partner",
        "cause",
        WonColumn("worth", label=_("worth"), sort_key="worth"),
        "payer",
        StateColumn("state", label=_("state"), sort_key="state"),
    )
    list_filter = ("state", "payer", "cause", "partner")
    list_export = ("arisen_at", "voucher", "partner", "cause", "rule", "worth", "payer", "state", "proposed_why")
    export_filename = "double-uses"
    search_fields = ("voucher__code", "partner__name")
    search_backend_name = None
    list_per_page = 30
    ordering = ("-pk",)
    copy_view_enabled = False

    def get_queryset(self, request: HttpRequest) -> Any:
        """One query for the list, whatever its length."""
        del request
        return Conflict.objects.select_related(
            "voucher__type", "partner", "scan__gate", "first__scan__gate", "first__partner"
        )

    def get_urlpatterns(self) -> list[URLPattern]:
        """The usual pages and the steps of a decision."""
        return [*super().get_urlpatterns(), path("decide/<int:pk>/", decide, name="decide")]


def _address(thing: Gate | Scan | Conflict) -> str:
    return reverse(f"wagtailsnippets_gates_{type(thing).__name__.lower()}:inspect", args=[thing.pk])
