"""Products of merchants: price, tax, labelling, stock."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from wagtail.images import get_image_model_string

from core.money import WonField
from core.state import Stateful
from malls.merchants.models import Merchant


class TaxType(models.TextChoices):
    """부가가치세법 §26: unprocessed food is exempt."""

    TAXABLE = "taxable", _("taxable")
    EXEMPT = "exempt", _("tax free")


class Storage(models.TextChoices):
    """How goods are kept and sent."""

    AMBIENT = "ambient", _("ambient")
    CHILLED = "chilled", _("chilled")
    FROZEN = "frozen", _("frozen")


class Family(models.TextChoices):
    """Families of goods; each has its ground in the still lifes."""

    JANG = "jang", _("sauces and pastes")
    TEA = "tea", _("tea and herbs")
    SEA = "sea", _("from the sea")
    FRUIT = "fruit", _("fruit")
    GRAIN = "grain", _("grain")
    VEG = "veg", _("vegetables")


class ProductState(models.TextChoices):
    """From entry to the shelf."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    RETURNED = "returned", _("sent back")
    APPROVED = "approved", _("approved")
    RETIRED = "retired", _("retired")


class Category(models.Model):
    """A shelf of the mall."""

    slug = models.SlugField(_("address"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    description = models.CharField(_("description"), max_length=200, blank=True)
    family = models.CharField(_("family of goods"), max_length=10, choices=Family, default=Family.JANG)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.name


class Product(Stateful):
    """What a merchant offers; name and size are unique within the merchant. `notice` holds the 고시 fields by name."""

    MOVES = {
        ProductState.DRAFT: {ProductState.SUBMITTED, ProductState.RETIRED},
        ProductState.SUBMITTED: {ProductState.APPROVED, ProductState.RETURNED, ProductState.RETIRED},
        ProductState.RETURNED: {ProductState.SUBMITTED, ProductState.RETIRED},
        ProductState.APPROVED: {ProductState.RETIRED, ProductState.SUBMITTED},
        ProductState.RETIRED: set(),
    }

    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="products", verbose_name=_("merchant"))
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="products", verbose_name=_("category")
    )
    slug = models.SlugField(_("address"), max_length=120, unique=True, allow_unicode=True)
    name = models.CharField(_("product name"), max_length=120)
    spec = models.CharField(_("weight or size"), max_length=80, blank=True)
    summary = models.CharField(_("one line"), max_length=160, blank=True)
    description = models.TextField(_("description"), blank=True)
    price = WonField(_("price"))
    tax_type = models.CharField(_("tax type"), max_length=8, choices=TaxType, default=TaxType.TAXABLE)
    storage = models.CharField(_("storage"), max_length=8, choices=Storage, default=Storage.AMBIENT)
    origin = models.CharField(_("origin"), max_length=200, blank=True)
    shelf_days = models.PositiveIntegerField(_("use-by days"), null=True, blank=True)
    allergens = models.JSONField(_("allergens"), default=list, blank=True)
    notice_kind = models.CharField(_("kind of statutory notice"), max_length=40, blank=True)
    notice = models.JSONField(_("statutory notice"), default=dict, blank=True)
    adult_only = models.BooleanField(_("adults only"), default=False)
    image = models.ForeignKey(
        get_image_model_string(), models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("picture")
    )
    art = models.JSONField(_("still life objects"), default=list, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ProductState, default=ProductState.DRAFT)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(fields=("merchant", "name", "spec"), name="product_name_in_merchant"),
            models.CheckConstraint(condition=Q(price__gt=0), name="product_price_positive"),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.merchant})"


class Stock(models.Model):
    """Pieces of a product: what came in, what is promised, what went out. Available = received − reserved − shipped."""

    product = models.OneToOneField(Product, models.CASCADE, primary_key=True, related_name="stock")
    received = models.PositiveIntegerField(_("received"), default=0)
    reserved = models.PositiveIntegerField(_("reserved"), default=0)
    shipped = models.PositiveIntegerField(_("shipped"), default=0)

    class Meta:
        verbose_name = _("stock")
        verbose_name_plural = _("stock")
        constraints = (
            models.CheckConstraint(condition=Q(received__gte=F("reserved") + F("shipped")), name="stock_not_negative"),
        )

    def __str__(self) -> str:
        return f"{self.product}: {self.available}"

    @property
    def available(self) -> int:
        """Pieces that may still be promised."""
        return self.received - self.reserved - self.shipped
