"""Merchants, their people, and the record of every import."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.money import BasisPointsField
from core.secret import EncryptedTextField, masked
from core.state import Stateful
from malls.merchants.onboarding.banks import NAMES


class MerchantState(models.TextChoices):
    """From invitation to selling."""

    INVITED = "invited", _("invited")
    SUBMITTED = "submitted", _("submitted")
    IN_REVIEW = "in_review", _("in review")
    RETURNED = "returned", _("sent back")
    APPROVED = "approved", _("approved")
    SUSPENDED = "suspended", _("suspended")
    CLOSED = "closed", pgettext_lazy("merchant", "closed")


class TaxStanding(models.TextChoices):
    """How the merchant stands towards VAT."""

    GENERAL = "general", _("general taxpayer")
    SIMPLIFIED = "simplified", _("simplified taxpayer")
    EXEMPT = "exempt", _("tax exempt business")


class SettlementCycle(models.TextChoices):
    """How often a merchant is settled."""

    MONTHLY = "monthly", _("once a month")
    SEMIMONTHLY = "semimonthly", _("twice a month")
    WEEKLY = "weekly", _("once a week")


class Merchant(Stateful):
    """A local business that sells in the mall. Known by its business number (사업자등록번호)."""

    MOVES = {
        MerchantState.INVITED: {MerchantState.SUBMITTED, MerchantState.CLOSED},
        MerchantState.SUBMITTED: {MerchantState.IN_REVIEW, MerchantState.CLOSED},
        MerchantState.IN_REVIEW: {MerchantState.APPROVED, MerchantState.RETURNED, MerchantState.CLOSED},
        MerchantState.RETURNED: {MerchantState.SUBMITTED, MerchantState.CLOSED},
        MerchantState.APPROVED: {MerchantState.SUSPENDED, MerchantState.CLOSED},
        MerchantState.SUSPENDED: {MerchantState.APPROVED, MerchantState.CLOSED},
        MerchantState.CLOSED: set(),
    }

    business_no = models.CharField(_("business number"), max_length=10, unique=True)
    name = models.CharField(_("shop name"), max_length=100)
    representative = models.CharField(_("representative"), max_length=60)
    business_type = models.CharField(_("line of business"), max_length=100, blank=True)
    main_items = models.CharField(_("main goods"), max_length=200, blank=True)
    postcode = models.CharField(_("postcode"), max_length=5, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    mobile = models.CharField(_("mobile phone"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    mail_order_no = models.CharField(_("mail-order number"), max_length=60, blank=True)
    tax_standing = models.CharField(_("tax standing"), max_length=12, choices=TaxStanding, default=TaxStanding.GENERAL)
    bank_code = models.CharField(_("bank"), max_length=3, blank=True, choices=list(NAMES.items()))
    account_no = EncryptedTextField(_("account number"), blank=True, default="")
    account_holder = models.CharField(_("account holder"), max_length=100, blank=True)
    bank_verified_at = models.DateTimeField(_("bank account verified at"), null=True, blank=True)
    bank_changed_by = models.BigIntegerField(null=True, editable=False)
    commission_bp = BasisPointsField(pgettext_lazy("rate", "commission"), default=500)
    settlement_cycle = models.CharField(
        _("settlement cycle"), max_length=20, choices=SettlementCycle, default=SettlementCycle.MONTHLY
    )
    manager = models.CharField(_("contact person"), max_length=60, blank=True)
    note = models.TextField(_("note"), blank=True)
    state = models.CharField(_("state"), max_length=12, choices=MerchantState, default=MerchantState.SUBMITTED)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)

    class Meta:
        verbose_name = _("merchant")
        verbose_name_plural = _("merchants")
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name

    @property
    def masked_account(self) -> str:
        """The bank account as it may be shown: bank and last digits."""
        return f"{self.get_bank_name()} {masked(self.account_no)}".strip()

    def get_bank_name(self) -> str:
        """The bank's standard name."""
        return NAMES.get(self.bank_code, self.bank_code)

    @property
    def is_payable(self) -> bool:
        """Whether a payout may be sent: an account that a second person has checked."""
        return bool(self.account_no and self.bank_verified_at)

    @property
    def missing(self) -> list[str]:
        """What approval still needs, in words."""
        words = {
            "business_no": _("business number"),
            "name": _("shop name"),
            "representative": _("representative"),
            "mail_order_no": _("mail-order number"),
        }
        return [str(word) for name, word in words.items() if not getattr(self, name)]

    @property
    def payee_ref(self) -> str:
        """How settlement knows this merchant."""
        return f"merchant:{self.pk}"


class MerchantMember(models.Model):
    """A person who works for a merchant and may use its page."""

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="members")
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="merchant_member")

    class Meta:
        verbose_name = _("merchant's person")
        verbose_name_plural = _("merchants' people")

    def __str__(self) -> str:
        return f"{self.merchant} · {self.user}"


class ListImport(models.Model):
    """One office list that was read: the file, who, and what came of it.

    The content rests encrypted for a month; then only its hash and the counts stay. `refused` names the merchants whose
    rows were refused, so that a later product list can say so.
    """

    file_name = models.CharField(_("file"), max_length=200)
    file_hash = models.CharField(max_length=64)
    by_name = models.CharField(_("by"), max_length=150)
    at = models.DateTimeField(_("at"))
    counts = models.JSONField(_("result"), default=dict)
    committed_at = models.DateTimeField(_("committed at"), null=True)
    content = EncryptedTextField(default="", blank=True, editable=False)
    refused = models.JSONField(default=list, editable=False)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_committed(self) -> bool:
        """Whether its rows were written."""
        return self.committed_at is not None
