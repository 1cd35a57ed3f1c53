"""Pages behind signed links."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bundles.subscriptions.actions import agree_to_price, rise_of
from bundles.subscriptions.effects import told_of_rise, until_text
from bundles.subscriptions.errors import LinkOver, LinkUnknown, LinkUsed
from bundles.subscriptions.links import consent_of, skip_of
from bundles.subscriptions.models import AgreedBy, Change, ChangeKind, Cycle, CycleState, Subscription
from bundles.subscriptions.questions import QUESTIONS, Asked, told_of
from core.actor import Actor
from core.clock import kst_date, now
from core.errors import Refusal


@never_cache
def consent(request: HttpRequest, token: str) -> HttpResponse:
    """Read about a higher price and agree to it, separately; doing nothing means that nothing is charged."""
    known = consent_of(token)
    if known is None:
        raise Http404
    pk, amount, _day = known
    rows = Subscription.objects.select_related("plan__bundle", "method", "resident__user")
    found = get_object_or_404(rows, pk=pk)
    rise = rise_of(found, kst_date(now()))
    if request.method == "POST" and rise is not None:
        try:
            by = Actor.of(found.resident.user, "resident")
            agree_to_price(found, amount, at=now(), by=by, agreed_by=AgreedBy.LINK)
        except Refusal as no:
            messages.error(request, str(no))
        else:
            messages.success(request, _("Thank you. Your agreement was kept."))
        return redirect(request.path)
    context = {
        "subscription": found,
        "rise": rise,
        "is_same": rise is not None and rise.amount == amount,
        "told": told_of_rise(rise.before, rise.amount, rise.from_on, rise.card) if rise else [],
    }
    return render(request, "subscriptions/consent.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def skip(request: HttpRequest, token: str) -> HttpResponse:
    """See what skipping one box means, and skip it with one button. Why a link does not work is said in words."""
    question = QUESTIONS["skip"]
    try:
        box = _box_to_skip(token)
        if box.state == CycleState.SKIPPED:
            return _skip_page(request, box=box)
        by = Actor.of(box.subscription.resident.user, "resident")
        asked = Asked(box.subscription, by, now(), box, why=_("by the link in the notice"))
        if request.method == "POST":
            question.act(asked)
            messages.success(request, str(question.done))
            return redirect(request.path)
        return _skip_page(request, box=box, question=question.sentence(box), told=told_of(question, asked))
    except Refusal as no:
        return _skip_page(request, why=str(no), status=no.status)


def _box_to_skip(token: str) -> Cycle:
    """The box that a link is for, while the link is good; a box that is skipped already is shown as such."""
    known = skip_of(token)
    rows = Cycle.objects.select_related("subscription__plan__bundle", "subscription__resident__user")
    box = rows.filter(pk=known[0]).first() if known else None
    if known is None or box is None:
        raise LinkUnknown
    if now() >= box.cutoff_at:
        raise LinkOver(until=until_text(box.cutoff_at))
    used = Change.objects.filter(cycle=box, kind=ChangeKind.SKIP, made_at__gte=known[1]).exists()
    if used and box.state != CycleState.SKIPPED:
        raise LinkUsed
    return box


def _skip_page(request: HttpRequest, *, status: int = 200, **shown: object) -> HttpResponse:
    return render(request, "subscriptions/skip.html", shown, status=status)
