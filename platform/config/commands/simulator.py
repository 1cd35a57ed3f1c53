"""`goeul simulator`: the payment provider of demo and tests."""

import runpy
import sys
from pathlib import Path

import click

from config.commands import example


@click.command(epilog=example("goeul simulator --port 8010 --data .goeul/simulator.json"))
@click.option("--port", type=int, required=True, help="Port on 127.0.0.1.")
@click.option(
    "--data", type=click.Path(dir_okay=False, path_type=Path), required=True, help="File that keeps its books."
)
def simulator(port: int, data: Path) -> None:
    """Run the payment simulator in the foreground."""
    sys.argv = ["goeul simulator", "--port", str(port), "--data", str(data)]
    runpy.run_module("malls.payments.simulator", run_name="__main__", alter_sys=True)
