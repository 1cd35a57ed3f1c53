"""`goeul settlement`: close, approve, export."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from config.commands import JSON, MUNICIPALITY, PERIOD, Goeul, emit, example, in_municipality, progress

if TYPE_CHECKING:
    from core.actor import Actor

BY = click.option("--by", metavar="EMAIL", required=True, help="Who acts: maker and checker must be two people.")


@click.group()
def settlement() -> None:
    """Close, approve and export periods."""


@settlement.command(
    cls=Goeul,
    epilog=example("goeul settlement close --municipality sunchang --period 2026-10 --by finance@sunchang.example"),
)
@MUNICIPALITY
@PERIOD
@BY
@JSON
def close(municipality: str, period: date, by: str, as_json: bool) -> None:
    """Freeze a month into statements. Safe to repeat."""
    from core.clock import now
    from settlement.statements.actions import close_period
    from settlement.statements.rules import period_key

    with in_municipality(municipality):
        statements = close_period(period_key(period), by=_person(by, "statements.close_period"), at=now())
        emit(_summary(period_key(period), statements), as_json=as_json)


@settlement.command(
    cls=Goeul,
    epilog=example("goeul settlement approve --municipality sunchang --period 2026-10 --by approver@sunchang.example"),
)
@MUNICIPALITY
@PERIOD
@BY
@JSON
def approve(municipality: str, period: date, by: str, as_json: bool) -> None:
    """Confirm a closed month, so that it may be paid."""
    from core.clock import now
    from settlement.statements.actions import approve_period
    from settlement.statements.rules import period_key

    with in_municipality(municipality):
        approved = approve_period(period_key(period), by=_person(by, "statements.approve_period"), at=now())
        emit(_summary(approved.key, list(approved.statements.all())), as_json=as_json)


@settlement.command(
    cls=Goeul, epilog=example("goeul settlement export --municipality sunchang --period 2026-10 --out ./2026-10")
)
@MUNICIPALITY
@PERIOD
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder to write into.")
@JSON
def export(municipality: str, period: date, out: Path, as_json: bool) -> None:
    """Write every PDF, one xlsx of all lines, the bank files and a manifest with SHA-256."""
    from settlement.payouts.export import export_period
    from settlement.statements.actions.closing import known_period
    from settlement.statements.actions.rendering import render_statement
    from settlement.statements.rules import period_key

    with in_municipality(municipality):
        found = known_period(period_key(period))
        missing = list(found.statements.without_pdf().select_related("period", "payee"))
        with progress(missing, found.key) as bar:
            for statement in bar:
                render_statement(statement)
        files = export_period(found, out)
        emit({"period": found.key, "files": len(files), "folder": str(out)}, as_json=as_json)


def _person(email: str, permission: str) -> "Actor":
    """The user of this municipality who acts; refuses someone without the duty."""
    from core.actor import Actor
    from core.errors import NotAllowed
    from tenants.people.models import User

    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None or not user.has_perm(permission):
        raise NotAllowed
    return Actor.of(user)


def _summary(key: str, statements: list[Any]) -> dict[str, Any]:
    return {
        "period": key,
        "statements": len(statements),
        "payable": sum(statement.payable for statement in statements),
        "held": sum(statement.held for statement in statements),
    }
