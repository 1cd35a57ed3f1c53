"""Registers the settlement desk in the Wagtail admin."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from core.clock import kst_date, now
from settlement.payouts.acts import CHECKER, MAKER, PAYER
from settlement.payouts.cms import SettlementGroup
from settlement.statements.models import Earning, Period, PeriodState
from tenants.people.waiting import add_figure, add_waiting
from ui.templatetags.ui import won


@hooks.register("register_admin_viewset")
def settlement_desk() -> SettlementGroup:
    return SettlementGroup()


@hooks.register("register_permissions")
def duties() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label__in=("statements", "payouts"))


def periods_over() -> int:
    """Months that are over and not closed."""
    return Period.objects.filter(state=PeriodState.OPEN, ends_on__lte=kst_date(now())).count()


def to_periods() -> str:
    """Where periods are closed, approved and paid."""
    return reverse("settlement:periods")


add_waiting(60, MAKER, _("settlement periods to close"), periods_over, to_periods)
add_waiting(
    61, CHECKER, _("settlement periods to approve"), Period.objects.filter(state=PeriodState.CLOSED).count, to_periods
)
add_waiting(
    62, PAYER, _("settlement periods to pay"), Period.objects.filter(state=PeriodState.APPROVED).count, to_periods
)


def earned_and_open() -> str:
    """What payees have earned in months that are not closed yet."""
    return won(Earning.objects.filter(period__state=PeriodState.OPEN).aggregate(won=Sum("payable", default=0))["won"])


add_figure(30, "statements.view_statement", _("earned and not settled yet"), earned_and_open)
