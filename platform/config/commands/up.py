"""`goeul up`: one machine."""

from pathlib import Path

import click

from config.commands import example


@click.command(epilog=example("goeul up", "goeul up --demo small --port 8080 --data-dir /srv/goeul"))
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port of the pages.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="GOEUL_DATA_DIR",
    default=Path(".goeul"),
    show_default=True,
    help="Folder for the database and all files.",
)
@click.option("--demo", type=click.Choice(["small", "full"]), help="Load 3 or 6 invented municipalities, once.")
def up(port: int, host: str, data_dir: Path, demo: str | None) -> int:
    """Start PostgreSQL, Valkey, web, worker, beat and payment simulator; stay until Ctrl-C or SIGTERM.

    Started again on the same folder it keeps the data.
    """
    from config.up.house import run

    return run(data_dir, port=port, host=host, demo=demo, say=click.echo)
