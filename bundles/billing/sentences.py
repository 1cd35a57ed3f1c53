"""What residents read about a payment."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _

from bundles.billing.models import Notice, NoticeKind
from bundles.subscriptions.actions import rise_of
from bundles.subscriptions.links import consent_path
from bundles.subscriptions.models import Cycle
from core.clock import kst_date
from malls.payments.actions.methods import reason_of
from malls.payments.models import Prepayment
from ui.templatetags.ui import kdate, won


def mail_of(notice: Notice) -> EmailMessage:
    """One mail about one fact, with the link that mends it."""
    cycle = notice.cycle
    subscription = cycle.subscription
    known = {
        "name": subscription.resident,
        "bundle": subscription.plan.bundle.name,
        "amount": won(_asked(cycle)),
        "deliver_on": kdate(cycle.deliver_on),
        "card": subscription.method,
        "reason": reason_of(cycle.last_decline) if cycle.last_decline else "",
        "next_try": kdate(cycle.next_try_on) if cycle.next_try_on else "",
        "link": _address(_page_of(notice)),
    }
    subject, body = _words(NoticeKind(notice.kind), known)
    return EmailMessage(subject % known, body % known, to=[subscription.resident.user.email])


def _asked(cycle: Cycle) -> int:
    """What the box's charge asks for, in won: with a term's first box, all of it."""
    prepayment = Prepayment.objects.filter(order=cycle.order_id).first()
    return prepayment.amount if prepayment else cycle.amount


def _words(kind: NoticeKind, known: dict[str, object]) -> tuple[str, str]:
    if kind == NoticeKind.CHARGED:
        return (
            _("%(bundle)s: %(amount)s was paid"),
            _("%(name)s, %(amount)s was paid with %(card)s. The box arrives on %(deliver_on)s.\n\n%(link)s"),
        )
    if kind == NoticeKind.GIVEN_UP:
        return (
            _("%(bundle)s: the subscription is paused"),
            _(
                "%(name)s, the payment did not go through until today, so we paused the subscription. Nothing was"
                " charged. With another card you can go on whenever you like.\n\n%(link)s"
            ),
        )
    if kind == NoticeKind.PRICE_ROSE:
        return (
            _("%(bundle)s: please look at the new price"),
            _(
                "%(name)s, the price is higher than what you agreed to. We charge nothing until you agree to it. You"
                " can also cancel here.\n\n%(link)s"
            ),
        )
    again = _("We try again on %(next_try)s.") if known["next_try"] else _("Please choose another card.")
    return (
        _("%(bundle)s: the payment failed"),
        _("%(name)s, the payment with %(card)s failed: %(reason)s.") + " " + again + "\n\n%(link)s",
    )


def _page_of(notice: Notice) -> str:
    """Where the fact is mended: consent needs no log-in, everything else stands in my page."""
    subscription = notice.cycle.subscription
    rise = rise_of(subscription, kst_date(notice.noted_at)) if notice.kind == NoticeKind.PRICE_ROSE else None
    return consent_path(subscription, rise) if rise else reverse("my-subscription", args=[subscription.pk])


def _address(path: str) -> str:
    host = f"{connection.schema_name.replace('_', '-')}.{settings.ENV.base_host}"  # type: ignore[attr-defined]
    return str(settings.ENV.address(host, path))
