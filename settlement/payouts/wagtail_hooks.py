"""Registers the settlement desk in the Wagtail admin."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from settlement.payouts import numbers
from settlement.payouts.acts import CHECKER, MAKER, PAYER
from settlement.payouts.cms import SettlementGroup
from settlement.statements.models import Period, PeriodState
from tenants.people.charting import add_chart
from tenants.people.waiting import add_figure, add_waiting


@hooks.register("register_admin_viewset")
def settlement_desk() -> SettlementGroup:
    return SettlementGroup()


@hooks.register("register_permissions")
def duties() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label__in=("statements", "payouts"))


def to_periods() -> str:
    """Where periods are closed, approved and paid."""
    return reverse("settlement:periods")


add_waiting(
    60, MAKER, _("settlement periods to close"), numbers.periods_over, to_periods, late=numbers.periods_forgotten
)
add_waiting(
    61, CHECKER, _("settlement periods to approve"), Period.objects.filter(state=PeriodState.CLOSED).count, to_periods
)
add_waiting(
    62,
    PAYER,
    _("settlement periods to pay"),
    Period.objects.filter(state=PeriodState.APPROVED).count,
    to_periods,
    late=numbers.periods_past_payday,
)
add_figure(30, "statements.view_statement", _("earned and not settled yet"), numbers.earned_and_open)
add_chart(60, "statements.view_statement", _("paid out, by settlement period"), numbers.payable_by_period)
