"""Open, suspend, resume and archive municipalities."""

import re
import time
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from wagtail.models import Site

from core.actor import Actor
from tenants.municipalities import provisioning
from tenants.municipalities.door import inside, inside_slug, municipality_of, outside
from tenants.municipalities.errors import (
    AlreadyOpen,
    BadEmail,
    FormerCode,
    SlugRefused,
    SlugReserved,
    UnknownCode,
    UnknownMunicipality,
)
from tenants.municipalities.middleware import forget_hosts
from tenants.municipalities.models import PORTAL, TEMPLATE, Municipality, MunicipalityState
from tenants.municipalities.registry import LocalGovernment, local_governments, successors_of

SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
RESERVED = {"public", PORTAL, TEMPLATE, "www", "admin", "api", "static", "media", "mail", "information_schema"}


@dataclass(frozen=True, slots=True)
class Opened:
    """A municipality that was just opened. `seconds` is what opening took."""

    municipality: Municipality
    address: str
    seconds: float


def open_municipality(code: str, slug: str, name: str, *, is_demo: bool = False) -> Opened:
    """Open a municipality: schema, site, staff groups, first pages, first playlist. Nothing stays after a failure.

    `code` is a 행정표준코드 in force; `slug` becomes host and schema; an empty `name` takes the official one.
    """
    started = time.monotonic()
    government = pick_government(code)
    check_slug(slug)
    tenant = Municipality(
        code=code, schema_name=slug.replace("-", "_"), name=name or government.name_ko, is_demo=is_demo
    )
    _refuse_taken(tenant)
    host = f"{slug}.{settings.ENV.base_host}"
    with transaction.atomic():
        try:
            with transaction.atomic():
                provisioning.replay(tenant, host)
        except IntegrityError as error:
            raise AlreadyOpen(name=tenant.name, slug=slug) from error
        with inside(tenant):
            Site.objects.update(hostname=host, port=settings.ENV.public_port or 443, site_name=tenant.name)
    Site.clear_site_root_paths_cache()
    forget_hosts()
    return Opened(tenant, settings.ENV.address(host), time.monotonic() - started)


def pick_government(code: str) -> LocalGovernment:
    """The local government with this code; says what a former code became."""
    found = local_governments().get(code)
    if found:
        return found
    now = successors_of(code)
    if now:
        raise FormerCode(code=code, now=", ".join(f"{one.code} {one.name_ko}" for one in now))
    raise UnknownCode(code=code)


def check_slug(slug: str) -> None:
    """Refuse what cannot be a host and a schema, or is the system's."""
    if slug.replace("-", "_") in RESERVED or slug.startswith("pg"):
        raise SlugReserved(slug=slug)
    if not (2 <= len(slug) <= 40 and SLUG.fullmatch(slug)):  # noqa: PLR2004  a host label has at most 63
        raise SlugRefused(slug=slug)


def check_email(email: str) -> str:
    """The address, or a refusal."""
    try:
        validate_email(email)
    except ValidationError as error:
        raise BadEmail(email=email) from error
    return email


def _refuse_taken(tenant: Municipality) -> None:
    with outside():
        same = Municipality.objects.filter(code=tenant.code) | Municipality.objects.filter(
            schema_name=tenant.schema_name
        )
        taken = same.first()
    if taken:
        raise AlreadyOpen(name=taken.name, slug=taken.slug)


def move_municipality(slug: str, to: MunicipalityState, *, by: Actor, at: datetime, why: str) -> Municipality:
    """Suspend, resume or archive; the transition is kept in the operators' portal."""
    tenant = municipality_of(slug)
    if tenant.is_portal:
        raise UnknownMunicipality(slug=slug)
    with inside_slug(PORTAL):
        tenant.move(to, by=by, at=at, why=why)
    forget_hosts()
    return tenant
