"""The provider's messages."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class EventRefused(models.TextChoices):
    """Why a message had no effect though it was signed: someone should look."""

    NOT_OURS = "not_ours", _("nothing of this mall is meant")
    FAILED = "failed", _("could not be worked through")


class WebhookEvent(models.Model):
    """A message of the provider, stored once, acted on by fetching the object anew.

    `topic` and `about` say what to fetch. While `claimed_until` a worker has it in hand.
    """

    event_id = models.CharField(max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=80)
    object_id = models.CharField(max_length=100, blank=True)
    topic = models.CharField(max_length=10, default="other")
    about = models.CharField(max_length=100, blank=True)
    key = models.CharField(max_length=120, blank=True)
    body = models.JSONField()
    received_at = models.DateTimeField(_("received at"))
    claimed_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    processed_at = models.DateTimeField(_("processed at"), null=True)
    refused_why = models.CharField(_("why refused"), max_length=20, choices=EventRefused, blank=True)

    class Meta:
        verbose_name = _("webhook event")
        verbose_name_plural = _("webhook events")
        ordering = ("-id",)
        indexes = (models.Index(fields=["id"], condition=Q(processed_at=None), name="webhook_event_waiting"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"
