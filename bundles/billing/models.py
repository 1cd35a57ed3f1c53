"""The record of billing runs, and how a mall asks for money."""

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from bundles.billing import rules
from bundles.billing.errors import BadRetryDays

ONLY = 1


def retry_days() -> list[int]:
    """The house's schedule."""
    return list(rules.RETRY_DAYS)


@register_setting(icon="date", order=120)
class BillingSetting(BaseGenericSetting):
    """How a mall asks for money; one row. `retry_days` count from the first decline, `per_second` is a cap of calls."""

    retry_days = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("days of the tries after the first decline"),
        default=retry_days, help_text=_("Separated by commas, e.g. 1,3,5,7. Only soft declines are tried again."),
    )  # fmt: skip
    give_up_after = models.PositiveSmallIntegerField(
        _("given up after days"), default=rules.GIVE_UP_AFTER,
        help_text=_("Then the box is cancelled and the subscription pauses."),
    )  # fmt: skip
    per_second = models.PositiveSmallIntegerField(
        _("charges per second at most"), default=rules.PER_SECOND,
        validators=[MinValueValidator(4), MaxValueValidator(100)],
        help_text=_("What the provider's account takes; 20 unless your contract says otherwise."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("retries and pace of billing")
        verbose_name_plural = _("retries and pace of billing")
        constraints = (models.CheckConstraint(condition=Q(pk=1), name="one_billing_setting"),)

    def __str__(self) -> str:
        return str(_("retries and pace of billing"))

    def clean(self) -> None:
        """Refuse a schedule that does not work out, at its field."""
        try:
            self.retry_days = rules.checked_schedule(self.retry_days or [], self.give_up_after or 0)
        except BadRetryDays as no:
            raise ValidationError({"retry_days": str(no)}) from no


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
