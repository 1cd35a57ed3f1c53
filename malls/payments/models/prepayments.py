"""Money asked with one order's charge for orders that follow: a term paid in advance."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.money import WonField
from malls.orders.models import Order


class Prepayment(models.Model):
    """What the charge of `order` asks for in all: the order itself and its followers. It is paid when the charge is.

    `kept` won did not go back: a discount taken back at its end, or what a bank took.
    """

    order = models.OneToOneField(Order, models.PROTECT, related_name="prepayment")
    amount = WonField(_("amount"))
    tax_free = WonField(_("of it tax free"))
    kept = WonField(_("kept of the rest"), default=0)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        verbose_name = _("prepayment")
        verbose_name_plural = _("prepayments")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="prepayment_positive"),
            models.CheckConstraint(
                condition=Q(tax_free__gte=0) & Q(tax_free__lte=F("amount")), name="prepayment_tax_free_within"
            ),
            models.CheckConstraint(condition=Q(kept__gte=0) & Q(kept__lte=F("amount")), name="prepayment_kept_within"),
        )

    def __str__(self) -> str:
        return f"{self.order.number} {self.amount}"


class PrepaidPart(models.Model):
    """The n-th order's share of a prepayment (won), and the order that it covers. `used` is that order's total."""

    prepayment = models.ForeignKey(Prepayment, models.PROTECT, related_name="parts")
    number = models.PositiveSmallIntegerField(_("number"))
    amount = WonField(_("amount"))
    used = WonField(_("used"), default=0)
    order = models.OneToOneField(Order, models.PROTECT, related_name="prepaid_part", null=True)

    class Meta:
        verbose_name = _("part of a prepayment")
        verbose_name_plural = _("parts of prepayments")
        ordering = ("prepayment_id", "number")
        constraints = (
            models.UniqueConstraint(fields=("prepayment", "number"), name="prepaid_part_number"),
            models.CheckConstraint(condition=Q(used__gte=0) & Q(used__lte=F("amount")), name="prepaid_part_within"),
            models.CheckConstraint(condition=Q(used=0) | Q(order__isnull=False), name="prepaid_part_used_by_order"),
        )

    def __str__(self) -> str:
        return f"{self.prepayment} #{self.number}"
