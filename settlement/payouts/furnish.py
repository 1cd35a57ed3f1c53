"""What a new municipality has: the bank file templates of five banks."""

from settlement.payouts.bankfile import STANDARD
from settlement.payouts.models import BankFileTemplate


def furnish() -> None:
    """Make sure the standard templates are there; edited ones stay as they are."""
    for (bank_code, name), columns in STANDARD.items():
        made = [{"heading": heading, "field": field} for heading, field in columns]
        BankFileTemplate.objects.get_or_create(name=name, defaults={"bank_code": bank_code, "columns": made})
