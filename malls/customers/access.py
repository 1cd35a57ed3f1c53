"""Who may open a resident's pages."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from malls.customers.errors import NotAResident
from malls.customers.models import Resident
from malls.customers.queries import resident_of
from malls.merchants.access import home_of

Person = AbstractBaseUser | AnonymousUser
Home = Callable[[Person], str]
_homes: list[Home] = []


def add_home(home: Home) -> None:
    """Let an upper app say where its people's work is: an address, or nothing for others."""
    if home not in _homes:
        _homes.append(home)


def home_for(user: Person) -> str:
    """Where a person goes after logging in: residents to my page, everyone else to their work."""
    if resident_of(user):
        return "/my/"
    return next((place for home in _homes if (place := home(user))), "") or home_of(user)


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
