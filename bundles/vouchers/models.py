"""Tourism vouchers: partners, types, issued vouchers and their use."""

from datetime import date

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bundles.vouchers.rules import ALL_WEEK, Terms
from core.money import BasisPointsField, Won, WonField
from core.secret import EncryptedTextField
from core.state import Stateful
from malls.customers.models import Resident
from malls.payments.models import Refund


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
    MERCHANT = "merchant", _("given by the partner")


class VoucherKind(models.TextChoices):
    """What the voucher is good for. An amount is used in parts, everything else at once."""

    ADMISSION = "admission", _("admission")
    MEAL = "meal", _("meal")
    EXPERIENCE = "experience", _("experience")
    AMOUNT = "amount", _("amount")


def all_week() -> list[int]:
    """Monday (1) to Sunday (7)."""
    return sorted(ALL_WEEK)


class VoucherType(models.Model):
    """A right at a partner. `charge` is what the buyer pays for it inside a bundle, 0 when somebody gives it.

    Days and hours of use are Korean civil time; `weekdays` are ISO (Monday is 1), `closes_at` is the first minute
    at which it is refused.
    """

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="voucher_types", verbose_name=_("partner"))
    name = models.CharField(_("name"), max_length=120)
    face_value = WonField(_("face value"))
    charge = WonField(_("the buyer pays"))
    valid_days = models.PositiveSmallIntegerField(_("valid days"), default=365)
    funding = models.CharField(_("funded by"), max_length=10, choices=Funding, default=Funding.BUYER)
    kind = models.CharField(_("kind"), max_length=10, choices=VoucherKind, default=VoucherKind.ADMISSION)
    usable_from = models.DateField(_("usable from"), null=True, blank=True)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=all_week, verbose_name=_("days of use"))
    opens_at = models.TimeField(_("used from (time)"), null=True, blank=True)
    closes_at = models.TimeField(_("used until (time)"), null=True, blank=True)
    blackout_days = ArrayField(models.DateField(), default=list, blank=True, verbose_name=_("days without use"))
    persons = models.PositiveSmallIntegerField(_("persons"), default=1)
    is_transferable = models.BooleanField(_("may be given to others"), default=True)
    companion_rule = models.CharField(_("rule for companions"), max_length=200, blank=True)
    condition = models.CharField(_("condition"), max_length=300, blank=True)
    available = models.CharField(_("opening days"), max_length=200, blank=True)
    refund_rule = models.TextField(_("refund rule"), blank=True)

    class Meta:
        verbose_name = _("voucher type")
        verbose_name_plural = _("voucher types")
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(condition=Q(face_value__gt=0) & Q(charge__gte=0), name="voucher_type_amounts"),
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(closes_at__gt=F("opens_at")),
                name="voucher_type_hours",
            ),
            models.CheckConstraint(
                condition=Q(weekdays__contained_by=all_week()) & Q(weekdays__len__gt=0), name="voucher_type_weekdays"
            ),
            models.CheckConstraint(condition=Q(persons__gt=0), name="voucher_type_persons"),
        )

    def __str__(self) -> str:
        return f"{self.partner} {self.name}"

    def terms(self, expires_on: date, starts_on: date | None = None) -> Terms:
        """When a voucher of this type with these days may be used."""
        return Terms(
            expires_on=expires_on,
            starts_on=starts_on,
            weekdays=frozenset(self.weekdays),
            opens_at=self.opens_at,
            closes_at=self.closes_at,
            blackout_days=frozenset(self.blackout_days),
        )


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
    LAPSED = "lapsed", _("right of refund over")
    VOID = "void", _("void")


class Voucher(Stateful):
    """A prepaid right: a liability of `worth` until it is used, expires or is refunded.

    `source` names the paid order line and the piece (`line:12:1`) and makes issuing idempotent. `used` is the part of
    the face value that was used, `earned` what the partner earned for it; `refundable` is what may still be asked back
    after the last day.
    """

    MOVES = {
        VoucherState.ISSUED: {
            VoucherState.REDEEMED, VoucherState.EXPIRED, VoucherState.REFUNDED, VoucherState.VOID,
        },
        VoucherState.REDEEMED: {VoucherState.ISSUED},
        VoucherState.EXPIRED: {VoucherState.REFUNDED, VoucherState.LAPSED},
        VoucherState.REFUNDED: {VoucherState.ISSUED, VoucherState.EXPIRED},
        VoucherState.LAPSED: set(),
        VoucherState.VOID: set(),
    }  # fmt: skip

    code = models.CharField(_("code"), max_length=12, unique=True)
    type = models.ForeignKey(VoucherType, models.PROTECT, related_name="vouchers", verbose_name=_("voucher type"))
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="vouchers", verbose_name=_("resident"))
    source = models.CharField(max_length=60, unique=True)
    order_number = models.CharField(_("order number"), max_length=20)
    face_value = WonField(_("face value"))
    paid = WonField(_("paid by the buyer"))
    platform = WonField(_("paid by the operator"))
    worth = WonField(_("owed to the partner when used"))
    kind = models.CharField(_("kind"), max_length=10, choices=VoucherKind, default=VoucherKind.ADMISSION)
    used = WonField(_("used so far"))
    earned = WonField(_("earned by the partner so far"))
    refundable = WonField(_("may be asked back after the last day"))
    funding = models.CharField(_("funded by"), max_length=10, choices=Funding)
    issued_at = models.DateTimeField(_("issued at"))
    starts_on = models.DateField(_("usable from"), null=True, blank=True)
    expires_on = models.DateField(_("valid until"))
    state = models.CharField(_("state"), max_length=10, choices=VoucherState, default=VoucherState.ISSUED)

    class Meta:
        verbose_name = _("voucher")
        verbose_name_plural = _("vouchers")
        ordering = ("-id",)
        indexes = (models.Index(fields=["state", "expires_on"], name="voucher_state_expiry"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(used__gte=0, used__lte=F("face_value"), earned__gte=0, earned__lte=F("worth")),
                name="voucher_never_more_than_its_worth",
            ),
            models.CheckConstraint(
                condition=Q(kind=VoucherKind.AMOUNT) | Q(used=0) | Q(used=F("face_value")), name="voucher_used_whole"
            ),
            models.CheckConstraint(
                condition=~Q(state=VoucherState.REDEEMED) | Q(used=F("face_value"), earned=F("worth")),
                name="voucher_redeemed_is_used_up",
            ),
            models.CheckConstraint(
                condition=~Q(state=VoucherState.ISSUED) | Q(used__lt=F("face_value")), name="voucher_issued_has_a_rest"
            ),
        )

    def __str__(self) -> str:
        return f"{self.type.name} {self.code}"

    @property
    def terms(self) -> Terms:
        """When it may be used: its own days, its type's weekdays, hours and days without use."""
        return self.type.terms(self.expires_on, self.starts_on)

    @property
    def left(self) -> Won:
        """What may still be used of its face value."""
        return Won(self.face_value - self.used)

    @property
    def owed(self) -> Won:
        """What the partner would still be owed for it."""
        return Won(self.worth - self.earned)


