"""What staff fill in for a screen."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from showroom.displays.actions import Spot
from showroom.displays.models import Display, DisplayState
from showroom.displays.rules import CODE_DIGITS
from showroom.playlists.models import Playlist


class DisplayForm(WagtailAdminModelForm):
    """Where a screen stands and what it plays."""

    class Meta:
        model = Display
        fields = ("name", "place", "playlist")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["playlist"].queryset = Playlist.objects.filter(live=True)
        self.fields["playlist"].empty_label = _now("Default playlist")


class PairForm(DisplayForm):
    """The six digits on the screen, and the place; or the screen whose broken device is replaced."""

    code = forms.CharField(
        label=_("Code on the screen"), max_length=12,
        help_text=_("Open /showroom/player/ on the new screen; it shows six digits."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "autofocus": True}),
    )  # fmt: skip
    instead_of = forms.ModelChoiceField(
        label=_("Replaces a broken device at"), queryset=Display.objects.none(), required=False,
        empty_label=_("No, this is a new place"),
        help_text=_("Name, playlist and counts of that place are kept; the old device is disconnected."),
    )  # fmt: skip
    field_order = ("code", "instead_of", "name", "place", "playlist")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["instead_of"].queryset = Display.objects.exclude(state=DisplayState.RETIRED)
        self.fields["name"].required = False
        self.fields["name"].label = _now("name") + " *"
        self.order_fields(self.field_order)

    def clean_code(self) -> str:
        """Six digits; spaces and hyphens do not matter."""
        code = "".join(letter for letter in self.cleaned_data["code"] if letter not in " -·")
        if len(code) != CODE_DIGITS or not code.isascii() or not code.isdigit():
            raise forms.ValidationError(_now("The code has six digits."))
        return code

    def clean(self) -> dict[str, Any]:
        """A new place needs a name."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not data.get("instead_of") and not data.get("name"):
            self.add_error("name", _now("Give the place a name, such as “lobby of the main building”."))
        return data

    @property
    def spot(self) -> Spot:
        """What was filled in."""
        data = self.cleaned_data
        replaced = data.get("instead_of")
        return Spot(data["name"], data["place"], data["playlist"], replaced.pk if replaced else None)
