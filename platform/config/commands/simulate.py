"""`goeul simulate`: a town lives through months."""

import click

from config.commands import JSON, MUNICIPALITY, Goeul, emit, example


@click.command(cls=Goeul, epilog=example("goeul simulate --municipality sunchang --residents 500 --months 3 --seed 7"))
@MUNICIPALITY
@click.option("--residents", type=click.IntRange(1, 100_000), default=100, show_default=True, help="New residents.")
@click.option("--months", type=click.IntRange(1, 36), default=3, show_default=True, help="Months that end today.")
@click.option(
    "--seed",
    type=int,
    default=1,
    show_default=True,
    help="The same seed lives the same life, in an equal town on the same day.",
)
@JSON
def simulate(municipality: str, residents: int, months: int, seed: int, as_json: bool) -> int:
    """Everything that may happen; ends with `verify` and a comparison with the provider's own list.

    Sign-ups, gifts, skips, swaps, declines, refunds, disputes, a price rise, gates that are cut off, shortages, lost
    answers, workers that die. Exit 1 when a law is broken or a won differs.
    """
    from config.commands import in_municipality
    from config.simulate.run import closed, live_through

    with closed(municipality), in_municipality(municipality):
        lived = live_through(residents, months, seed)
    emit(
        {
            "days": lived.days, **lived.happened, "refused": lived.refused,
            "violations": [str(one) for one in lived.broken], "differences": lived.differences,
        },
        as_json=as_json,
    )  # fmt: skip
    return 0 if lived.is_sound else 1
