"""Residents of a mall: who buys, where it goes, what they agreed to."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Resident(models.Model):
    """A buyer. The name need not live in the municipality."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="resident")
    joined_at = models.DateTimeField(_("joined at"))
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)

    class Meta:
        verbose_name = _("resident")
        verbose_name_plural = _("residents")

    def __str__(self) -> str:
        return str(self.user)


class Address(models.Model):
    """Where boxes go."""

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="addresses")
    label = models.CharField(_("label"), max_length=30, blank=True)
    recipient = models.CharField(_("recipient"), max_length=60)
    phone = models.CharField(_("mobile phone"), max_length=20)
    postcode = models.CharField(_("postcode"), max_length=5)
    line1 = models.CharField(_("address"), max_length=200)
    line2 = models.CharField(_("detailed address"), max_length=100, blank=True)
    request = models.CharField(_("delivery request"), max_length=100, blank=True)
    is_default = models.BooleanField(_("default address"), default=False)

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        ordering = ("-is_default", "pk")
        constraints = (
            models.UniqueConstraint(fields=("resident",), condition=Q(is_default=True), name="one_default_address"),
        )

    def __str__(self) -> str:
        return f"{self.recipient} {self.line1} {self.line2}".strip()


class ConsentKind(models.TextChoices):
    """What a resident may agree to; marketing is optional and separate (개인정보 보호법 §22)."""

    TERMS = "terms", _("terms of use")
    PRIVACY = "privacy", _("collection and use of personal data")
    AGE = "age", _("14 years or older")
    MARKETING = "marketing", _("news and offers")


class Consent(models.Model):
    """One agreement, with the version of the text that was shown. Withdrawn ones stay as rows."""

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="consents")
    kind = models.CharField(_("kind"), max_length=12, choices=ConsentKind)
    version = models.CharField(_("version of the text"), max_length=20)
    granted_at = models.DateTimeField(_("granted at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.resident} {self.get_kind_display()}"
