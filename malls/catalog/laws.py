"""Laws of the catalog."""

from core.laws import Law

LAWS = [
    Law(
        "stock_negative",
        "Stock is never negative: received covers what is reserved and shipped.",
        "SELECT product_id, received, reserved, shipped FROM catalog_stock"
        " WHERE received < reserved + shipped OR reserved < 0 OR shipped < 0",
    ),
    Law(
        "product_price",
        "Every product costs more than 0 won.",
        "SELECT id, name, price FROM catalog_product WHERE price <= 0",
    ),
    Law(
        "product_of_unapproved",
        "A product is only on the shelf when its merchant was approved once.",
        "SELECT p.id, p.name FROM catalog_product p JOIN merchants_merchant m ON m.id = p.merchant_id"
        " WHERE p.state = 'approved' AND m.approved_at IS NULL",
    ),
]
