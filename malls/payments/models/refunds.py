"""Money given back, and the requests for it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.money import WonField
from core.state import Stateful
from malls.orders.models import Order, Return
from malls.payments.models.charges import Charge
from malls.payments.models.prepayments import Prepayment


class RefundState(models.TextChoices):
    """A refund may wait at the provider, may fail there, and may come back after it was paid."""

    RESERVED = "reserved", pgettext_lazy("charge", "reserved")
    UNKNOWN = "unknown", _("unknown")
    PENDING = "pending", pgettext_lazy("refund", "on its way")
    SUCCEEDED = "succeeded", _("succeeded")
    FAILED = "failed", _("failed")
    OWED = "owed", pgettext_lazy("refund", "owed to the buyer")
    REPAID = "repaid", pgettext_lazy("refund", "paid by transfer")


OPEN_REFUNDS = (RefundState.RESERVED, RefundState.UNKNOWN, RefundState.PENDING)
SURE_REFUNDS = (RefundState.SUCCEEDED, RefundState.OWED, RefundState.REPAID)
ENDS = {RefundState.SUCCEEDED, RefundState.FAILED, RefundState.OWED}


class Refund(Stateful):
    """Money given back for a charge, and what came off the order for it. `tax_free` won of it carry no VAT.

    With a `prepayment` it is money of that which no order uses.
    """

    MOVES = {
        RefundState.RESERVED: {*ENDS, RefundState.PENDING, RefundState.UNKNOWN},
        RefundState.UNKNOWN: {*ENDS, RefundState.PENDING},
        RefundState.PENDING: {*ENDS},
        RefundState.SUCCEEDED: {RefundState.OWED},
        RefundState.FAILED: set(),
        RefundState.OWED: {RefundState.REPAID},
        RefundState.REPAID: set(),
    }

    charge = models.ForeignKey(Charge, models.PROTECT, related_name="refunds")
    returned = models.OneToOneField(Return, models.PROTECT, related_name="refund", null=True)
    prepayment = models.ForeignKey(Prepayment, models.PROTECT, related_name="refunds", null=True)
    key = models.CharField(max_length=120, unique=True)
    amount = WonField(_("amount"))
    tax_free = WonField(_("of it tax free"))
    reason = models.CharField(_("reason"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=RefundState, default=RefundState.RESERVED)
    provider_ref = models.CharField(max_length=100, blank=True)
    by_name = models.CharField(pgettext_lazy("refund", "by"), max_length=150)
    reserved_at = models.DateTimeField(_("reserved at"))
    settled_at = models.DateTimeField(_("settled at"), null=True)

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_positive"),
            models.CheckConstraint(
                condition=Q(tax_free__gte=0) & Q(tax_free__lte=models.F("amount")), name="refund_tax_free_within"
            ),
        )

    def __str__(self) -> str:
        return f"{self.charge} −{self.amount}"


class RefundRules(models.Model):
    """What the municipality decided about refunds; one row."""

    four_eyes_from = WonField(_("a second person from (won)"), default=100_000)

    class Meta:
        verbose_name = _("refund rules")
        verbose_name_plural = _("refund rules")
        constraints = (models.CheckConstraint(condition=Q(four_eyes_from__gt=0), name="four_eyes_from_positive"),)

    def __str__(self) -> str:
        return f"{self.four_eyes_from}"


class Reason(models.TextChoices):
    """Why something comes off (전자상거래법 §17). The first four are a resident's."""

    MIND = "mind", _("I changed my mind")
    DEFECT = "defect", _("It is damaged or defective")
    DIFFERENT = "different", _("It differs from what was shown or agreed")
    MISSING = "missing", _("It did not arrive, or a part was missing")
    SHORT = "short", _("It cannot be supplied")
    GOODWILL = "goodwill", _("We made a mistake")


class WithdrawalState(models.TextChoices):
    """From a request to an answer."""

    ASKED = "asked", pgettext_lazy("withdrawal", "asked")
    PROPOSED = "proposed", pgettext_lazy("withdrawal", "waits for a second person")
    GRANTED = "granted", pgettext_lazy("withdrawal", "granted")
    REJECTED = "rejected", pgettext_lazy("withdrawal", "not granted")
    TAKEN_BACK = "taken_back", pgettext_lazy("withdrawal", "taken back")


OPEN_WITHDRAWALS = (WithdrawalState.ASKED, WithdrawalState.PROPOSED)


class Withdrawal(Stateful):
    """A wish to give pieces of an order back: a resident's (청약철회) or a clerk's own.

    `choice` holds pieces by line id; `due_on` is the last day for the money (전자상거래법 §18②: three working days).
    """

    MOVES = {
        WithdrawalState.ASKED: {
            WithdrawalState.PROPOSED, WithdrawalState.GRANTED, WithdrawalState.REJECTED, WithdrawalState.TAKEN_BACK,
        },
        WithdrawalState.PROPOSED: {WithdrawalState.GRANTED, WithdrawalState.REJECTED, WithdrawalState.TAKEN_BACK},
        WithdrawalState.GRANTED: set(),
        WithdrawalState.REJECTED: set(),
        WithdrawalState.TAKEN_BACK: set(),
    }  # fmt: skip

    order = models.ForeignKey(Order, models.PROTECT, related_name="withdrawals")
    state = models.CharField(_("state"), max_length=10, choices=WithdrawalState, default=WithdrawalState.ASKED)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    words = models.CharField(_("in words"), max_length=500, blank=True)
    choice = models.JSONField()
    shipping = models.BooleanField(_("shipping fee too"))
    amount = WonField(_("amount"))
    is_residents = models.BooleanField(_("asked by the resident"))
    asked_at = models.DateTimeField(_("asked at"))
    due_on = models.DateField(_("money back until"))
    proposed_by = models.BigIntegerField(null=True)
    proposed_by_name = models.CharField(_("proposed by"), max_length=150, blank=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    refund = models.OneToOneField(Refund, models.PROTECT, related_name="withdrawal", null=True)

    class Meta:
        verbose_name = _("withdrawal")
        verbose_name_plural = _("withdrawals")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("order",), condition=Q(state__in=OPEN_WITHDRAWALS), name="one_open_withdrawal"
            ),
        )
        indexes = (models.Index(fields=["state", "due_on"], name="withdrawal_state_due"),)

    def __str__(self) -> str:
        return f"{self.order} {self.get_reason_display()}"
