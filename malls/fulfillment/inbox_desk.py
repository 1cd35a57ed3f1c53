"""결제대행사 알림: every message, waiting, done or refused; and having one worked through again."""

from datetime import timedelta

from django.contrib.auth.decorators import permission_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages

from core.actor import Actor
from core.clock import now
from malls.fulfillment.desk import frame, note_access, page_of
from malls.payments import actions
from malls.payments.gateways.messages import Topic
from malls.payments.models import WebhookEvent

STUCK_AFTER = timedelta(minutes=10)
STATES = (
    ("waiting", gettext_lazy("Waiting")),
    ("stuck", gettext_lazy("Waiting for more than ten minutes")),
    ("done", gettext_lazy("Done")),
    ("refused", gettext_lazy("Refused")),
)
TOPICS = {
    Topic.PAYMENT: gettext_lazy("Payment"),
    Topic.REFUND: gettext_lazy("Refund"),
    Topic.DISPUTE: gettext_lazy("Dispute"),
    Topic.OTHER: pgettext_lazy("message", "Nothing that we keep"),
}
may_look = permission_required("payments.view_webhookevent", raise_exception=True)
may_retry = permission_required("payments.change_difference", raise_exception=True)


@require_safe
@may_look
def inbox(request: HttpRequest) -> HttpResponse:
    """The provider's messages, newest first."""
    show, words = request.GET.get("show", ""), request.GET.get("q", "").replace("\0", "").strip()
    rows = _shown(show)
    if words:
        rows = rows.filter(Q(kind__icontains=words) | Q(object_id=words) | Q(about=words) | Q(event_id=words))
    page = page_of(request, rows.order_by("-pk"))
    context = {
        **frame(_("Messages of the provider"), icon="mail"),
        "page": page,
        "rows": [(TOPICS[Topic(one.topic)], one) for one in page],
        "stuck": _shown("stuck").count(),
        "refused": _shown("refused").count(),
        "states": STATES,
        "show": show,
        "q": words,
        "may_retry": request.user.has_perm("payments.change_difference"),
    }
    return render(request, "fulfillment/desk/inbox.html", context)


def _shown(show: str) -> QuerySet[WebhookEvent]:
    rows = WebhookEvent.objects.all()
    if show == "waiting":
        return rows.filter(processed_at=None)
    if show == "stuck":
        return rows.filter(processed_at=None, received_at__lte=now() - STUCK_AFTER)
    if show == "done":
        return rows.filter(refused_why="").exclude(processed_at=None)
    return rows.exclude(refused_why="") if show == "refused" else rows


@require_POST
@may_retry
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a message worked through again; how its object stands now decides, so nothing happens twice."""
    row = get_object_or_404(WebhookEvent, pk=pk)
    actions.retry_event(row, by=Actor.of(request.user), at=now())
    note_access(request, "change", f"message {row.event_id}")
    messages.success(request, _("The message is worked through again."))
    return redirect(f"{reverse('provider-messages:index')}?q={row.event_id}")
