"""The verbs of vouchers, by family: issuing, redeeming, expiring."""

from bundles.vouchers.actions.expiring import expire_vouchers
from bundles.vouchers.actions.issuing import issue_vouchers
from bundles.vouchers.actions.redeeming import redeem_voucher, undo_redemption

__all__ = ["expire_vouchers", "issue_vouchers", "redeem_voucher", "undo_redemption"]
