"""What apps above plans add in AppConfig.ready()."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.actor import Actor

DaysChanged = Callable[["Actor", datetime], object]
"""Takes who changed the mall's days and when; runs in the same transaction."""

days_changed: list[DaysChanged] = []
"""Agreed shipping and delivery days that can no longer be kept are agreed anew."""
