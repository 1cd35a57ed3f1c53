"""Whose password is being tried: django-axes counts failed tries by this name and the address they come from."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

FIELDS = ("email", "username")
"""The mall's log-in asks for an e-mail, the CMS's for a user name: it is the same."""


def tried_name(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """The name in small letters; empty when none was given."""
    given = credentials or request.POST
    return next((str(given[field]).strip().lower() for field in FIELDS if given.get(field)), "")
