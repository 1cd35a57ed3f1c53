"""The record of billing runs."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BillingRun(models.Model):
    """One run over due cycles: what it found and what came of it. A run that was killed has no end."""

    on = models.DateField(_("for the day"))
    started_at = models.DateTimeField(_("started at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)
    due = models.PositiveIntegerField(_("due"), default=0)
    paid = models.PositiveIntegerField(_("paid"), default=0)
    declined = models.PositiveIntegerField(_("declined"), default=0)
    unknown = models.PositiveIntegerField(_("unknown"), default=0)
    held = models.PositiveIntegerField(_("held"), default=0)

    class Meta:
        verbose_name = _("billing run")
        verbose_name_plural = _("billing runs")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.on} ({self.paid}/{self.due})"
