"""`goeul municipality …`: the life cycle."""

import click

from config.commands import JSON, Goeul, emit, example


@click.group()
def municipality() -> None:
    """Open, list, suspend, resume and archive municipalities."""


CREATE = "goeul municipality create --code 52770 --slug sunchang --name 순창군 --admin-email admin@example.kr"


@municipality.command(cls=Goeul, epilog=example(CREATE))
@click.option("--code", required=True, help="The local government's code (행정표준코드, 5 digits).")
@click.option("--slug", required=True, help="Its name in addresses: lower-case letters, digits, hyphens.")
@click.option("--name", default="", help="Its name; the official one when left out.")
@click.option("--admin-email", required=True, help="Who is invited as its first manager.")
@JSON
def create(code: str, slug: str, name: str, admin_email: str, as_json: bool) -> None:
    """Open a municipality and print its address and the manager's invitation link."""
    from core.actor import SYSTEM
    from core.clock import now
    from tenants.console.actions import open_with_manager

    done = open_with_manager(code, slug, name, admin_email, by=SYSTEM, at=now())
    emit(
        {
            "municipality": done.opened.municipality.name,
            "slug": done.opened.municipality.slug,
            "address": done.opened.address,
            "invitation": done.invitation_url,
            "seconds": round(done.opened.seconds, 2),
        },
        as_json=as_json,
    )


@municipality.command("list", cls=Goeul, epilog=example("goeul municipality list --json"))
@JSON
def list_(as_json: bool) -> None:
    """List every municipality with its state and address."""
    from django.conf import settings

    from tenants.municipalities.models import PORTAL, Municipality

    rows = Municipality.objects.exclude(schema_name=PORTAL).order_by("name")
    emit(
        [
            {
                "slug": row.slug,
                "name": row.name,
                "code": row.code,
                "state": str(row.state),
                "address": settings.ENV.address(f"{row.slug}.{settings.ENV.base_host}"),
            }
            for row in rows
        ],
        as_json=as_json,
    )


def _move(slug: str, verb: str, why: str, *, as_json: bool) -> None:
    from core.actor import SYSTEM
    from core.clock import now
    from tenants.municipalities.actions import move_municipality
    from tenants.municipalities.models import MunicipalityState

    moved = move_municipality(slug, MunicipalityState(verb), by=SYSTEM, at=now(), why=why)
    emit({"slug": moved.slug, "name": moved.name, "state": str(moved.state)}, as_json=as_json)


WHY = click.option("--why", default="", help="Kept with the change.")


@municipality.command(cls=Goeul, epilog=example("goeul municipality suspend sunchang --why 점검"))
@click.argument("slug")
@WHY
@JSON
def suspend(slug: str, why: str, as_json: bool) -> None:
    """Close a mall to visitors for a while; nothing is lost."""
    _move(slug, "suspended", why, as_json=as_json)


@municipality.command(cls=Goeul, epilog=example("goeul municipality resume sunchang"))
@click.argument("slug")
@WHY
@JSON
def resume(slug: str, why: str, as_json: bool) -> None:
    """Open a suspended mall again."""
    _move(slug, "active", why, as_json=as_json)


@municipality.command(cls=Goeul, epilog=example("goeul municipality archive sunchang --why '계약 종료'"))
@click.argument("slug")
@WHY
@JSON
def archive(slug: str, why: str, as_json: bool) -> None:
    """Close a mall for good. Its data stays."""
    _move(slug, "archived", why, as_json=as_json)
