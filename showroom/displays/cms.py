"""Screens in the Wagtail admin: what each one shows, pairing, retiring."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BaseColumn, Table
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from core.actor import Actor
from core.clock import now
from core.errors import Refusal
from showroom.displays.actions import pair_display, retire_display
from showroom.displays.forms import DisplayForm, PairForm
from showroom.displays.models import Display
from showroom.displays.queries import effect_of, glasses
from showroom.playlists.cms import PlaylistViewSet
from tenants.people.menu import SCREENS

STYLE = "displays/cms.css"


class GlassColumn(BaseColumn):
    """A cell drawn from `display.glass`."""

    class Media:
        css = {"all": (STYLE,)}

    def __init__(self, name: str, template: str, label: Any) -> None:
        super().__init__(name, label=label)
        self.cell_template_name = f"displays/cms/{template}.html"


class DisplayIndexView(generic.IndexView):
    """Every screen with what its glass confirmed."""

    add_item_label = _("Connect a screen")

    def get_table(self, object_list: Any) -> Table:
        """The rows with their glass beside them."""
        displays = list(object_list)
        for glass in glasses(displays, at=now()):
            glass.display.glass = glass  # type: ignore[attr-defined]
        return super().get_table(displays)

    def get_list_more_buttons(self, instance: Display) -> list[Any]:
        """Screens are not deleted: they retire, and what they played stays."""
        buttons = super().get_list_more_buttons(instance)
        for button in buttons:
            if button.url == self.get_delete_url(instance):
                button.label = _("Retire")
        return [] if instance.is_retired else buttons

    def get_base_queryset(self) -> Any:
        """Screens with their playlists."""
        return super().get_base_queryset().select_related("playlist")


class PairView(generic.CreateView):
    """Type in what the screen shows."""

    page_title = _("Connect a screen")
    submit_button_label = _("Connect")
    success_message = _("The screen “%(object)s” is connected. It starts playing within a few seconds.")

    def get_page_subtitle(self) -> Any:
        """Not "new display": the screen is there already."""
        return self.page_title

    def save_instance(self) -> Display:
        """Pair through the action."""
        by = Actor.of(self.request.user, "staff")
        return pair_display(self.form.cleaned_data["code"], self.form.spot, by=by, at=now())

    def form_valid(self, form: PairForm) -> HttpResponse:
        """A refusal stands beside the code."""
        try:
            return super().form_valid(form)
        except Refusal as refusal:
            form.add_error("code", str(refusal))
            self.produced_error_message = str(refusal)
            return self.form_invalid(form)


class PlaceView(generic.EditView):
    """Name, place and playlist of a screen."""

    delete_item_label = _("Retire")


class RetireView(generic.DeleteView):
    """Take a screen out of service; its counts stay."""

    page_title = _("Retire a screen")
    template_name = "displays/cms/retire.html"
    success_message = _("“%(object)s” is retired. Its screen forgets this mall at its next contact.")

    def delete_action(self) -> None:
        """Retire through the action."""
        retire_display(self.object.pk, by=Actor.of(self.request.user, "staff"), at=now())


class ScreenView(generic.InspectView):
    """One screen: state, what was played, who followed."""

    template_name = "displays/cms/screen.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The glass and its effect in the last two weeks."""
        at = now()
        (glass,) = glasses([self.object], at=at)
        return super().get_context_data(**kwargs) | {"glass": glass, "effect": effect_of(self.object, at=at)}


class DisplayViewSet(ModelViewSet):
    """화면."""

    model = Display
    name = "displays"
    icon = "desktop"
    menu_label = _("Screens")
    index_view_class = DisplayIndexView
    add_view_class = PairView
    edit_view_class = PlaceView
    delete_view_class = RetireView
    inspect_view_class = ScreenView
    inspect_view_enabled = True
    copy_view_enabled = False
    add_to_reference_index = False
    form_fields = ("name", "place", "playlist")
    search_fields = ("name", "place")
    list_display = (
        "name",
        GlassColumn("state", "state_cell", _("State")),
        GlassColumn("shows", "shows_cell", _("On the glass now")),
        GlassColumn("seen", "seen_cell", _("Last seen")),
    )

    def get_form_class(self, for_update: bool = False) -> Any:  # noqa: FBT001, FBT002  Wagtail's shape
        """Pairing asks for the code, editing does not."""
        return DisplayForm if for_update else PairForm

    def get_add_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Our form is the whole form."""
        return super().get_add_view_kwargs(**{"panel": None, **kwargs})

    def get_edit_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Our form is the whole form."""
        return super().get_edit_view_kwargs(**{"panel": None, **kwargs})


class ShowroomGroup(ModelViewSetGroup):
    """홈페이지·전시화면: screens and playlists, beside the pages and pictures."""

    menu_label = _("Website and screens")
    menu_name = "showroom"
    menu_icon = "desktop"
    menu_order = 700
    submenu_hook = SCREENS

    items = (DisplayViewSet, PlaylistViewSet)
