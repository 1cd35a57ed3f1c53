"""The verbs of settlement, by family: payees, earning, closing, holding."""

from settlement.statements.actions.at_once import earn_one
from settlement.statements.actions.closing import approve_period, close_period, finish_period
from settlement.statements.actions.earning import correct_earning, earn_many
from settlement.statements.actions.holding import hold_payee, hold_statement, release_payee, release_statement
from settlement.statements.actions.payees import agree_terms, ensure_default_terms, ensure_payee, set_bank, verify_bank

__all__ = [
    "agree_terms", "approve_period", "close_period", "correct_earning", "earn_many", "earn_one",
    "ensure_default_terms",
    "ensure_payee", "finish_period", "hold_payee", "hold_statement", "release_payee", "release_statement", "set_bank",
    "verify_bank",
]  # fmt: skip
