"""Bring database, catalogs and static files to this version of the code, in a process that ends."""

import hashlib
import json
import sys
from pathlib import Path

from config import catalog

ROOT = Path(__file__).parents[3]
SOURCES = ("platform", "tenants", "malls", "bundles", "settlement", "showroom")


def fingerprint() -> str:
    """What the prepared state depends on: our files and the installed libraries."""
    files = (path for name in SOURCES for path in sorted((ROOT / name).rglob("*")) if path.is_file())
    ours = [(str(path), path.stat().st_mtime_ns) for path in files if path.suffix not in {".pyc", ".mo"}]
    libraries = sorted(path.name for entry in sys.path for path in Path(entry).glob("*.dist-info"))
    return hashlib.sha256(json.dumps([ours, libraries]).encode()).hexdigest()


def main() -> None:
    """Everything, in order."""
    import django  # noqa: PLC0415  catalogs first

    catalog.compile_all()
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415  after setup

    call_command("collectstatic", interactive=False, verbosity=0)
    prepare_schemas()


def prepare_schemas() -> None:
    """The shared tables, the template, the portal, then every municipality."""
    from django.conf import settings  # noqa: PLC0415  after setup
    from django.core.management import call_command  # noqa: PLC0415  after setup

    from tenants.municipalities import provisioning  # noqa: PLC0415  after setup

    provisioning.ensure_public()
    provisioning.ensure_template()
    provisioning.ensure_portal(settings.ENV.base_host)
    call_command("migrate_schemas", tenant=True, interactive=False, verbosity=0)


if __name__ == "__main__":
    main()
