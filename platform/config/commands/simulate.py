"""`goeul simulate`: a town lives through months."""

import click

from config.commands import JSON, MUNICIPALITY, Goeul, emit, example


@click.command(cls=Goeul, epilog=example("goeul simulate --municipality sunchang --residents 500 --months 3 --seed 7"))
@MUNICIPALITY
@click.option("--residents", type=click.IntRange(1, 100_000), default=100, show_default=True, help="New residents.")
@click.option("--months", type=click.IntRange(1, 36), default=3, show_default=True, help="Months that end today.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed lives the same life.")
@JSON
def simulate(municipality: str, residents: int, months: int, seed: int, as_json: bool) -> int:
    """Sign-ups, skips, declines, boxes, vouchers and settlement; ends with `verify` (exit 1 when a law is broken)."""
    from dataclasses import asdict

    from config.commands import in_municipality
    from config.simulate.run import live_through

    with in_municipality(municipality):
        lived, broken = live_through(residents, months, seed)
    emit({**asdict(lived), "violations": [str(one) for one in broken]}, as_json=as_json)
    return 1 if broken else 0
