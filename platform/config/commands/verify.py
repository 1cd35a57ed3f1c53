"""`goeul verify`: the laws on the stored data."""

from typing import TYPE_CHECKING, Any

import click

from config.commands import JSON, SOME_MUNICIPALITY, Goeul, each_chosen, emit, example, progress

if TYPE_CHECKING:
    from core.laws import Law


@click.command(cls=Goeul, epilog=example("goeul verify", "goeul verify --municipality sunchang --json"))
@SOME_MUNICIPALITY
@click.option("--all", "every", is_flag=True, help="Every open municipality; the same as naming none.")
@JSON
@click.pass_context
def verify(ctx: click.Context, municipality: str | None, every: bool, as_json: bool) -> None:
    """Check the laws of the house. One row per violation; exit 1 if there is any."""
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


def every_law() -> "list[Law]":
    """The laws of every installed app, lowest app first."""
    from importlib import import_module
    from importlib.util import find_spec

    from django.apps import apps

    modules = [f"{app.name}.laws" for app in apps.get_app_configs() if app.name not in {"core", "django_tenants"}]
    return [law for name in modules if find_spec(name) for law in getattr(import_module(name), "LAWS", ())]
