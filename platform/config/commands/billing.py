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
    """Bill what is due, in turns of one batch. Safe to run twice, at once, or to kill and run again."""
    from bundles.billing.dispatching import dispatch, due_municipalities
    from core.clock import kst_date, now
    from malls.payments.accounts import open_gateway

    day = on or kst_date(now())
    tenants = list(each_chosen(municipality, every=every))
    if every:
        tenants = due_municipalities(day)
    rows: list[dict[str, object]] = []
    for turn in dispatch(day, tenants, clock=now, gateway_of=open_gateway):
        counts = {name: getattr(turn.run, name, 0) for name in ("due", "paid", "declined", "unknown", "held")}
        rows.append({"municipality": turn.tenant.slug, "on": day.isoformat(), **counts, "problem": turn.problem})
    emit(rows, as_json=as_json)
    if any(row["problem"] for row in rows):
        ctx.exit(1)
