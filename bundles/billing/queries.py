"""What billing reads: the mall's own settings."""

from bundles.billing.models import ONLY, BillingSetting


def setting() -> BillingSetting:
    """How this mall asks for money; the house's defaults until someone chose otherwise."""
    return BillingSetting.objects.filter(pk=ONLY).first() or BillingSetting(pk=ONLY)
