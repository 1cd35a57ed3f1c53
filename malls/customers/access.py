"""Who may open a resident's pages."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from malls.customers.errors import NotAResident
from malls.customers.models import Resident
from malls.customers.queries import resident_of


class ResidentRequest(HttpRequest):
    """A request of a logged-in resident."""

    resident: Resident


def resident_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Send visitors to log in, refuse accounts that cannot buy, and give the view `request.resident`."""

    @wraps(view)
    def guarded(request: ResidentRequest, *args: object, **kwargs: object) -> HttpResponse:
        resident = resident_of(request.user)
        if resident is None:
            raise NotAResident
        request.resident = resident
        return view(request, *args, **kwargs)

    return login_required(never_cache(guarded))
