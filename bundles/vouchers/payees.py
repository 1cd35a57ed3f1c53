"""A partner as settlement knows it."""

from bundles.vouchers.models import Partner
from settlement.statements.actions import ensure_payee
from settlement.statements.models import Payee, PayeeKind


def payee_of(partner: Partner) -> Payee:
    """The partner's payee, made or renamed as needed; its account stays as it is."""
    return ensure_payee(partner.payee_ref, kind=PayeeKind.PARTNER, name=partner.name, business_no=partner.business_no)
