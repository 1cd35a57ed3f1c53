"""Accounts, postings and entries. The database itself refuses to change or to unbalance them (migration 0002)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.money import WonField
from settlement.ledger.accounts import KINDS, AccountKind, Code


class Account(models.Model):
    """One account of the chart, kept once per owner where it has one. Created when first posted to."""

    code = models.CharField(_("account"), max_length=40, choices=Code.choices)
    owner = models.CharField(_("owner"), max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=AccountKind.choices)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = (
            models.UniqueConstraint(fields=["code", "owner"], name="account_once"),
            models.CheckConstraint(condition=Q(code__in=list(KINDS)), name="account_of_the_chart"),
        )
        ordering = ("code", "owner")

    def __str__(self) -> str:
        return f"{self.get_code_display()} {self.owner}".strip()


class Posting(models.Model):
    """A business fact in the books. `source` names the fact once and for ever, so that it cannot be posted twice."""

    kind = models.CharField(_("kind"), max_length=40)
    source = models.CharField(_("source"), max_length=120, unique=True)
    at = models.DateTimeField(_("at"))
    memo = models.CharField(_("memo"), max_length=200, blank=True)
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="reversed_by", verbose_name=_("reverses")
    )

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        indexes = (models.Index(fields=["at"], name="posting_at"),)
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.kind} {self.source}"


class Entry(models.Model):
    """One line of a posting: positive is debit, negative is credit, never zero."""

    posting = models.ForeignKey(Posting, models.PROTECT, related_name="entries", verbose_name=_("posting"))
    account = models.ForeignKey(Account, models.PROTECT, related_name="entries", verbose_name=_("account"))
    amount = WonField(_("amount"))

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        constraints = (models.CheckConstraint(condition=~Q(amount=0), name="entry_not_zero"),)
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.account} {self.amount:+,}"
