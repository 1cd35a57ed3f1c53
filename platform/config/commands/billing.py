"""`goeul billing …`: due boxes become orders and charges."""

from datetime import date

import click

from config.commands import ALL, JSON, ON, SOME_MUNICIPALITY, Goeul, each_chosen, emit, example


@click.group()
def billing() -> None:
    """Turn due cycles into orders and charges."""


@billing.command(
    cls=Goeul, epilog=example("goeul billing run --municipality sunchang", "goeul billing run --all --on 2026-12-01")
)
@SOME_MUNICIPALITY
@ALL
@ON
@JSON
@click.pass_context
def run(ctx: click.Context, municipality: str | None, every: bool, on: date | None, as_json: bool) -> None:
    """Bill what is due. Safe to run twice, or to kill and run again."""
    from bundles.billing.actions import run_billing
    from core.clock import kst_date, now
    from core.errors import GatewayError, Refusal
    from malls.payments.accounts import open_gateway

    rows: list[dict[str, object]] = []
    for tenant in each_chosen(municipality, every=every):
        at = now()
        try:
            done = run_billing(on or kst_date(at), at=at, gateway=open_gateway())
        except (Refusal, GatewayError) as no:  # one municipality's trouble is not another's
            rows.append({"municipality": tenant.slug, "problem": str(no)})
            continue
        counts = {name: getattr(done, name) for name in ("due", "paid", "declined", "unknown", "held")}
        rows.append({"municipality": tenant.slug, "on": done.on.isoformat(), **counts, "problem": ""})
    emit(rows, as_json=as_json)
    if any(row["problem"] for row in rows):
        ctx.exit(1)