class Redemption(models.Model):
    """One use of a voucher at a partner. `nonce` makes a repeated scan harmless.

    `amount` is the part of the face value that was used, `worth` what the partner earned with it.
    """

    voucher = models.ForeignKey(Voucher, models.PROTECT, related_name="redemptions")
    partner = models.ForeignKey(Partner, models.PROTECT, related_name="redemptions")
    nonce = models.CharField(max_length=64, unique=True)
    amount = WonField(_("used"))
    worth = WonField(_("earned"))
    is_part = models.BooleanField(_("a part of an amount"), default=False)
    at = models.DateTimeField(_("used at"))
    by_name = models.CharField(_("handled by"), max_length=150)
    undone_at = models.DateTimeField(_("undone at"), null=True)
    undo_reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("redemption")
        verbose_name_plural = _("redemptions")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("voucher",), condition=Q(undone_at=None, is_part=False), name="one_standing_redemption"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0, worth__gte=0), name="redemption_of_something"),
        )
        indexes = (models.Index(fields=["partner", "at"], name="redemption_partner_at"),)

    def __str__(self) -> str:
        return f"{self.voucher} @ {self.partner}"


class RefusedScan(models.Model):
    """A scan that was not accepted: what was shown, where, when and why not."""

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="refused", verbose_name=_("partner"))
    voucher = models.ForeignKey(Voucher, models.PROTECT, related_name="refused", null=True, verbose_name=_("voucher"))
    text = models.CharField(_("what was scanned or typed"), max_length=400)
    reason = models.CharField(_("reason"), max_length=30)
    at = models.DateTimeField(_("tried at"))
    by_name = models.CharField(_("handled by"), max_length=150)

    class Meta:
        verbose_name = _("refused scan")
        verbose_name_plural = _("refused scans")
        ordering = ("-id",)
        indexes = (models.Index(fields=["at"], name="refused_scan_at"),)
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.reason} {self.text[:20]}"


class VoucherRefund(models.Model):
    """Money given back for a voucher: by which rule, how much; the provider's part of it is `refund`.

    `before` is the state that the voucher returns to when the provider refuses (`undone_at`).
    """

    voucher = models.ForeignKey(Voucher, models.PROTECT, related_name="refunds", verbose_name=_("voucher"))
    refund = models.OneToOneField(Refund, models.PROTECT, related_name="of_voucher", verbose_name=_("refund"))
    amount = WonField(_("amount"))
    rule = models.CharField(_("rule"), max_length=20)
    before = models.CharField(max_length=10)
    asked_at = models.DateTimeField(_("asked at"))
    by_name = models.CharField(_("asked by"), max_length=150)
    undone_at = models.DateTimeField(_("taken back at"), null=True)

    class Meta:
        verbose_name = _("refund of a voucher")
        verbose_name_plural = _("refunds of vouchers")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=("voucher",), condition=Q(undone_at=None), name="one_refund_per_voucher"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="voucher_refund_positive"),
        )

    def __str__(self) -> str:
        return f"{self.voucher} −{self.amount}"


class Breakage(models.TextChoices):
    """Who gets what buyers paid for vouchers that nobody used or asked back."""

    KEEP = "keep", _("the municipality keeps it as income")
    PARTNER = "partner", _("the partner gets its part, the municipality keeps the rest")
    CITY = "city", _("it is set against what the municipality pays for subsidies")


class VoucherPolicy(models.Model):
    """What this municipality decided about vouchers; one row. Changes count from the next expiry on."""

    breakage = models.CharField(_("unused vouchers"), max_length=8, choices=Breakage, default=Breakage.KEEP)
    partner_bp = BasisPointsField(_("the partner's part"), default=5_000, help_text=_("In basis points: 5000 is 50 %."))

    class Meta:
        verbose_name = _("rules for vouchers")
        verbose_name_plural = _("rules for vouchers")
        constraints = (
            models.UniqueConstraint(models.Value(1), name="one_voucher_policy"),
            models.CheckConstraint(condition=Q(partner_bp__lte=10_000), name="voucher_policy_part"),
        )

    def __str__(self) -> str:
        return self.get_breakage_display()
