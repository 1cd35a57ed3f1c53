"""Bundles, their monthly editions, and the plans by which one subscribes."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.images import get_image_model_string

from bundles.vouchers.models import VoucherType
from core.money import BasisPointsField, WonField
from core.state import Stateful
from malls.catalog.models import Category, Product

LONGEST_CUTOFF = 240
"""Hours; ten days before."""


class Cadence(models.TextChoices):
    """How often a box comes."""

    WEEKLY = "weekly", _("every week")
    BIWEEKLY = "biweekly", _("every two weeks")
    MONTHLY = "monthly", _("every month")
    BIMONTHLY = "bimonthly", _("every two months")
    QUARTERLY = "quarterly", _("every three months")


class Weekday(models.IntegerChoices):
    """The day on which boxes leave the hub."""

    MON = 0, _("Monday")
    TUE = 1, _("Tuesday")
    WED = 2, _("Wednesday")
    THU = 3, _("Thursday")
    FRI = 4, _("Friday")


class CutOffBefore(models.TextChoices):
    """What the cut-off is counted back from."""

    BILLING = "billing", _("the billing day")
    SHIPPING = "shipping", _("the shipping day")


class Bundle(ClusterableModel):
    """Products and vouchers sold as one. What is inside stands in its editions.

    Residents may change a box until `cutoff_hours` before the Korean midnight at which the billing or shipping day
    begins. `subscribers` is counted anew by the billing run; the listing sorts by it.
    """

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=80)
    tagline = models.CharField(_("one line"), max_length=120)
    story = models.TextField(_("story"), blank=True)
    category = models.ForeignKey(Category, models.PROTECT, related_name="bundles", verbose_name=_("category"))
    ship_weekday = models.PositiveSmallIntegerField(_("shipping day"), choices=Weekday, default=Weekday.WED)
    cutoff_hours = models.PositiveSmallIntegerField(
        _("changes end, in hours before"), default=0, validators=[MaxValueValidator(LONGEST_CUTOFF)]
    )
    cutoff_before = models.CharField(
        _("counted back from"), max_length=8, choices=CutOffBefore, default=CutOffBefore.BILLING
    )
    image = models.ForeignKey(
        get_image_model_string(), models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("picture")
    )
    art = models.JSONField(_("still life objects"), default=list, blank=True)
    is_listed = models.BooleanField(_("listed in the mall"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    subscribers = models.PositiveIntegerField(_("subscribers"), default=0, editable=False)

    class Meta:
        verbose_name = _("bundle")
        verbose_name_plural = _("bundles")
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.name


class EditionState(models.TextChoices):
    """An edition is frozen once approved."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("submitted")
    RETURNED = "returned", _("returned")
    APPROVED = "approved", _("published")
    RETIRED = "retired", _("retired")


class Edition(Stateful, ClusterableModel):
    """A bundle's contents and price from `month` (its first day) on, until a newer edition is published.

    `price` is per delivery; the components' allocated prices add up to it. `list_price` is their worth apart.
    """

    MOVES = {
        EditionState.DRAFT: {EditionState.SUBMITTED, EditionState.RETIRED},
        EditionState.SUBMITTED: {EditionState.APPROVED, EditionState.RETURNED, EditionState.RETIRED},
        EditionState.RETURNED: {EditionState.SUBMITTED, EditionState.RETIRED},
        EditionState.APPROVED: {EditionState.RETIRED},
        EditionState.RETIRED: set(),
    }

    bundle = models.ForeignKey(Bundle, models.PROTECT, related_name="editions", verbose_name=_("bundle"))
    month = models.DateField(_("month"))
    price = WonField(_("price"))
    list_price = WonField(_("worth apart"))
    shipping = WonField(_("shipping"))
    state = models.CharField(_("state"), max_length=10, choices=EditionState, default=EditionState.DRAFT)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ("-month", "bundle")
        constraints = (
            models.UniqueConstraint(fields=("bundle", "month"), name="edition_per_month"),
            models.CheckConstraint(condition=Q(price__gt=0) & Q(shipping__gte=0), name="edition_amounts"),
        )
        permissions = (("publish_edition", _("Can publish and retire editions")),)

    def __str__(self) -> str:
        return f"{self.bundle} {self.month:%Y-%m}"


