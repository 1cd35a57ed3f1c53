"""Telling residents what their boxes will not hold: one mail for each box and product, found by query."""

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import connection
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from bundles.boxes.models import Remedy, Share, ShortageState
from bundles.boxes.showing import told_of
from bundles.subscriptions.models import CycleState
from ui.templatetags.ui import kdate


def tell_shares(*, at: datetime, limit: int = 2_000) -> int:
    """Tell what is decided, and ask what is to be answered; the number of mails.

    A proposal that staff may still change is not told. Each is marked before it leaves, so that none is sent twice.
    """
    sure = Q(shortage__state=ShortageState.CONFIRMED) | Q(remedy=Remedy.ASK) | ~Q(cycle__state=CycleState.SCHEDULED)
    late = Q(remedy=Remedy.ASK) & ~Q(cycle__state=CycleState.SCHEDULED)
    rows = Share.objects.filter(sure & ~late, is_served=False, told_at=None).exclude(cycle__state=CycleState.CANCELLED)
    known = ("shortage__product", "substitute", "cycle__subscription__plan__bundle")
    sent = 0
    with get_connection() as mailer:
        for share in rows.select_related(*known, "cycle__subscription__resident__user").order_by("pk")[:limit]:
            if Share.objects.filter(pk=share.pk, told_at=None).update(told_at=at):
                mailer.send_messages([_mail(share)])
                sent += 1
    return sent


def _mail(share: Share) -> EmailMessage:
    """One mail about one product in one box, with the page on which it can be answered."""
    subscription = share.cycle.subscription
    asked = share.remedy == Remedy.ASK
    name, args = ("box-question", [share.cycle_id, share.pk]) if asked else ("my-subscription", [subscription.pk])
    subject = _("%(bundle)s: about the box of %(day)s") % {
        "bundle": subscription.plan.bundle.name, "day": kdate(share.cycle.deliver_on, "short"),
    }  # fmt: skip
    host = f"{connection.schema_name.replace('_', '-')}.{settings.ENV.base_host}"  # type: ignore[attr-defined]
    body = f"{told_of(share)}\n\n{settings.ENV.address(host, reverse(name, args=args))}"
    return EmailMessage(subject, body, to=[subscription.resident.user.email])
