"""Pages behind signed links."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from bundles.subscriptions.actions import agree_to_price, rise_of
from bundles.subscriptions.effects import told_of_rise
from bundles.subscriptions.links import consent_of
from bundles.subscriptions.models import AgreedBy, Subscription
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
        by = Actor(kind="resident", name=str(found.resident), user_id=found.resident.user_id)
        try:
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
