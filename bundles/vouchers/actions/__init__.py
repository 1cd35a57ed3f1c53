"""The verbs of vouchers, by family: issuing, redeeming, undoing, refunding, expiring, keys."""

from bundles.vouchers.actions.expiring import expire_vouchers, lapse_vouchers
from bundles.vouchers.actions.issuing import issue_vouchers
from bundles.vouchers.actions.keys import rotate_key
from bundles.vouchers.actions.redeeming import redeem_voucher
from bundles.vouchers.actions.refunding import close_given_back, quote_refund, refund_voucher, undo_failed_refunds
from bundles.vouchers.actions.undoing import undo_redemption

__all__ = [
    "close_given_back", "expire_vouchers", "issue_vouchers", "lapse_vouchers", "quote_refund", "redeem_voucher",
    "refund_voucher", "rotate_key", "undo_failed_refunds", "undo_redemption",
]  # fmt: skip
