"""Nouns: payee and terms, period and earning, statement."""

from settlement.statements.models.earnings import Earning, EarningKind, Period, PeriodState, TaxType
from settlement.statements.models.payees import Payee, PayeeKind, Rounding, TaxKind, Terms, VatMode
from settlement.statements.models.statements import Statement, StatementState

__all__ = [
    "Earning", "EarningKind", "Payee", "PayeeKind", "Period", "PeriodState", "Rounding", "Statement", "StatementState",
    "TaxKind", "TaxType", "Terms", "VatMode",
]  # fmt: skip
