"""The one door between municipalities: whoever works inside one enters here, on every database alias."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db import connections

from tenants.municipalities.errors import UnknownMunicipality
from tenants.municipalities.models import PORTAL, Municipality, MunicipalityState


@contextmanager
def inside(tenant: Municipality) -> Iterator[Municipality]:
    """Work inside one municipality on every database alias; restores what was before, also after an error."""
    before = {alias: connections[alias].tenant for alias in connections}  # type: ignore[attr-defined]
    try:
        for alias in connections:
            connections[alias].set_tenant(tenant)  # type: ignore[attr-defined]
        yield tenant
    finally:
        for alias, previous in before.items():
            connections[alias].set_tenant(previous)  # type: ignore[attr-defined]


@contextmanager
def outside() -> Iterator[None]:
    """Work in `public`, where the registry lives."""
    before = {alias: connections[alias].tenant for alias in connections}  # type: ignore[attr-defined]
    try:
        for alias in connections:
            connections[alias].set_schema_to_public()  # type: ignore[attr-defined]
        yield
    finally:
        for alias, previous in before.items():
            connections[alias].set_tenant(previous)  # type: ignore[attr-defined]


def municipality_of(slug: str) -> Municipality:
    """The municipality with this slug, portal included; refuses an unknown one."""
    with outside():
        found = Municipality.objects.filter(schema_name=slug.replace("-", "_")).first()
    if found is None:
        raise UnknownMunicipality(slug=slug)
    return found


@contextmanager
def inside_slug(slug: str) -> Iterator[Municipality]:
    """Work inside the municipality with this slug."""
    with inside(municipality_of(slug)) as tenant:
        yield tenant


def each_municipality(states: Collection[MunicipalityState] = (MunicipalityState.ACTIVE,)) -> Iterator[Municipality]:
    """Every mall in one of the states in turn, entered; the portal is not a mall."""
    with outside():
        found = list(Municipality.objects.filter(state__in=states).exclude(schema_name=PORTAL).order_by("pk"))
    for tenant in found:
        with inside(tenant):
            yield tenant
