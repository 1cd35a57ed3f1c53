"""Plans, subscriptions, billing, vouchers. Law: one charge per cycle, one redemption per voucher."""
