"""The municipality's account at its provider, and the cards that residents let it keep."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.secret import EncryptedTextField
from malls.customers.models import Resident

NO_EXPIRY_YEAR = 9999
"""The year of cards whose provider does not tell when they expire."""


class ProviderKind(models.TextChoices):
    """Which provider a municipality has a contract with."""

    STRIPE = "stripe", _("Stripe")
    KOREAN = "korean", _("Korean payment company (billing keys)")


class ProviderAccount(models.Model):
    """The municipality's own account at the payment provider; one row."""

    provider = models.CharField(_("provider"), max_length=20, choices=ProviderKind, default=ProviderKind.STRIPE)
    public_key = models.CharField(max_length=200, blank=True)
    secret_key = EncryptedTextField(_("secret key"))
    webhook_secret = EncryptedTextField(_("webhook secret"))

    class Meta:
        verbose_name = _("provider account")
        verbose_name_plural = _("provider accounts")

    def __str__(self) -> str:
        return self.provider


class PaymentMethod(models.Model):
    """A card that the provider keeps for us; we hold only its token and what may be shown."""

    resident = models.ForeignKey(Resident, models.PROTECT, related_name="payment_methods")
    customer_ref = models.CharField(max_length=100)
    method_ref = models.CharField(max_length=100, unique=True)
    brand = models.CharField(_("card"), max_length=30)
    last4 = models.CharField(_("last four digits"), max_length=4)
    exp_month = models.PositiveSmallIntegerField()
    exp_year = models.PositiveSmallIntegerField()
    saved_at = models.DateTimeField(_("saved at"))
    removed_at = models.DateTimeField(_("removed at"), null=True)

    class Meta:
        verbose_name = _("payment method")
        verbose_name_plural = _("payment methods")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.brand} •••• {self.last4}"

    @property
    def tells_expiry(self) -> bool:
        """Whether the provider told when the card expires."""
        return self.exp_year < NO_EXPIRY_YEAR


class CardVisit(models.Model):
    """A resident's visit to the provider's own card page, from leaving to coming back. `token` is in the way back.

    `replaces` is the card that the new one takes the place of; `method` is what came of it.
    """

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="+")
    token = models.CharField(max_length=50, unique=True)
    customer_ref = models.CharField(max_length=100)
    page_ref = models.CharField(max_length=200, blank=True)
    replaces = models.ForeignKey(PaymentMethod, models.CASCADE, related_name="+", null=True)
    goes_to = models.CharField(max_length=500, blank=True)
    method = models.ForeignKey(PaymentMethod, models.CASCADE, related_name="+", null=True)
    opened_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("visit to the card page")
        verbose_name_plural = _("visits to the card page")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.resident} {self.opened_at:%Y-%m-%d %H:%M}"
