"""The municipality's colour in the Wagtail admin, and what its own pages still need."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.models import Site

from malls.storefront import numbers
from malls.storefront.legal import LEGAL
from malls.storefront.models import HomePage, MallSettings
from tenants.people.first_week import add_step


@hooks.register("insert_global_admin_css")
def colors() -> str:
    site = Site.objects.filter(is_default_site=True).first()
    color = MallSettings.for_site(site).brand_color.lstrip("#") if site else ""
    return format_html('<link rel="stylesheet" href="/theme.css?v={}">', color)


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
