"""Numbers of the showroom for the first page of the CMS."""

from collections.abc import Sequence

from django.db.models import Sum

from core.clock import days_after, kst_date, now
from showroom.displays.models import Display, DisplayState, LinkVisits
from showroom.playlists.models import Playlist
from tenants.people.charting import by_day
from ui.charts import Bar, counted

DAYS = 14


def silent() -> int:
    """Screens that have not been heard of."""
    return Display.objects.filter(state=DisplayState.STALE).count()


def paired() -> int:
    """Screens that were connected and are still used."""
    return Display.objects.filter(state__in=(DisplayState.ONLINE, DisplayState.STALE)).count()


def on_air() -> str:
    """Screens that play now."""
    return f"{Display.objects.filter(state=DisplayState.ONLINE).count():,}"


def playlists_live() -> int:
    """Published playlists."""
    return Playlist.objects.filter(live=True).count()


def visits_by_day() -> Sequence[Bar]:
    """How often the screens' QR codes were followed in the last two weeks."""
    last = kst_date(now())
    rows = LinkVisits.objects.filter(day__gt=days_after(last, -DAYS)).values("day").annotate(visits=Sum("count"))
    return counted(by_day(((row["day"], row["visits"]) for row in rows), last=last, days=DAYS))
