"""A tenant database backend that fails closed.

django-tenants 4.0.1 swallows an error of `SET search_path` and runs the next statement in whatever schema the
connection was in before. Here nothing runs unless the path was set, and the path is set on every alias alike.
"""

from typing import Any

from django.db import InterfaceError
from django_tenants.postgresql_backend.base import DatabaseWrapper as TenantDatabaseWrapper


class SearchPathUncertain(InterfaceError):  # noqa: N818  a fact
    """The connection may be looking into another municipality; it was closed instead of used."""


class DatabaseWrapper(TenantDatabaseWrapper):
    """Raises when the search path is not certain."""

    def _handle_search_path(self, cursor: Any = None) -> None:
        super()._handle_search_path(cursor)
        if self._setting_search_path or self.search_path_set_schemas:
            return
        if self.in_atomic_block:
            self.needs_rollback = True
        else:
            self.close()
        message = "the search path could not be set; nothing was run"
        raise SearchPathUncertain(message)
