"""The chart of accounts. What the town owes and owns of the money that passes through its mall."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AccountKind(TextChoices):
    """Assets and expenses grow by debit (positive entries), liabilities and income by credit (negative entries)."""

    ASSET = "asset", _("asset")
    LIABILITY = "liability", _("liability")
    INCOME = "income", _("income")
    EXPENSE = "expense", _("expense")


class Code(TextChoices):
    """Every account of the chart. Some are kept once per owner (see `OWNED`)."""

    PROVIDER_CLEARING = "provider_clearing", _("due from the payment provider")
    CUSTOMER_ADVANCES = "customer_advances", _("customers' advances")
    PREPAID_TERMS = "prepaid_terms", _("terms paid in advance")
    VOUCHER_LIABILITY = "voucher_liability", _("vouchers not used yet")
    PAYEE_PAYABLE = "payee_payable", _("due to payees")
    PAYOUTS_IN_TRANSIT = "payouts_in_transit", _("payouts on their way")
    BANK = "bank", _("bank deposit")
    MUNICIPALITY_SUBSIDY = "municipality_subsidy", _("subsidy due from the municipality")
    PLATFORM_SUBSIDY = "platform_subsidy", _("discounts funded by the operator")
    COMMISSION_INCOME = "commission_income", _("commission income")
    COMMISSION_VAT = "commission_vat", _("VAT collected on commission")
    SHIPPING_INCOME = "shipping_income", _("shipping income")
    PROVIDER_FEES = "provider_fees", _("payment provider's fees")
    REFUNDS_DUE = "refunds_due", _("refunds due to customers")
    DISPUTED = "disputed", _("taken by card companies, in dispute")
    DISPUTE_LOSSES = "dispute_losses", _("lost disputes")
    BREAKAGE = "breakage", _("expired vouchers")
    ROUNDING = "rounding", _("rounding")


KINDS: dict[str, AccountKind] = {
    Code.PROVIDER_CLEARING: AccountKind.ASSET,
    Code.CUSTOMER_ADVANCES: AccountKind.LIABILITY,
    Code.PREPAID_TERMS: AccountKind.LIABILITY,
    Code.VOUCHER_LIABILITY: AccountKind.LIABILITY,
    Code.PAYEE_PAYABLE: AccountKind.LIABILITY,
    Code.PAYOUTS_IN_TRANSIT: AccountKind.LIABILITY,
    Code.BANK: AccountKind.ASSET,
    Code.MUNICIPALITY_SUBSIDY: AccountKind.ASSET,
    Code.PLATFORM_SUBSIDY: AccountKind.EXPENSE,
    Code.COMMISSION_INCOME: AccountKind.INCOME,
    Code.COMMISSION_VAT: AccountKind.LIABILITY,
    Code.SHIPPING_INCOME: AccountKind.INCOME,
    Code.PROVIDER_FEES: AccountKind.EXPENSE,
    Code.REFUNDS_DUE: AccountKind.LIABILITY,
    Code.DISPUTED: AccountKind.ASSET,
    Code.DISPUTE_LOSSES: AccountKind.EXPENSE,
    Code.BREAKAGE: AccountKind.INCOME,
    Code.ROUNDING: AccountKind.EXPENSE,
}

GROW_BY_DEBIT = frozenset({AccountKind.ASSET, AccountKind.EXPENSE})
OWNED = frozenset({Code.PAYEE_PAYABLE, Code.PAYOUTS_IN_TRANSIT})
