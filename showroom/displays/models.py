"""Screens in city halls, how they are paired, what they showed and who followed them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.state import Stateful

SILENT_AFTER = timedelta(minutes=2)


class DisplayState(models.TextChoices):
    """Where a screen stands."""

    UNPAIRED = "unpaired", _("waiting for the screen")
    ONLINE = "online", _("on air")
    STALE = "stale", _("no contact")
    RETIRED = "retired", pgettext_lazy("display", "retired")


class Display(Stateful):
    """A screen at a place (전시화면). Only the hash of its token is stored; what it says of itself is kept beside."""

    MOVES: ClassVar[Mapping[str, frozenset[str] | set[str]]] = {
        DisplayState.UNPAIRED: {DisplayState.ONLINE, DisplayState.RETIRED},
        DisplayState.ONLINE: {DisplayState.STALE, DisplayState.RETIRED},
        DisplayState.STALE: {DisplayState.ONLINE, DisplayState.RETIRED},
        DisplayState.RETIRED: set(),
    }

    name = models.CharField(_("name"), max_length=60, help_text=_("For example: lobby of the main building"))
    place = models.CharField(_("address or floor"), max_length=120, blank=True)
    playlist = models.ForeignKey(
        "playlists.Playlist", models.SET_NULL, null=True, blank=True, related_name="displays",
        verbose_name=_("playlist"),
        help_text=_("Left empty, the default playlist is shown."),
    )  # fmt: skip
    state = models.CharField(_("state"), max_length=20, choices=DisplayState, default=DisplayState.UNPAIRED)
    token_hash = models.CharField(max_length=64, blank=True, editable=False)
    paired_at = models.DateTimeField(_("paired at"), null=True, editable=False)
    retired_at = models.DateTimeField(_("retired at"), null=True, editable=False)
    last_seen_at = models.DateTimeField(_("last seen"), null=True, editable=False)
    shown_version = models.CharField(_("version on the glass"), max_length=64, blank=True, editable=False)
    shown_scene = models.CharField(_("on the glass now"), max_length=120, blank=True, editable=False)
    screen = models.CharField(_("screen"), max_length=20, blank=True, editable=False)
    uptime_seconds = models.PositiveIntegerField(_("running for (seconds)"), default=0, editable=False)
    free_megabytes = models.PositiveIntegerField(_("free space (MB)"), null=True, editable=False)
    last_error = models.CharField(_("last error"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("display")
        verbose_name_plural = _("displays")
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["token_hash"], condition=~models.Q(token_hash=""), name="display_token_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(state=DisplayState.RETIRED) | models.Q(token_hash="", retired_at__isnull=False),
                name="display_retired_has_no_token",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_retired(self) -> bool:
        """Whether it left for good."""
        return self.state == DisplayState.RETIRED

    def is_silent(self, at: datetime) -> bool:
        """Whether it has not spoken for longer than a few heartbeats."""
        return self.last_seen_at is None or at - self.last_seen_at > SILENT_AFTER


class Pairing(models.Model):
    """A screen that shows a code and waits. The code works once and for ten minutes."""

    code = models.CharField(max_length=6)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    display = models.ForeignKey(Display, models.CASCADE, null=True, related_name="pairings")

    class Meta:
        verbose_name = _("pairing")
        verbose_name_plural = _("pairings")
        constraints = (
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(display__isnull=True), name="pairing_code_once"
            ),
        )

    def __str__(self) -> str:
        return self.code


class ShortLink(models.Model):
    """An address short enough for a wall: one for each screen and subject."""

    code = models.CharField(max_length=10, unique=True)
    display = models.ForeignKey(Display, models.CASCADE, related_name="links")
    subject = models.CharField(_("subject"), max_length=160)
    path = models.CharField(_("leads to"), max_length=300)

    class Meta:
        verbose_name = _("short link")
        verbose_name_plural = _("short links")
        constraints = (models.UniqueConstraint(fields=["display", "path"], name="short_link_once"),)

    def __str__(self) -> str:
        return f"/s/{self.code}"


class LinkVisits(models.Model):
    """How often a screen's QR was followed on a Korean day."""

    link = models.ForeignKey(ShortLink, models.CASCADE, related_name="visits")
    day = models.DateField(_("day"))
    count = models.PositiveIntegerField(_("visits"), default=0)

    class Meta:
        verbose_name = _("QR visits")
        verbose_name_plural = _("QR visits")
        constraints = (models.UniqueConstraint(fields=["link", "day"], name="link_visits_once"),)

    def __str__(self) -> str:
        return f"{self.link} {self.day}: {self.count}"


class PlayBatch(models.Model):
    """A batch of plays that a screen handed in; its nonce makes handing it in twice harmless."""

    display = models.ForeignKey(Display, models.CASCADE, related_name="batches")
    nonce = models.CharField(max_length=40)
    received_at = models.DateTimeField()
    plays = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("batch of plays")
        verbose_name_plural = _("batches of plays")
        constraints = (models.UniqueConstraint(fields=["display", "nonce"], name="play_batch_once"),)

    def __str__(self) -> str:
        return f"{self.display}: {self.plays}"


class PlayCount(models.Model):
    """How often, and for how many seconds, a scene was on a screen's glass on a Korean day."""

    display = models.ForeignKey(Display, models.CASCADE, related_name="plays")
    day = models.DateField(_("day"))
    scene = models.CharField(_("scene"), max_length=100)
    subject = models.CharField(_("subject"), max_length=160, blank=True)
    plays = models.PositiveIntegerField(_("plays"))
    seconds = models.PositiveIntegerField(_("seconds"))

    class Meta:
        verbose_name = _("proof of play")
        verbose_name_plural = _("proof of play")
        constraints = (models.UniqueConstraint(fields=["display", "day", "scene"], name="play_count_once"),)

    def __str__(self) -> str:
        return f"{self.display} {self.day} {self.scene}: {self.plays}"
