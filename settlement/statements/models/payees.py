"""Who is paid, and on what terms."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.money import BasisPointsField, WonField
from core.secret import EncryptedTextField, masked


class PayeeKind(models.TextChoices):
    """Why someone is paid."""

    MERCHANT = "merchant", _("merchant")
    PARTNER = "partner", _("partner")
    HUB = "hub", _("hub")


class TaxKind(models.TextChoices):
    """How the tax office knows the payee."""

    GENERAL = "general", _("general taxpayer")
    SIMPLIFIED = "simplified", _("simplified taxpayer")
    EXEMPT = "exempt", _("tax-exempt business")
    NONE = "none", _("not registered")


class Payee(models.Model):
    """Anyone who is paid. `ref` is the upper house's own name for it, such as `merchant:12`."""

    ref = models.CharField(_("reference"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=PayeeKind.choices)
    name = models.CharField(_("name"), max_length=120)
    business_no = models.CharField(_("business number"), max_length=12, blank=True)
    tax_kind = models.CharField(_("tax kind"), max_length=10, choices=TaxKind.choices, default=TaxKind.GENERAL)
    bank_code = models.CharField(_("bank"), max_length=3, blank=True)
    account = EncryptedTextField(_("account number"), blank=True)
    holder = models.CharField(_("account holder"), max_length=60, blank=True)
    bank_verified = models.BooleanField(_("account verified"), default=False)
    bank_set_by = models.CharField(_("account entered by"), max_length=180, blank=True)
    held = models.BooleanField(_("held"), default=False)
    held_reason = models.CharField(_("reason of the hold"), max_length=200, blank=True)
    held_since = models.DateTimeField(_("held since"), null=True, blank=True)
    held_by = models.CharField(_("held by"), max_length=180, blank=True)

    class Meta:
        verbose_name = _("payee")
        verbose_name_plural = _("payees")
        constraints = (
            models.CheckConstraint(
                condition=Q(held=False) | (Q(held_since__isnull=False) & ~Q(held_reason="")),
                name="payee_hold_explained",
            ),
        )
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name

    @property
    def masked_account(self) -> str:
        """The account number as it may be shown and printed."""
        return masked(self.account)

    @property
    def can_be_paid(self) -> bool:
        """Whether there is a verified account to pay into."""
        return bool(self.bank_verified and self.bank_code and self.account)


class VatMode(models.TextChoices):
    """Whether the commission rate already contains the VAT on it."""

    INSIDE = "inside", _("included in the commission")
    ON_TOP = "on_top", _("added to the commission")


class Rounding(models.TextChoices):
    """What happens to the last digit of a payment."""

    WON = "won", _("pay to the won")
    CARRY_UNDER_TEN = "carry_under_ten", _("carry what is under 10 won to the next month")


class Terms(models.Model):
    """What was agreed from a day on, with one payee or (payee empty) with all. Never changed: newer terms follow."""

    payee = models.ForeignKey(
        Payee, models.PROTECT, null=True, blank=True, related_name="terms", verbose_name=_("payee")
    )
    from_on = models.DateField(_("valid from"))
    commission_bp = BasisPointsField(_("commission (1/100 %)"), default=500)
    shipping_bp = BasisPointsField(_("commission on shipping (1/100 %)"), default=0)
    vat_mode = models.CharField(_("VAT on commission"), max_length=10, choices=VatMode.choices, default=VatMode.INSIDE)
    rounding = models.CharField(_("rounding"), max_length=20, choices=Rounding.choices, default=Rounding.WON)
    pay_day = models.PositiveSmallIntegerField(_("pay day of the next month"), default=20)
    min_payout = WonField(_("smallest payment"), default=1_000)

    class Meta:
        verbose_name = _("settlement terms")
        verbose_name_plural = _("settlement terms")
        constraints = (
            models.UniqueConstraint(fields=["payee", "from_on"], name="terms_once_a_day", nulls_distinct=False),
            models.CheckConstraint(condition=Q(commission_bp__lte=10_000, shipping_bp__lte=10_000), name="terms_rates"),
            models.CheckConstraint(condition=Q(pay_day__gte=1, pay_day__lte=31), name="terms_pay_day"),
            models.CheckConstraint(condition=Q(min_payout__gte=0), name="terms_min_payout"),
        )
        ordering = ("payee_id", "from_on")

    def __str__(self) -> str:
        return f"{self.payee or gettext('all payees')} {self.from_on}: {self.commission_bp / 100:g} %"
