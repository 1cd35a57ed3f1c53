"""Registers the desk's menus, the bulk approval and the desk's styles."""

from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from malls.catalog.cms import ApproveBulkAction, OnboardingGroup

register_snippet(OnboardingGroup)
hooks.register("register_bulk_action", ApproveBulkAction)


@hooks.register("insert_global_admin_css")
def desk_styles() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("catalog/desk.css"))
