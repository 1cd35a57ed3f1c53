"""Columns of the CMS's lists."""

from typing import Any

from django.utils.formats import date_format
from wagtail.admin.ui.tables import Column


class WonColumn(Column):
    """An amount."""

    def get_value(self, instance: Any) -> str:
        """With thousands and 원."""
        return f"{super().get_value(instance):,}원"


class MonthColumn(Column):
    """A month, kept as its first day."""

    def get_value(self, instance: Any) -> str:
        """Year and month."""
        return date_format(super().get_value(instance), "YEAR_MONTH_FORMAT")
