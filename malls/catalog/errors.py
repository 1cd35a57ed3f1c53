"""Every reason we say no about products and stock."""

from core.errors import Refusal


class StockPromised(Refusal):
    """Pieces that are promised to orders cannot vanish."""

    code = "stock_promised"
    sentence = "%(product)s: %(promised)s pieces are promised or sent already; the stock cannot be lower."


class MerchantNotApproved(Refusal):
    """A product sells only when its merchant may."""

    code = "merchant_not_approved"
    sentence = "%(merchant)s is not approved yet: approve the merchant before its products."
