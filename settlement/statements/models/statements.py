"""The statement: one payee's frozen result in one period. Its numbers never change (migration 0002)."""

from typing import ClassVar

from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.money import WonField
from core.state import Stateful
from settlement.statements.models.earnings import Earning, Period
from settlement.statements.models.payees import Payee


class StatementState(models.TextChoices):
    """Where a statement stands. Paid is not the end: a bank may return the money days later."""

    DRAWN_UP = "drawn_up", _("drawn up")
    APPROVED = "approved", _("approved")
    SENT = "sent", _("sent to the bank")
    RETURNED = "returned", _("returned by the bank")
    PAID = "paid", _("paid")


def private_storage() -> Storage:
    """Where documents rest that are never served by path."""
    return storages["private"]


class StatementQuerySet(models.QuerySet["Statement"]):
    """Sets of statements."""

    def without_pdf(self) -> "StatementQuerySet":
        """Statements whose document is still to be rendered."""
        return self.filter(pdf="")

    def to_pay(self) -> "StatementQuerySet":
        """Approved or returned, not held, with money to send."""
        return self.filter(state__in=(StatementState.APPROVED, StatementState.RETURNED), held=False, payable__gt=0)

    def unpaid(self) -> "StatementQuerySet":
        """Those whose money has not arrived yet."""
        return self.filter(payable__gt=0).exclude(state=StatementState.PAID)


class Statement(Stateful):
    """What one payee gets for one period, and why: a sum that can be checked on paper.

    sales − discount_merchant = base; base − commission − commission_vat + shipping + corrections = earned;
    earned + carried_in − held_amount − carried_out = payable.
    """

    MOVES: ClassVar = {
        StatementState.DRAWN_UP: {StatementState.APPROVED},
        StatementState.APPROVED: {StatementState.SENT},
        StatementState.SENT: {StatementState.PAID, StatementState.RETURNED},
        StatementState.RETURNED: {StatementState.SENT},
        StatementState.PAID: {StatementState.RETURNED},
    }

    number = models.CharField(_("statement number"), max_length=20, unique=True)
    period = models.ForeignKey(Period, models.PROTECT, related_name="statements", verbose_name=_("period"))
    payee = models.ForeignKey(Payee, models.PROTECT, related_name="statements", verbose_name=_("payee"))
    state = models.CharField(_("state"), max_length=10, choices=StatementState.choices, default=StatementState.DRAWN_UP)
    drawn_up_at = models.DateTimeField(_("drawn up at"))
    pay_on = models.DateField(_("pay day"))
    payee_name = models.CharField(_("payee"), max_length=120)
    business_no = models.CharField(_("business number"), max_length=12, blank=True)
    bank_code = models.CharField(_("bank"), max_length=3, blank=True)
    masked_account = models.CharField(_("account number"), max_length=40, blank=True)
    holder = models.CharField(_("account holder"), max_length=60, blank=True)

    line_count = models.PositiveIntegerField(_("lines"), default=0)
    sales = WonField(_("sales"))
    discount_municipality = WonField(_("discount (municipality)"))
    discount_platform = WonField(_("discount (operator)"))
    discount_merchant = WonField(_("discount (payee)"))
    base = WonField(_("settled amount"))
    commission = WonField(_("commission"))
    commission_vat = WonField(_("VAT on commission"))
    shipping = WonField(_("shipping"))
    corrections = WonField(_("refunds and corrections"))
    earned = WonField(_("earned this period"))
    carried_in = WonField(_("carried in"))
    held_amount = WonField(_("held back"))
    carried_out = WonField(_("carried out"))
    payable = WonField(_("payable"))
    taxable = WonField(_("taxable"))
    exempt = WonField(_("tax-exempt"))
    lines_hash = models.CharField(_("hash of the lines"), max_length=64)
    content_hash = models.CharField(_("hash"), max_length=64)

    held = models.BooleanField(_("held"), default=False)
    held_reason = models.CharField(_("reason of the hold"), max_length=200, blank=True)
    held_since = models.DateTimeField(_("held since"), null=True, blank=True)
    held_by = models.CharField(_("held by"), max_length=180, blank=True)
    paid_at = models.DateTimeField(_("paid at"), null=True)
    pdf = models.FileField(_("document"), storage=private_storage, max_length=200, blank=True)
    pdf_hash = models.CharField(_("hash of the document"), max_length=64, blank=True)

    objects = StatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        constraints = (
            models.UniqueConstraint(fields=["period", "payee"], name="statement_once"),
            models.CheckConstraint(condition=Q(base=F("sales") - F("discount_merchant")), name="statement_base"),
            models.CheckConstraint(
                condition=Q(
                    earned=F("base") - F("commission") - F("commission_vat") + F("shipping") + F("corrections")
                ),
                name="statement_earned",
            ),
            models.CheckConstraint(
                condition=Q(payable=F("earned") + F("carried_in") - F("held_amount") - F("carried_out")),
                name="statement_payable",
            ),
            models.CheckConstraint(condition=Q(payable__gte=0, held_amount__gte=0), name="statement_not_negative"),
            models.CheckConstraint(
                condition=Q(held=False) | (Q(held_since__isnull=False) & ~Q(held_reason="")),
                name="statement_hold_explained",
            ),
        )
        indexes = (models.Index(fields=["state"], name="statement_state"),)
        default_permissions = ("view",)
        ordering = ("number",)

    def __str__(self) -> str:
        return f"{self.number} {self.payee_name}"

    @property
    def lines(self) -> models.QuerySet[Earning]:
        """The earnings that this statement settles: those of its payee in its period, each in exactly one statement."""
        return Earning.objects.filter(period_id=self.period_id, payee_id=self.payee_id)
