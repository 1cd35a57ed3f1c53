"""`goeul displays …`: the screens of a municipality."""

import click

from config.commands import JSON, MUNICIPALITY, Goeul, emit, example, in_municipality


@click.group()
def displays() -> None:
    """Show what each screen plays."""


@displays.command("list", cls=Goeul, epilog=example("goeul displays list --municipality sunchang"))
@MUNICIPALITY
@JSON
def list_(municipality: str, as_json: bool) -> None:
    """List the screens of a municipality with what the glass of each one confirmed."""
    from core.clock import now
    from showroom.displays.models import Display
    from showroom.displays.queries import glasses

    with in_municipality(municipality):
        found = glasses(list(Display.objects.select_related("playlist")), at=now())
        rows = [
            {
                "id": glass.display.pk,
                "name": glass.display.name,
                "state": glass.state,
                "verdict": glass.verdict,
                "shows": glass.shows,
                "playlist": glass.playlist,
                "last_seen": glass.last_seen_at,
                "error": glass.last_error,
            }
            for glass in found
        ]
    emit(rows, as_json=as_json)
