"""A database for each test process, copied from a template that is built once per state of the migrations.

The template holds the furnished template schema, the portal, and two municipalities opened by replay. When only new
migrations came, the newest older template is copied and migrated forward instead of building from nothing.
"""

import gc
import hashlib
import json
import os
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql

ROOT = Path(__file__).parent.parent
HOUSE = ("platform", "tenants", "settlement", "malls", "bundles", "showroom")
MIGRATING = "tenants/municipalities/migrating.py"
LOCK = 6_041_972
NAME = f"goeul_test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"


def create() -> None:
    """Point Django at a fresh copy of the template."""
    with _admin() as admin:
        admin.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        template = _template(admin)
        _copy(admin, template, NAME)
        admin.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    _use(NAME)


def drop() -> None:
    """Remove the copy."""
    connections.close_all()
    with _admin() as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(NAME)))


def _admin() -> psycopg.Connection[tuple[object, ...]]:
    database = settings.DATABASES["default"]
    words = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    login = {name: database[key] for name, key in words.items() if database.get(key)}
    return psycopg.connect(dbname="postgres", autocommit=True, **login)


def _sources() -> dict[str, str]:
    """Every file that the template depends on, with its hash."""
    files = [ROOT / "deploy/requirements/dev.txt", ROOT / "tests/database.py", ROOT / MIGRATING]
    for folder in HOUSE:
        files += sorted((ROOT / folder).glob("**/migrations/0*.py")) + sorted((ROOT / folder).glob("**/furnish.py"))
        files += sorted((ROOT / folder).glob("**/duties.py"))
    return {str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest()[:12] for path in files}


def _template(admin: psycopg.Connection[tuple[object, ...]]) -> str:
    sources = _sources()
    name = "goeul_tpl_" + hashlib.sha256(json.dumps(sources).encode()).hexdigest()[:12]
    known = _templates(admin)
    if name in known:
        return name
    older = [one for one, built in known.items() if _migrations(built).items() <= _migrations(sources).items()]
    making = name + "_making"
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(making)))
    _copy(admin, max(older, key=lambda one: len(known[one]), default="template0"), making)
    _build(making)
    admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(making), sql.Identifier(name)))
    admin.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), json.dumps(sources)))
    return name


def _migrations(sources: dict[str, str]) -> dict[str, str]:
    return {
        path: value for path, value in sources.items() if "migrations/" in path or path.endswith((".txt", MIGRATING))
    }


def _templates(admin: psycopg.Connection[tuple[object, ...]]) -> dict[str, dict[str, str]]:
    rows = admin.execute(
        "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database WHERE datname LIKE 'goeul_tpl_%' ORDER BY oid"
    )
    return {str(name): json.loads(str(note)) for name, note in rows if note}


def _copy(admin: psycopg.Connection[tuple[object, ...]], source: str, name: str) -> None:
    admin.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
            sql.Identifier(name), sql.Identifier(source)
        )
    )


def _use(name: str) -> None:
    connections.close_all()
    settings.DATABASES["default"]["NAME"] = name
    for alias in connections:
        connections[alias].settings_dict["NAME"] = name


def _build(name: str) -> None:
    """Migrate, furnish and open two municipalities; garbage collection only slows the rendering of states."""
    from tenants.municipalities import provisioning
    from tenants.municipalities.actions import open_municipality
    from tenants.municipalities.door import outside
    from tenants.municipalities.models import Municipality

    _use(name)
    gc.disable()
    try:
        provisioning.ensure_public()
        with outside():
            for tenant in Municipality.objects.all():
                provisioning.drop_schema(tenant.schema_name)
            Municipality.objects.all().delete()
        provisioning.ensure_template()
    finally:
        gc.enable()
    provisioning.ensure_portal("localhost")
    open_municipality("52770", "sunchang", "순창군", is_demo=True)
    open_municipality("12750", "boseong", "보성군", is_demo=True)
    connections.close_all()
