"""`goeul prepare`: after each upgrade."""

import click

from config.commands import Goeul, example


@click.command(cls=Goeul, epilog=example("goeul prepare"))
def prepare() -> None:
    """Bring database and static files to this version. Safe to run again; `goeul up` does it by itself."""
    from config.up.prepare import prepare_all

    prepare_all()