class Component(models.Model):
    """One product or voucher in an edition. `allocated` is its part of the edition's price for the whole quantity."""

    edition = ParentalKey(Edition, on_delete=models.CASCADE, related_name="components")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product")
    )
    voucher_type = models.ForeignKey(
        VoucherType, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("voucher type")
    )
    quantity = models.PositiveSmallIntegerField(_("quantity"), default=1)
    unit_price = WonField(_("price apart"))
    allocated = WonField(_("allocated price"))

    class Meta:
        verbose_name = _("component")
        verbose_name_plural = _("components")
        ordering = ("position", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(product__isnull=False, voucher_type__isnull=True)
                | Q(product__isnull=True, voucher_type__isnull=False),
                name="component_is_one_thing",
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0) & Q(allocated__gte=0), name="component_amounts"),
        )

    def __str__(self) -> str:
        return f"{self.product or self.voucher_type} × {self.quantity}"

    def clean(self) -> None:
        """Exactly one thing."""
        if bool(self.product_id) == bool(self.voucher_type_id):
            raise ValidationError(_("Choose either a product or a voucher, not both."))


class Payment(models.TextChoices):
    """When a term is paid."""

    PER_BOX = "per_box", _("each box on its day")
    PREPAID = "prepaid", _("the whole term in advance")


TERMS = (3, 6, 12)
"""Months that can be paid in advance."""


class Plan(models.Model):
    """A way to subscribe to a bundle: how often, for how long, at what discount. `term_months` 0 has no end.

    `discount_bp` comes off the edition's price; the municipality funds it. A term is paid box by box, or prepaid: once
    for all its boxes (docs/rules/terms.md).
    """

    bundle = ParentalKey(Bundle, on_delete=models.CASCADE, related_name="plans", verbose_name=_("bundle"))
    cadence = models.CharField(_("cadence"), max_length=10, choices=Cadence)
    term_months = models.PositiveSmallIntegerField(_("term in months"), default=0)
    payment = models.CharField(_("when it is paid"), max_length=8, choices=Payment, default=Payment.PER_BOX)
    discount_bp = BasisPointsField(_("term discount"), default=0)
    is_offered = models.BooleanField(_("offered"), default=True)

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ("bundle", "term_months", "pk")
        constraints = (
            models.UniqueConstraint(fields=("bundle", "cadence", "term_months", "payment"), name="plan_once"),
            models.CheckConstraint(
                condition=~Q(payment=Payment.PREPAID) | Q(term_months__in=TERMS),
                name="prepaid_plan_has_a_term",
                violation_error_message=_("Only terms of 3, 6 or 12 months can be paid in advance."),
            ),
            models.CheckConstraint(condition=Q(discount_bp__lt=10_000), name="plan_discount_sane"),
        )

    def __str__(self) -> str:
        return f"{self.bundle} {self.label}"

    @property
    def label(self) -> str:
        """Cadence and term in words."""
        cadence = str(self.get_cadence_display())
        words = {"cadence": cadence, "months": self.term_months}
        if self.is_prepaid:
            return _("%(cadence)s, %(months)s months paid in advance") % words
        return _("%(cadence)s, for %(months)s months") % words if self.term_months else cadence

    @property
    def is_prepaid(self) -> bool:
        """Whether the whole term is paid at its beginning."""
        return self.payment == Payment.PREPAID


class DayKind(models.TextChoices):
    """What is different about a day: at the hub, or with the couriers."""

    CLOSED = "closed", _("hub closed")
    WORKING = "working", _("hub works after all")
    NO_DELIVERY = "no_delivery", _("no delivery")
    DELIVERY = "delivery", _("delivery after all")


HUB_KINDS = (DayKind.CLOSED, DayKind.WORKING)


class MallDay(models.Model):
    """A day that is not what the public calendar says; it wins over it. Announced holidays and courier days off."""

    on = models.DateField(_("day"))
    kind = models.CharField(_("what is different"), max_length=11, choices=DayKind)
    name = models.CharField(_("shown as"), max_length=60)

    class Meta:
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        ordering = ("on", "kind")
        constraints = (
            models.UniqueConstraint(
                fields=("on",), condition=Q(kind__in=HUB_KINDS), name="one_hub_day",
                violation_error_message=_("This day is already entered for the hub."),
            ),
            models.UniqueConstraint(
                fields=("on",), condition=~Q(kind__in=HUB_KINDS), name="one_delivery_day",
                violation_error_message=_("This day is already entered for deliveries."),
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.on} {self.name}"
