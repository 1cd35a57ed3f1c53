"""Schemas: the template is migrated and furnished once; a new municipality is a replay of its dump."""

import hashlib
import os
import re
import subprocess
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django_tenants.utils import schema_exists
from psycopg import sql

from core.clock import now
from tenants.municipalities.door import inside, outside
from tenants.municipalities.models import PORTAL, TEMPLATE, Domain, Municipality, MunicipalityState


def ensure_public() -> None:
    """Create and migrate the shared tables."""
    with outside():
        call_command("migrate_schemas", shared=True, interactive=False, verbosity=0)


def ensure_template() -> None:
    """Create, migrate and furnish the template schema; quick when it is up to date.

    Not inside a transaction: Wagtail's own migrations cannot run in one from zero.
    """
    with outside():
        if not schema_exists(TEMPLATE):
            with connection.cursor() as cursor:
                cursor.execute(f'CREATE SCHEMA "{TEMPLATE}"')
        call_command("migrate_schemas", schema_name=TEMPLATE, interactive=False, verbosity=0)
    with inside(Municipality(schema_name=TEMPLATE)):
        furnish()
        _note_furnished()


def furnish() -> None:
    """Let every app put into the present schema what a new municipality needs, lowest app first."""
    for config in apps.get_app_configs():
        name = f"{config.name}.furnish"
        if config.name.partition(".")[0] in HOUSE and find_spec(name):
            import_module(name).furnish()


def _note_furnished() -> None:
    """Write on the schema when it was furnished: dumps of before are old then, whatever the furniture was made of."""
    note = sql.SQL("COMMENT ON SCHEMA {} IS {}").format(sql.Identifier(TEMPLATE), sql.Literal(f"furnished {now()}"))
    with connection.cursor() as cursor:
        cursor.execute(note)


HOUSE = ("core", "tenants", "settlement", "malls", "bundles", "showroom", "ui")


def ensure_portal(host: str) -> Municipality:
    """The operators' portal on the base host."""
    with outside():
        portal = Municipality.objects.filter(schema_name=PORTAL).first()
        if portal is None:
            portal = replay(Municipality(schema_name=PORTAL, code="00000", name="고을"), host)
    return portal


def replay(tenant: Municipality, host: str) -> Municipality:
    """Create the schema from the template's dump with its row and domain: all of it or nothing."""
    dump = template_dump().replace(TEMPLATE, tenant.schema_name)
    with outside(), transaction.atomic():
        tenant.state = MunicipalityState.ACTIVE
        tenant.opened_at = now()
        tenant.save()
        Domain.objects.create(tenant=tenant, domain=host, is_primary=True)
        with connection.cursor() as cursor:
            cursor.execute(dump)
            cursor.execute("SET search_path TO public")
        connection.search_path_set_schemas = None  # type: ignore[attr-defined]
    return tenant


def template_dump() -> str:
    """The template schema as SQL; kept on disk until the template is migrated or furnished again."""
    kept = settings.ENV.data_dir / "cache" / f"template-{_template_key()}.sql"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        part = kept.with_suffix(f".{os.getpid()}")
        part.write_text(_dump())
        part.rename(kept)
    return str(kept.read_text())


def _template_key() -> str:
    """Which state of the template a dump is of: in which database, when furnished, with which migrations."""
    which = "SELECT current_database(), oid, obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s"
    with outside(), connection.cursor() as cursor:
        cursor.execute(which, [TEMPLATE])
        row = cursor.fetchone()
        cursor.execute(f'SELECT count(*), max(id) FROM "{TEMPLATE}".django_migrations')  # noqa: S608  a constant
        row += cursor.fetchone()
    return hashlib.sha256(repr(row).encode()).hexdigest()[:16]


def _dump() -> str:
    command = [_pg_dump(), "--schema", TEMPLATE, "--no-owner", "--no-privileges", "--inserts", "--rows-per-insert=500"]
    database = settings.DATABASES["default"]
    words = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    login = {name: str(database[key]) for name, key in words.items() if database.get(key)}
    done = subprocess.run(command, env={**os.environ, **login}, capture_output=True, check=True, text=True)
    return re.sub(r"(?m)^\\(un)?restrict .*$", "", done.stdout)


def _pg_dump() -> str:
    folder = settings.ENV.pg_bin
    return str(folder / "pg_dump") if folder else "pg_dump"


def drop_schema(schema: str) -> None:
    """Remove a schema and everything in it. For tests and for undoing a failed opening."""
    with outside(), connection.cursor() as cursor:
        cursor.execute(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')
