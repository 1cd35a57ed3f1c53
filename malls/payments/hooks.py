"""What apps above payments add in AppConfig.ready()."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.actor import Actor
    from malls.payments.models import Charge, PaymentMethod

Replaced = Callable[["PaymentMethod", "PaymentMethod", "Actor", datetime], object]
"""Takes the old card, the new one, who and when; runs in the same transaction."""

InUse = Callable[["Sequence[PaymentMethod]"], set[int]]
"""Takes cards; the ids of those with which something that goes on is paid."""

Stopped = Callable[["Sequence[Charge]", datetime], object]
"""Takes charges that no machine may go on with, and when; runs in the same transaction."""

in_use: list[InUse] = []
replaced: list[Replaced] = []
"""What was paid with the old card is paid with the new one from now on."""
stopped: list[Stopped] = []
"""What the charges pay for is parked until a person has looked."""
