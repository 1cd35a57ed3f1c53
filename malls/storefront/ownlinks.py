"""Public pages for visitors with a session: everyone's copy with the visitor's own links and messages put in."""

from collections.abc import Callable

from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

from malls.storefront.pagecache import Copy, response_of
from ui.shell import shell_of


class OwnLinksMiddleware:
    """Stands last: whoever comes here has a tenant, a session and a user."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """From everyone's copy where the page cache found one, else from the view."""
        copy: Copy | None = getattr(request, "page_copy", None)
        if copy is None:
            return self.get_response(request)
        person = render_to_string("ui/_person.html", {"site": shell_of(request)})
        said = render_to_string("ui/_messages.html", {"messages": get_messages(request)})
        return response_of(copy, _put(_put(copy.plain, "person", person), "messages", said))


def _put(page: bytes, place: str, html: str) -> bytes:
    """A page with what stands between a place's two marks replaced; a part of a page may lack the place."""
    start, end = f"<!--{place}-->".encode(), f"<!--/{place}-->".encode()
    before, mark, rest = page.partition(start)
    _old, other, after = rest.partition(end)
    return before + html.encode() + after if mark and other else page
