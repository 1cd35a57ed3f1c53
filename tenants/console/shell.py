"""What stands around the portal's pages."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from ui.shell import Link, Shell


def portal_shell(request: HttpRequest) -> Shell | None:
    """The frame of the portal; None on a mall's host."""
    tenant = getattr(request, "tenant", None)
    if tenant is None or not tenant.is_portal:
        return None
    return Shell(
        name="고을",
        line=_("Subscription malls of our towns"),
        theme="",
        nav=(
            Link(_("Malls"), "/", request.path == "/"),
            Link(_("Console"), "/console/", request.path.startswith("/console/")),
        ),
        logged_in=bool(getattr(request, "user", None) and request.user.is_authenticated),
    )
