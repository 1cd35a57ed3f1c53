"""Periods and the frozen lines that are settled in them. Lines are append only (migration 0002)."""

from datetime import date, datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.clock import kst_midnight
from core.money import BasisPointsField, WonField
from core.state import Stateful
from settlement.statements.models.payees import Payee, Terms


class PeriodState(models.TextChoices):
    """Where a period stands."""

    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")
    APPROVED = "approved", _("approved")
    PAID = "paid", _("paid")


class Period(Stateful):
    """A month settled together: Korean days `[starts_on, ends_on)`. Maker, checker and payer are three people."""

    MOVES: ClassVar = {
        PeriodState.OPEN: {PeriodState.CLOSED},
        PeriodState.CLOSED: {PeriodState.APPROVED},
        PeriodState.APPROVED: {PeriodState.PAID},
        PeriodState.PAID: {PeriodState.APPROVED},
    }

    key = models.CharField(_("period"), max_length=7, unique=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("up to, not including"))
    state = models.CharField(_("state"), max_length=10, choices=PeriodState.choices, default=PeriodState.OPEN)
    closed_at = models.DateTimeField(_("closed at"), null=True)
    closed_by = models.CharField(_("closed by"), max_length=180, blank=True)
    approved_at = models.DateTimeField(_("approved at"), null=True)
    approved_by = models.CharField(_("approved by"), max_length=180, blank=True)
    paid_at = models.DateTimeField(_("paid at"), null=True)

    class Meta:
        verbose_name = _("settlement period")
        verbose_name_plural = _("settlement periods")
        constraints = (
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="period_has_days"),
            models.CheckConstraint(
                condition=Q(state=PeriodState.OPEN, closed_at__isnull=True)
                | (~Q(state=PeriodState.OPEN) & Q(closed_at__isnull=False)),
                name="period_closed_stamp",
            ),
            models.CheckConstraint(
                condition=Q(approved_by="") | ~Q(approved_by=F("closed_by")), name="period_two_people"
            ),
        )
        permissions = (
            ("close_period", _("Can close a settlement period (maker)")),
            ("approve_period", _("Can approve a settlement period (checker)")),
        )
        default_permissions = ("view",)
        ordering = ("-starts_on",)

    def __str__(self) -> str:
        return self.key

    @property
    def is_open(self) -> bool:
        """Whether earnings still arrive here."""
        return self.state == PeriodState.OPEN

    @property
    def last_on(self) -> date:
        """The last day that belongs to the period."""
        return date.fromordinal(self.ends_on.toordinal() - 1)

    @property
    def over_at(self) -> datetime:
        """The instant from which the period may be closed."""
        return kst_midnight(self.ends_on)


class EarningKind(models.TextChoices):
    """What was earned with."""

    GOODS = "goods", _("goods")
    VOUCHER = "voucher", _("voucher")
    SHIPPING = "shipping", _("shipping")
    CORRECTION = "correction", _("refund or correction")


class TaxType(models.TextChoices):
    """Whether VAT is inside the price (부가가치세법 §26)."""

    TAXABLE = "taxable", _("taxable")
    EXEMPT = "exempt", _("tax-exempt")


class Earning(models.Model):
    """One frozen line owed to a payee (negative: owed back). It carries its period and the terms of its sale."""

    payee = models.ForeignKey(Payee, models.PROTECT, related_name="earnings", verbose_name=_("payee"), db_index=False)
    period = models.ForeignKey(
        Period, models.PROTECT, related_name="earnings", verbose_name=_("period"), db_index=False
    )
    terms = models.ForeignKey(
        Terms, models.PROTECT, related_name="+", verbose_name=_("settlement terms"), db_index=False
    )
    source = models.CharField(_("source"), max_length=100, unique=True)
    corrects = models.CharField(_("corrects"), max_length=100, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=EarningKind.choices)
    tax_type = models.CharField(_("tax type"), max_length=10, choices=TaxType.choices)
    group = models.CharField(pgettext_lazy("earning", "group"), max_length=120, blank=True)
    description = models.CharField(pgettext_lazy("earning", "description"), max_length=200)
    order_ref = models.CharField(_("order"), max_length=40, blank=True)
    cycle_no = models.PositiveIntegerField(_("cycle"), null=True)
    quantity = models.IntegerField(_("quantity"), default=1)
    gross = WonField(_("sales"))
    discount_municipality = WonField(_("discount (municipality)"))
    discount_platform = WonField(_("discount (operator)"))
    discount_merchant = WonField(_("discount (payee)"))
    base = WonField(_("settled amount"))
    commission_bp = BasisPointsField(_("commission rate (1/100 %)"))
    commission = WonField(_("commission"))
    commission_vat = WonField(_("VAT on commission"))
    payable = WonField(_("payable"))
    earned_at = models.DateTimeField(_("earned at"))
    earned_on = models.DateField(_("earned on"))

    class Meta:
        verbose_name = _("earning")
        verbose_name_plural = _("earnings")
        constraints = (
            models.CheckConstraint(condition=Q(base=F("gross") - F("discount_merchant")), name="earning_base"),
            models.CheckConstraint(
                condition=Q(payable=F("base") - F("commission") - F("commission_vat")), name="earning_payable"
            ),
        )
        indexes = (models.Index(fields=["period", "payee", "id"], name="earning_of_statement"),)
        default_permissions = ("view",)
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.description} {self.payable:+,}"

    @property
    def fee(self) -> int:
        """Commission and the VAT on it."""
        return int(self.commission + self.commission_vat)
