"""Orders and lines: everything that was promised, frozen at placement."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.money import BasisPointsField, WonField
from core.state import Stateful
from malls.catalog.models import Product, TaxType
from malls.customers.models import Resident


class OrderState(models.TextChoices):
    """From promise to purchase confirmation."""

    PLACED = "placed", _("placed")
    PAID = "paid", _("payment received")
    PREPARING = "preparing", _("preparing")
    SHIPPED = "shipped", _("shipped")
    DELIVERED = "delivered", _("delivered")
    CONFIRMED = "confirmed", pgettext_lazy("order", "confirmed")
    CANCELLED = "cancelled", _("cancelled")
    REFUNDED = "refunded", _("refunded")


class Order(Stateful):
    """One promise to one resident. `source` names what asked for it (`cycle:17`) and makes placing idempotent.

    goods − discount + shipping = total; total is what is charged. All amounts in won, VAT inside.
    """

    MOVES = {
        OrderState.PLACED: {OrderState.PAID, OrderState.CANCELLED},
        OrderState.PAID: {OrderState.PREPARING, OrderState.SHIPPED, OrderState.CONFIRMED, OrderState.REFUNDED},
        OrderState.PREPARING: {OrderState.SHIPPED, OrderState.CONFIRMED, OrderState.REFUNDED},
        OrderState.SHIPPED: {OrderState.DELIVERED, OrderState.REFUNDED},
        OrderState.DELIVERED: {OrderState.CONFIRMED, OrderState.REFUNDED},
        OrderState.CONFIRMED: {OrderState.REFUNDED},
        OrderState.CANCELLED: set(),
        OrderState.REFUNDED: set(),
    }

    number = models.CharField(_("order number"), max_length=20, unique=True)
    source = models.CharField(max_length=60, unique=True)
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="orders", verbose_name=_("resident"))
    title = models.CharField(_("title"), max_length=160)
    state = models.CharField(_("state"), max_length=10, choices=OrderState, default=OrderState.PLACED)
    goods = WonField(_("goods"))
    discount = WonField(_("discount"))
    shipping = WonField(_("shipping"))
    total = WonField(_("total"))
    tax_free = WonField(_("of it tax free"))
    recipient = models.CharField(_("recipient"), max_length=60)
    phone = models.CharField(_("mobile phone"), max_length=20)
    postcode = models.CharField(_("postcode"), max_length=5)
    line1 = models.CharField(_("address"), max_length=200)
    line2 = models.CharField(_("detailed address"), max_length=100, blank=True)
    request = models.CharField(_("delivery request"), max_length=100, blank=True)
    ship_on = models.DateField(_("agreed shipping day"), null=True)
    deliver_on = models.DateField(_("agreed delivery day"), null=True)
    placed_at = models.DateTimeField(_("placed at"))
    paid_at = models.DateTimeField(pgettext_lazy("order", "paid at"), null=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ("-id",)
        indexes = (models.Index(fields=["state", "ship_on"], name="order_state_ship"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(total=F("goods") - F("discount") + F("shipping")), name="order_total_adds_up"
            ),
            models.CheckConstraint(condition=Q(total__gte=0), name="order_total_not_negative"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class LineKind(models.TextChoices):
    """Goods are earned at confirmation, vouchers at redemption."""

    PRODUCT = "product", _("product")
    VOUCHER = "voucher", _("voucher")


class OrderLine(models.Model):
    """One component: what, whose, for how much, and who pays its discount. Never changed after placement.

    `amount` is the part of the bundle's price allocated to this line for the whole quantity; `discount_*` split its
    discount by funder; `commission_bp` is the rate in force at the sale. `voucher_type_id` is a plain number.
    """

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind"), max_length=8, choices=LineKind)
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+")
    voucher_type_id = models.BigIntegerField(null=True)
    payee_ref = models.CharField(max_length=40)
    payee_name = models.CharField(_("merchant"), max_length=100)
    name = models.CharField(_("name"), max_length=120)
    spec = models.CharField(_("weight or size"), max_length=80, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"))
    list_amount = WonField(_("list amount"))
    amount = WonField(_("amount"))
    discount_municipality = WonField(_("discount by municipality"))
    discount_platform = WonField(_("discount by platform"))
    discount_merchant = WonField(_("discount by merchant"))
    tax_type = models.CharField(_("tax type"), max_length=8, choices=TaxType)
    commission_bp = BasisPointsField(pgettext_lazy("rate", "commission"))
    taken = models.PositiveIntegerField(_("taken off before sending"), default=0, db_default=0)

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ("order", "position")
        constraints = (
            models.UniqueConstraint(fields=("order", "position"), name="line_position"),
            models.CheckConstraint(condition=Q(quantity__gt=0) & Q(amount__gte=0), name="line_amounts_sane"),
            models.CheckConstraint(condition=Q(taken__lte=F("quantity")), name="line_taken_within_quantity"),
        )

    def __str__(self) -> str:
        return f"{self.name} × {self.quantity}"

    @property
    def discount(self) -> int:
        """The whole discount of the line in won."""
        return self.discount_municipality + self.discount_platform + self.discount_merchant

    @property
    def to_send(self) -> int:
        """The pieces that go, or went, into the box."""
        return self.quantity - self.taken


class Return(models.Model):
    """What comes off a paid order again, whole or in pieces. `source` names what asks for it (a refund, a dispute).

    It stands from the moment it is reserved; `effective_at` is when the money was surely gone: stock and earnings
    followed. `undone_at` is when it came to nothing.
    """

    order = models.ForeignKey(Order, models.PROTECT, related_name="returns")
    source = models.CharField(max_length=140, unique=True)
    shipping = WonField(_("shipping given back"))
    was_sent = models.BooleanField(_("the box had left"))
    reserved_at = models.DateTimeField(_("reserved at"))
    effective_at = models.DateTimeField(_("effective at"), null=True)
    undone_at = models.DateTimeField(_("undone at"), null=True)

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=Q(shipping__gte=0), name="return_shipping_not_negative"),
            models.CheckConstraint(
                condition=Q(effective_at=None) | Q(undone_at=None), name="return_effective_or_undone"
            ),
        )

    def __str__(self) -> str:
        return f"{self.order_id} {self.source}"


class ReturnLine(models.Model):
    """Pieces of a line that come off, by their numbers from 1, with their money frozen (see `pieces`)."""

    returned = models.ForeignKey(Return, models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, models.PROTECT, related_name="returns")
    numbers = ArrayField(models.PositiveSmallIntegerField())
    paid = WonField(_("paid by the buyer"))
    discount_municipality = WonField(_("discount by municipality"))
    discount_platform = WonField(_("discount by platform"))
    discount_merchant = WonField(_("discount by merchant"))

    class Meta:
        verbose_name = _("returned pieces")
        verbose_name_plural = _("returned pieces")
        ordering = ("returned", "line__position")
        constraints = (models.UniqueConstraint(fields=("returned", "line"), name="return_line_once"),)

    def __str__(self) -> str:
        return f"{self.line.name} × {len(self.numbers)}"

    @property
    def amount(self) -> int:
        """The pieces' price before discounts, in won."""
        return self.paid + self.discount_municipality + self.discount_platform + self.discount_merchant
