"""The municipality's colour in the Wagtail admin; what staff change there is seen at once; what pages still need."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.models import Site

from core.generation import raise_generation
from malls.storefront import numbers
from malls.storefront.legal import LEGAL
from malls.storefront.models import HomePage, MallSettings
from tenants.people.first_week import add_step


@hooks.register("insert_global_admin_css")
def colors() -> str:
    site = Site.objects.filter(is_default_site=True).first()
    color = MallSettings.for_site(site).brand_color.lstrip("#") if site else ""
    return format_html('<link rel="stylesheet" href="/theme.css?v={}">', color)


@hooks.register("after_create_snippet")
@hooks.register("after_edit_snippet")
def show_anew(request: HttpRequest, instance: object) -> None:
    """Names, prices, pictures and terms of goods, shops and boxes stand on public pages."""
    del request, instance
    raise_generation()


@hooks.register("after_delete_snippet")
def show_without(request: HttpRequest, instances: object) -> None:
    """What is gone stands there no longer."""
    del request, instances
    raise_generation()


def to_pages() -> str:
    """Where the legal pages are: under the home page."""
    home = HomePage.objects.first()
    return reverse("wagtailadmin_explore", args=[home.pk]) if home else reverse("wagtailadmin_explore_root")


add_step(
    40,
    "storefront.change_mallsettings",
    _("fill in the footer's disclosures"),
    numbers.footer_filled,
    lambda: reverse("wagtailsettings:edit", args=["storefront", "mallsettings"]),
    target=len(numbers.DISCLOSED),
)
add_step(
    41,
    "storefront.change_mallsettings",
    _("put the legal office's texts into the legal pages"),
    numbers.legal_texts_of_our_own,
    to_pages,
    target=len(LEGAL),
)
