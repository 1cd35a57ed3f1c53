"""Municipalities to measure in; they go with the database that every bench has for itself."""

from collections.abc import Iterator
from contextlib import contextmanager

from tenants.municipalities.actions import Opened, open_municipality
from tenants.municipalities.door import inside, outside
from tenants.municipalities.models import Municipality
from tenants.municipalities.registry import local_governments


def open_many(count: int) -> list[Opened]:
    """`count` further municipalities, named bench-CODE."""
    with outside():
        taken = set(Municipality.objects.values_list("code", flat=True))
    codes = [code for code in local_governments() if code not in taken][:count]
    return [open_municipality(code, f"bench-{code}", "") for code in codes]


@contextmanager
def inside_new() -> Iterator[Municipality]:
    """Inside a new municipality."""
    tenant = open_many(1)[0].municipality
    with inside(tenant):
        yield tenant


def host_of(tenant: Municipality) -> str:
    """Its address."""
    return f"{tenant.slug}.localhost"
