"""Bank files and the payouts in them. Paid is not the end of a payout: a bank may return it days later."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.money import WonField
from core.secret import EncryptedTextField, masked
from core.state import Stateful
from settlement.statements.models import Period, Statement
from settlement.statements.models.statements import private_storage

FIELDS = (
    "bank_code", "bank_name", "account", "amount", "holder", "payee", "memo", "key", "from_account", "blank",
)  # fmt: skip
"""What a column of a bank file may hold."""


def check_columns(columns: object) -> None:
    """Columns are a list of `{"heading": text, "field": one of FIELDS}`, at least one."""
    fits = isinstance(columns, list) and columns and all(isinstance(column, dict) for column in columns)
    if not fits:
        raise ValidationError(_("Write the columns as a list of headings and fields."))
    for column in columns:  # type: ignore[attr-defined]
        if column.get("field") not in FIELDS:
            raise ValidationError(
                _("The column “%(column)s” cannot be filled. Possible fields: %(fields)s."),
                params={"column": column.get("heading") or column.get("field"), "fields": ", ".join(FIELDS)},
            )


class BankFileTemplate(models.Model):
    """How one bank wants its bulk-transfer file: an ordered list of columns, editable by staff."""

    bank_code = models.CharField(_("bank"), max_length=3)
    name = models.CharField(_("name"), max_length=60, unique=True)
    columns = models.JSONField(_("columns"), default=list)
    has_header = models.BooleanField(_("first row holds the headings"), default=True)
    from_account = models.CharField(_("account paid from"), max_length=30, blank=True)
    memo = models.CharField(_("memo on the payee's bankbook"), max_length=7, default="정산대금")

    class Meta:
        verbose_name = _("bank file template")
        verbose_name_plural = _("bank file templates")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse columns that no payout could fill."""
        check_columns(self.columns)


class BatchState(models.TextChoices):
    """Where a bank file stands."""

    DRAWN_UP = "drawn_up", _("drawn up")
    SENT = "sent", _("sent to the bank")
    WITHDRAWN = "withdrawn", _("withdrawn")


class PayoutBatch(Stateful):
    """One bank file of a period: the payouts in it, the file and its hash."""

    MOVES: ClassVar = {
        BatchState.DRAWN_UP: {BatchState.SENT, BatchState.WITHDRAWN},
        BatchState.SENT: set(),
        BatchState.WITHDRAWN: set(),
    }

    number = models.CharField(_("number"), max_length=20, unique=True)
    period = models.ForeignKey(Period, models.PROTECT, related_name="batches", verbose_name=_("period"))
    template = models.ForeignKey(
        BankFileTemplate, models.PROTECT, related_name="+", verbose_name=_("bank file template")
    )
    state = models.CharField(_("state"), max_length=10, choices=BatchState.choices, default=BatchState.DRAWN_UP)
    drawn_up_at = models.DateTimeField(_("drawn up at"))
    drawn_up_by = models.CharField(_("drawn up by"), max_length=180)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    count = models.PositiveIntegerField(_("payouts"))
    total = WonField(_("total"))
    file = models.FileField(_("file"), storage=private_storage, max_length=200)
    file_hash = models.CharField(_("hash of the file"), max_length=64)

    class Meta:
        verbose_name = _("bank file")
        verbose_name_plural = _("bank files")
        permissions = (("pay", _("Can draw up bank files and record payments (payer)")),)
        default_permissions = ("view",)
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.number


class PayoutState(models.TextChoices):
    """Where a payout stands."""

    DRAWN_UP = "drawn_up", _("drawn up")
    SENT = "sent", _("sent to the bank")
    PAID = "paid", _("paid")
    RETURNED = "returned", _("returned by the bank")
    WITHDRAWN = "withdrawn", _("withdrawn")


LIVE = (PayoutState.DRAWN_UP, PayoutState.SENT, PayoutState.PAID)


class Payout(Stateful):
    """Money for one statement, once: amount and account as they stood when the bank file was drawn up."""

    MOVES: ClassVar = {
        PayoutState.DRAWN_UP: {PayoutState.SENT, PayoutState.WITHDRAWN},
        PayoutState.SENT: {PayoutState.PAID, PayoutState.RETURNED},
        PayoutState.PAID: {PayoutState.RETURNED},
        PayoutState.RETURNED: set(),
        PayoutState.WITHDRAWN: set(),
    }

    batch = models.ForeignKey(PayoutBatch, models.PROTECT, related_name="payouts", verbose_name=_("bank file"))
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="payouts", verbose_name=_("statement"))
    key = models.CharField(_("key"), max_length=30, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=PayoutState.choices, default=PayoutState.DRAWN_UP)
    amount = WonField(_("amount"))
    bank_code = models.CharField(_("bank"), max_length=3)
    account = EncryptedTextField(_("account number"))
    holder = models.CharField(_("account holder"), max_length=60, blank=True)
    paid_at = models.DateTimeField(_("paid at"), null=True)
    return_reason = models.CharField(_("reason of the return"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("payout")
        verbose_name_plural = _("payouts")
        constraints = (
            models.UniqueConstraint(fields=["statement"], condition=Q(state__in=LIVE), name="payout_one_live"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payout_positive"),
        )
        default_permissions = ("view",)
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.key} {self.amount:,}"

    @property
    def masked_account(self) -> str:
        """The account number as it may be shown."""
        return masked(self.account)
