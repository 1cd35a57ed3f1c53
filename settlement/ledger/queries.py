"""Reading the books."""

from django.db.models import Sum

from core.money import Won
from settlement.ledger.accounts import GROW_BY_DEBIT, KINDS
from settlement.ledger.models import Entry


def balance(account_code: str, owner: str = "") -> Won:
    """What stands on one account, positive on its usual side: we own (asset), owe (liability), earned, spent."""
    entries = Entry.objects.filter(account__code=account_code, account__owner=owner)
    return _natural(account_code, entries.aggregate(total=Sum("amount"))["total"] or 0)


def balances(account_code: str) -> dict[str, Won]:
    """What stands on an account for each owner."""
    rows = Entry.objects.filter(account__code=account_code).values_list("account__owner").annotate(total=Sum("amount"))
    return {owner: _natural(account_code, total) for owner, total in rows.order_by("account__owner")}


def total(account_code: str) -> Won:
    """What stands on an account over all owners."""
    found = Entry.objects.filter(account__code=account_code).aggregate(total=Sum("amount"))["total"] or 0
    return _natural(account_code, found)


def trial_balance() -> list[tuple[str, Won]]:
    """Every account code with its signed sum (debit positive); the sums add up to zero."""
    rows = Entry.objects.values_list("account__code").annotate(total=Sum("amount")).order_by("account__code")
    return [(code, Won(amount)) for code, amount in rows]


def _natural(code: str, signed: int) -> Won:
    return Won(signed if KINDS[code] in GROW_BY_DEBIT else -signed)
