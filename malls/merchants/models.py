"""Merchants, their people, and the record of every import."""

from enum import StrEnum

from core.money import BasisPointsField
from core.secret import EncryptedTextField
from core.state import Stateful
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class MerchantState(models.TextChoices):
    """From invitation to selling."""

    INVITED = "invited", _("invited")
    SUBMITTED = "submitted", _("submitted")
    IN_REVIEW = "in_review", _("in review")
    RETURNED = "returned", _("returned")
    APPROVED = "approved", _("approved")
    SUSPENDED = "suspended", _("suspended")
    CLOSED = "closed", _("closed")


class TaxStanding(models.TextChoices):
    """How the merchant stands towards VAT."""

    GENERAL = "general", _("general taxpayer")
    SIMPLIFIED = "simplified", _("simplified taxpayer")
    EXEMPT = "exempt", _("tax exempt business")


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
    bank_code = models.CharField(_("bank"), max_length=3, blank=True)
    account_no = EncryptedTextField(_("account number"), blank=True, default="")
    account_holder = models.CharField(_("account holder"), max_length=100, blank=True)
    bank_verified_at = models.DateTimeField(_("bank account verified at"), null=True, blank=True)
    commission_bp = BasisPointsField(_("commission"), default=500)
    settlement_cycle = models.CharField(_("settlement cycle"), max_length=20, default="monthly")
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


class ImportKind(StrEnum):
    """What an import brought."""

    MERCHANTS = "merchants"
    PRODUCTS = "products"


class ListImport(models.Model):
    """One office list that was read: the file, who, and what came of it."""

    file_name = models.CharField(_("file"), max_length=200)
    file_hash = models.CharField(max_length=64)
    by_name = models.CharField(_("by"), max_length=150)
    at = models.DateTimeField(_("at"))
    counts = models.JSONField(_("result"), default=dict)
    committed_at = models.DateTimeField(_("committed at"), null=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.file_name
