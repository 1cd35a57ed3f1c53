"""`goeul demo …`: invented municipalities."""

import click

from config.commands import JSON, Goeul, emit, example


@click.group()
def demo() -> None:
    """Load the demo municipalities."""


@demo.command(cls=Goeul, epilog=example("goeul demo load --size small"))
@click.option("--size", type=click.Choice(["small", "full"]), default="small", show_default=True, help="3 or 6 towns.")
@JSON
def load(size: str, as_json: bool) -> None:
    """Open the demo towns with three months of life. What is loaded already is left as it is."""
    from config.demo.load import load as load_towns

    emit({"loaded": load_towns(size)}, as_json=as_json)


@demo.command(cls=Goeul, epilog=example("goeul demo town sunchang"))
@click.argument("slug", type=click.Choice(["sunchang", "boseong", "yeongdeok", "jeongseon", "tongyeong", "jeju"]))
@JSON
def town(slug: str, as_json: bool) -> None:
    """Load one town, from nothing."""
    from config.demo.load import load_town

    emit(load_town(slug), as_json=as_json)
