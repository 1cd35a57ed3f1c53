"""Playlists: ordered scenes that screens play round and round."""

from typing import Any

from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail.models import DraftStateMixin, PreviewableMixin, RevisionMixin

from core.clock import now
from core.generation import raise_generation
from showroom.playlists.blocks import ScenesBlock
from showroom.playlists.scenes import told_by
from showroom.playlists.words import player_words

PRICE_HOURS = [(1, _("1 hour")), (2, _("2 hours")), (6, _("6 hours")), (12, _("12 hours")), (24, _("24 hours"))]


class Playlist(DraftStateMixin, RevisionMixin, PreviewableMixin, models.Model):
    """An ordered set of scenes (편성표). Screens without one of their own play the default."""

    title = models.CharField(_("name"), max_length=60)
    scenes = StreamField(ScenesBlock(), verbose_name=_("scenes"), blank=True)
    price_hours = models.PositiveSmallIntegerField(
        _("prices may be this old"), choices=PRICE_HOURS, default=2,
        help_text=_("A screen without network hides prices and stock that are older; the scenes go on."),
    )  # fmt: skip
    is_default = models.BooleanField(_("default playlist"), default=False, editable=False)

    class Meta:
        verbose_name = _("playlist")
        verbose_name_plural = _("playlists")
        ordering = ("-is_default", "title", "pk")
        permissions = (("publish_playlist", "Can publish playlist"),)
        constraints = (
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="one_default_playlist"
            ),
        )

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep; screens learn of it with their next poll."""
        super().save(*args, **kwargs)
        raise_generation()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Remove; its screens fall back to the default playlist."""
        gone: tuple[int, dict[str, int]] = super().delete(*args, **kwargs)
        raise_generation()
        return gone

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """Both ways a screen may hang."""
        return [("landscape", _("Landscape 1920×1080")), ("portrait", _("Portrait 1080×1920"))]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """The playlist as it will be on the glass, drawn by the player itself."""
        context = {
            "orientation": mode_name,
            "preview": {"scenes": [scene.as_json() for scene in told_by(self.scenes, at=now())]},
            "words": player_words(),
            "municipality": request.tenant,  # type: ignore[attr-defined]
            "static_root": settings.STATIC_URL,
        }
        return TemplateResponse(request, "playlists/preview.html", context)
