"""`goeul verify`: the laws on the stored data."""

from typing import Any

import click

from config.commands import JSON, SOME_MUNICIPALITY, Goeul, each_chosen, emit, example, progress


@click.command(cls=Goeul, epilog=example("goeul verify", "goeul verify --municipality sunchang --json"))
@SOME_MUNICIPALITY
@click.option("--all", "every", is_flag=True, help="Every open municipality; the same as naming none.")
@JSON
@click.pass_context
def verify(ctx: click.Context, municipality: str | None, every: bool, as_json: bool) -> None:
    """Check the laws of the house. One row per violation; exit 1 if there is any."""
    from config.laws import every_law
    from core.laws import violations

    laws = every_law()
    found: list[dict[str, Any]] = []
    checked = 0
    for tenant in each_chosen(municipality, every=every or municipality is None):
        checked += 1
        with progress(laws, tenant.name) as bar:
            for law in bar:
                found += [
                    {"municipality": tenant.slug, "law": one.code, "sentence": one.sentence, "row": list(one.row)}
                    for one in violations([law])
                ]
    if as_json:
        emit({"municipalities": checked, "laws": len(laws), "violations": found}, as_json=True)
    else:
        emit(found, as_json=False)
        click.echo(f"{checked} municipalities, {len(laws)} laws, {len(found)} violations.")
    if found:
        ctx.exit(1)
