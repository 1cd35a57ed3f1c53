"""Bring database, catalogs and static files to this version of the code."""

import hashlib
import json
import sys
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path

from config.errors import CannotStart

PACKAGES = ("core", "config", "ui", "tenants", "settlement", "malls", "bundles", "showroom")


def fingerprint() -> str:
    """What the prepared state depends on: our files and the installed libraries."""
    folders = [Path(place) for name in PACKAGES for place in (_spec(name).submodule_search_locations or ())]
    files = (path for folder in folders for path in sorted(folder.rglob("*")) if path.suffix not in {".pyc", ".mo"})
    ours = [(str(path), path.stat().st_mtime_ns) for path in files if path.is_file()]
    libraries = sorted(path.name for entry in sys.path for path in Path(entry).glob("*.dist-info"))
    return hashlib.sha256(json.dumps([ours, libraries]).encode()).hexdigest()


def _spec(name: str) -> ModuleSpec:
    found = find_spec(name)
    if found is None:
        raise CannotStart(f"The package {name} is not installed: run `make setup`.")
    return found


def prepare_all() -> None:
    """Everything, in order. Django is set up."""
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
    follow_port(settings.ENV.public_port or 443)
    follow_duties(settings.ENV.data_dir / "cache")


def follow_port(port: int) -> None:
    """Let every mall's addresses carry today's port."""
    from wagtail.models import Site  # noqa: PLC0415  after setup

    from tenants.municipalities.door import each_municipality  # noqa: PLC0415  after setup

    for _ in each_municipality():
        if Site.objects.exclude(port=port).update(port=port):
            Site.clear_site_root_paths_cache()


def follow_duties(folder: Path) -> None:
    """Let the groups of every municipality hold what this version's duties say; once for each version of them.

    Those of a suspended one too: it may come back.
    """
    from tenants.municipalities.door import each_municipality  # noqa: PLC0415  after setup
    from tenants.municipalities.models import MunicipalityState  # noqa: PLC0415  likewise
    from tenants.people import duties, furnish  # noqa: PLC0415  after setup

    done = folder / f"duties-{hashlib.sha256(Path(duties.__file__).read_bytes()).hexdigest()[:16]}"
    if done.exists():
        return
    for _ in each_municipality((MunicipalityState.ACTIVE, MunicipalityState.SUSPENDED)):
        furnish.furnish()
    folder.mkdir(parents=True, exist_ok=True)
    done.touch()
