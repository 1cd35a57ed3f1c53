"""The partner's own pages about its gates: connect, look, revoke, and what two gates did at once."""

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bundles.gates.actions import make_code, pair_gate, revoke_gate
from bundles.gates.models import Conflict, Gate, GateCode, GateState, Outcome, Scan
from bundles.vouchers.views import PartnerRequest, partner_required
from core.actor import Actor
from core.clock import now
from core.errors import Refusal

MOST_ROWS = 50


@partner_required
def gates(request: PartnerRequest) -> HttpResponse:
    """Every gate of the partner, the scans that need a person, and the double uses."""
    at = now()
    mine = Gate.objects.filter(partner=request.partner, state=GateState.PAIRED)
    today = Count("scans", filter=Q(scans__outcome=Outcome.HONORED, scans__is_offline=True))
    context = {
        "partner": request.partner,
        "gates": mine.annotate(offline_uses=today),
        "code": GateCode.objects.filter(partner=request.partner, gate=None, expires_at__gt=at).first(),
        "pair_url": request.build_absolute_uri(reverse("gate-pair")),
        "stuck": _scans(request).filter(outcome=Outcome.PERSON, closed_at=None)[:MOST_ROWS],
        "refused": _scans(request).filter(outcome=Outcome.REFUSED)[:MOST_ROWS],
        "conflicts": Conflict.objects.filter(partner=request.partner).select_related("voucher__type", "scan__gate")[
            :MOST_ROWS
        ],
    }
    return render(request, "gates/gates.html", context)


@partner_required
@require_POST
def new(request: PartnerRequest) -> HttpResponse:
    """One tap of a logged-in person makes this device a gate; the answer is the token that it keeps."""
    try:
        gate, token = pair_gate(
            request.partner, request.POST.get("name", "").replace("\x00", ""), by=_by(request), at=now()
        )
    except Refusal as refusal:
        return JsonResponse({"code": refusal.code, "message": str(refusal)}, status=refusal.status)
    return JsonResponse({"token": token, "gate": gate.name})


@partner_required
@require_POST
def code(request: PartnerRequest) -> HttpResponse:
    """Six digits for a phone without a log-in."""
    make_code(request.partner, by=_by(request), at=now())
    return redirect("gates")


@partner_required
def revoke(request: PartnerRequest, pk: int) -> HttpResponse:
    """Disconnect a device, after a question."""
    gate = get_object_or_404(Gate, pk=pk, partner=request.partner)
    if request.method == "POST":
        revoke_gate(gate.pk, by=_by(request), at=now())
        messages.success(request, _("“%(name)s” is disconnected.") % {"name": gate.name})
        return redirect("gates")
    context = {
        "question": _("Disconnect “%(name)s”?") % {"name": gate.name},
        "consequences": [
            _("The device forgets its lists when it next reaches the mall, and accepts nothing any more."),
            _("Scans that still wait on it are kept there and are sent when it is connected again."),
        ],
        "confirm_label": _("Disconnect"),
        "kind": "danger",
        "back": reverse("gates"),
        "back_label": _("Leave as it is"),
    }
    return render(request, "vouchers/undo.html", context)


def _scans(request: PartnerRequest) -> QuerySet[Scan]:
    return Scan.objects.filter(gate__partner=request.partner).select_related("gate", "voucher__type")


def _by(request: HttpRequest) -> Actor:
    return Actor.of(request.user, "partner")
