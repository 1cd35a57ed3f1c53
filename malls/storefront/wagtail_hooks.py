"""The municipality's colour in the Wagtail admin; what staff change there is seen at once."""

from django.http import HttpRequest
from django.utils.html import format_html
from wagtail import hooks
from wagtail.models import Site

from core.generation import raise_generation
from malls.storefront.models import MallSettings


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
