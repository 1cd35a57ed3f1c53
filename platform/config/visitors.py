"""Whose request it is. Behind proxies the line comes from the nearest of them, and they say where they got it from."""

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class VisitorMiddleware:
    """Puts the visitor's address where everybody looks for it: failed log-ins, pairing, the access log."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Believe as many proxies as stand in front of us, and nobody before them."""
        address = seen_address(request.headers.get("X-Forwarded-For", ""), settings.ENV.trusted_proxies)
        if address:
            request.META["REMOTE_ADDR"] = address
        return self.get_response(request)


def seen_address(forwarded: str, proxies: int) -> str:
    """Whom the outermost of our proxies was asked by; empty when none of them says so.

    Each proxy appends who asked it. What stands further left is the visitor's own word.
    """
    seen = [one.strip() for one in forwarded.split(",")]
    if not 0 < proxies <= len(seen):
        return ""
    try:
        return str(ip_address(seen[-proxies]))
    except ValueError:
        return ""
