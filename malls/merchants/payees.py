"""A merchant as settlement knows it: the payee follows the merchant's name and verified account."""

from collections.abc import Iterable

from core.actor import SYSTEM, Actor
from malls.merchants.models import Merchant
from settlement.statements.actions import ensure_payee, verify_bank
from settlement.statements.models import PayeeKind


def tell_settlement(merchants: Iterable[Merchant], *, by: Actor = SYSTEM) -> None:
    """Let settlement know these merchants; an account counts as verified only when it is verified here."""
    for merchant in merchants:
        payee = ensure_payee(
            merchant.payee_ref,
            kind=PayeeKind.MERCHANT,
            name=merchant.name,
            business_no=merchant.business_no,
            tax_kind=merchant.tax_standing,
            bank_code=merchant.bank_code,
            account=merchant.account_no,
            holder=merchant.account_holder,
            by=by,
        )
        if merchant.bank_verified_at and not payee.bank_verified:
            verify_bank(payee, by=SYSTEM)
