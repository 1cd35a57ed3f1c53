"""Staff pass the second factor (TOTP) before the CMS where it is required."""

from collections.abc import Callable
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

GUARDED = ("/cms/", "/console/")
FREE = ("/cms/login/", "/cms/logout/", "/console/login/", "/console/logout/")


class SecondFactorMiddleware:
    """Sends staff without a verified device to enrol or to enter a code."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Guard the CMS and the console."""
        if needs_second_factor(request):
            return HttpResponseRedirect(f"/second-factor/?next={quote(request.path)}")
        return self.get_response(request)


def needs_second_factor(request: HttpRequest) -> bool:
    """Whether this request must stop until the second factor is shown."""
    guarded = request.path.startswith(GUARDED) and not request.path.startswith(FREE)
    return settings.SECOND_FACTOR_REQUIRED and guarded and request.user.is_authenticated and not is_verified(request)


def is_verified(request: HttpRequest) -> bool:
    """Whether this session has shown the second factor."""
    shown: Callable[[], bool] = getattr(request.user, "is_verified", bool)  # django-otp's; bool() is False
    return shown()
