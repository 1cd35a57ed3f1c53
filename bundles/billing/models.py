"""The record of billing runs, and what residents are told."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bundles.subscriptions.models import Cycle


class Parked(models.TextChoices):
    """Why a subscription waits for a person before it is billed again; kept in its `parked_why`."""

    PRICE = "price", _("the price rose above what was agreed")
    TWICE = "twice", _("two boxes would be charged on one day")
    CONFLICT = "conflict", _("the provider knows another charge under this key")


class BillingRun(models.Model):
    """One worker's run over due cycles: what it found and what came of it. A run that was killed has no end."""

    on = models.DateField(_("for the day"))
    started_at = models.DateTimeField(_("started at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)
    due = models.PositiveIntegerField(_("due"), default=0)
    paid = models.PositiveIntegerField(_("charged"), default=0)
    declined = models.PositiveIntegerField(_("declined"), default=0)
    unknown = models.PositiveIntegerField(_("unknown"), default=0)
    held = models.PositiveIntegerField(_("held"), default=0)

    class Meta:
        verbose_name = _("billing run")
        verbose_name_plural = _("billing runs")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.on} ({self.paid}/{self.due})"


class NoticeKind(models.TextChoices):
    """What a resident is told about a cycle."""

    CHARGED = "charged", _("charged")
    FAILED = "failed", _("payment failed")
    GIVEN_UP = "given_up", _("paused after failed payments")
    PRICE_ROSE = "price_rose", _("consent to a new price needed")


class Notice(models.Model):
    """One fact told once. Sending is work found by query: rows without `sent_at`."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="notices")
    kind = models.CharField(_("kind"), max_length=10, choices=NoticeKind)
    noted_at = models.DateTimeField(_("noted at"))
    sent_at = models.DateTimeField(_("sent at"), null=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("cycle", "kind"), name="notice_once"),)
        indexes = (models.Index(fields=["id"], condition=Q(sent_at=None), name="notice_unsent"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.cycle}"
