"""The municipality's colour in the Wagtail admin."""

from django.utils.html import format_html
from wagtail import hooks
from wagtail.models import Site

from malls.storefront.models import MallSettings


@hooks.register("insert_global_admin_css")
def colors() -> str:
    site = Site.objects.filter(is_default_site=True).first()
    color = MallSettings.for_site(site).brand_color.lstrip("#") if site else ""
    return format_html('<link rel="stylesheet" href="/theme.css?v={}">', color)
