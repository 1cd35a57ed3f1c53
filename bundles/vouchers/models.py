"""Tourism vouchers: partners, types, issued vouchers and their use."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.money import BasisPointsField, WonField
from core.secret import EncryptedTextField
from core.state import Stateful
from malls.customers.models import Resident


class Partner(models.Model):
    """An attraction or restaurant that redeems vouchers and is paid for it."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    place = models.CharField(_("place"), max_length=100, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    business_no = models.CharField(_("business number"), max_length=10, blank=True)
    commission_bp = BasisPointsField(pgettext_lazy("rate", "commission"), default=0)

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def payee_ref(self) -> str:
        """How settlement knows this partner."""
        return f"partner:{self.pk}"


class PartnerMember(models.Model):
    """A person at a partner's gate."""

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="members")
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="partner_member")

    class Meta:
        verbose_name = _("partner's person")
        verbose_name_plural = _("partners' people")

    def __str__(self) -> str:
        return f"{self.partner} · {self.user}"


class Funding(models.TextChoices):
    """Who paid for the voucher: the duty to refund differs."""

    BUYER = "buyer", _("paid by the buyer")
    CITY = "city", _("given by the municipality")


class VoucherType(models.Model):
    """A right at a partner. `charge` is what the buyer pays for it inside a bundle, 0 when the city gives it."""

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="voucher_types", verbose_name=_("partner"))
    name = models.CharField(_("name"), max_length=120)
    face_value = WonField(_("face value"))
    charge = WonField(_("the buyer pays"))
    valid_days = models.PositiveSmallIntegerField(_("valid days"), default=365)
    funding = models.CharField(_("funded by"), max_length=6, choices=Funding, default=Funding.BUYER)
    condition = models.CharField(_("condition"), max_length=300, blank=True)
    available = models.CharField(_("opening days"), max_length=200, blank=True)
    refund_rule = models.TextField(_("refund rule"), blank=True)

    class Meta:
        verbose_name = _("voucher type")
        verbose_name_plural = _("voucher types")
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(condition=Q(face_value__gt=0) & Q(charge__gte=0), name="voucher_type_amounts"),
        )

    def __str__(self) -> str:
        return f"{self.partner} {self.name}"


class SigningKey(models.Model):
    """An Ed25519 key that signs this municipality's tokens. A retired key still verifies what it signed."""

    private = EncryptedTextField(_("private key"))
    public = models.CharField(_("public key"), max_length=64)
    made_at = models.DateTimeField(_("made at"))
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        constraints = (
            models.UniqueConstraint(models.Value(1), condition=Q(retired_at=None), name="one_signing_key_in_use"),
        )

    def __str__(self) -> str:
        return f"{self.pk}"


class VoucherState(models.TextChoices):
    """A voucher ends exactly once."""

    ISSUED = "issued", _("usable")
    REDEEMED = "redeemed", _("used")
    EXPIRED = "expired", _("expired")
    REFUNDED = "refunded", _("refunded")
    VOID = "void", _("void")


class Voucher(Stateful):
    """A prepaid right: a liability of `worth` until it is used, expires or is refunded.

    `source` names the paid order line and the piece (`line:12:1`) and makes issuing idempotent.
    """

    MOVES = {
        VoucherState.ISSUED: {
            VoucherState.REDEEMED, VoucherState.EXPIRED, VoucherState.REFUNDED, VoucherState.VOID,
        },
        VoucherState.REDEEMED: {VoucherState.ISSUED},
        VoucherState.EXPIRED: {VoucherState.REFUNDED},
        VoucherState.REFUNDED: {VoucherState.ISSUED},
        VoucherState.VOID: set(),
    }  # fmt: skip

    code = models.CharField(_("code"), max_length=12, unique=True)
    type = models.ForeignKey(VoucherType, models.PROTECT, related_name="vouchers", verbose_name=_("voucher type"))
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="vouchers", verbose_name=_("resident"))
    source = models.CharField(max_length=60, unique=True)
    order_number = models.CharField(_("order number"), max_length=20)
    face_value = WonField(_("face value"))
    paid = WonField(_("paid by the buyer"))
    worth = WonField(_("owed to the partner when used"))
    funding = models.CharField(_("funded by"), max_length=6, choices=Funding)
    issued_at = models.DateTimeField(_("issued at"))
    expires_on = models.DateField(_("valid until"))
    state = models.CharField(_("state"), max_length=10, choices=VoucherState, default=VoucherState.ISSUED)

    class Meta:
        verbose_name = _("voucher")
        verbose_name_plural = _("vouchers")
        ordering = ("-id",)
        indexes = (models.Index(fields=["state", "expires_on"], name="voucher_state_expiry"),)

    def __str__(self) -> str:
        return f"{self.type.name} {self.code}"


class Redemption(models.Model):
    """One use of a voucher at a partner. `nonce` makes a repeated scan harmless."""

    voucher = models.ForeignKey(Voucher, models.PROTECT, related_name="redemptions")
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="redemptions")
    nonce = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(_("used at"))
    by_name = models.CharField(_("handled by"), max_length=150)
    undone_at = models.DateTimeField(_("undone at"), null=True)
    undo_reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("redemption")
        verbose_name_plural = _("redemptions")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("voucher",), condition=Q(undone_at=None), name="one_standing_redemption"),
        )

    def __str__(self) -> str:
        return f"{self.voucher} @ {self.partner}"
