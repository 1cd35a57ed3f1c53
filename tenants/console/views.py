"""The operators' portal: the directory of malls for everyone, the console for operators."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from core.actor import Actor
from core.clock import now
from core.errors import Refusal
from core.state import Transition
from tenants.console.actions import open_with_manager
from tenants.console.forms import OpenForm, WhyForm
from tenants.municipalities.actions import move_municipality
from tenants.municipalities.door import municipality_of
from tenants.municipalities.models import PORTAL, Municipality, MunicipalityState
from ui.cards import Picture

View = Callable[..., HttpResponse]
PER_PAGE = 30
PICTURE = Picture("/art/trip/basket+onggi+tangerine+napa+pouch-grain-4.svg")
STATES = frozenset(map(str, MunicipalityState))
VERBS = {
    "suspend": MunicipalityState.SUSPENDED,
    "resume": MunicipalityState.ACTIVE,
    "archive": MunicipalityState.ARCHIVED,
}


def operator_only(view: View) -> View:
    """For logged-in operators of the portal."""

    @wraps(view)
    @login_required(login_url="/console/login/")
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_staff:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def directory(request: HttpRequest) -> HttpResponse:
    """Every open mall."""
    malls = Municipality.objects.filter(state=MunicipalityState.ACTIVE).exclude(schema_name=PORTAL).order_by("name")
    addresses = [(mall, settings.ENV.address(f"{mall.slug}.{settings.ENV.base_host}")) for mall in malls]
    return render(request, "console/directory.html", {"malls": addresses, "picture": PICTURE})


@operator_only
def console(request: HttpRequest) -> HttpResponse:
    """All municipalities with search and state filter."""
    words, state = request.GET.get("q", "").strip(), request.GET.get("state", "")
    rows = Municipality.objects.exclude(schema_name=PORTAL).order_by("name", "pk")
    if words:
        rows = rows.filter(name__icontains=words) | rows.filter(schema_name__icontains=words) | rows.filter(code=words)
    if state in STATES:
        rows = rows.filter(state=state)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "q": words,
        "state": state,
        "states": list(MunicipalityState),
        "base": settings.ENV.base_host,
    }
    return render(request, "console/console.html", context)


@operator_only
def open_mall(request: HttpRequest) -> HttpResponse:
    """Open a municipality; shows its address and the manager's link once."""
    form = OpenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        try:
            done = open_with_manager(
                wanted["code"], wanted["slug"], wanted["name"], wanted["email"], by=Actor.of(request.user), at=now()
            )
        except Refusal as refusal:
            form.add_error("slug", str(refusal))
        else:
            return render(request, "console/opened.html", {"done": done, "email": wanted["email"]})
    return render(request, "console/open.html", {"form": form})


@operator_only
def move(request: HttpRequest, slug: str, verb: str) -> HttpResponse:
    """Confirm and carry out a change of state."""
    if verb not in VERBS:
        raise Http404
    tenant = municipality_of(slug)
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        move_municipality(slug, VERBS[verb], by=Actor.of(request.user), at=now(), why=form.cleaned_data["why"])
        messages.success(request, _("The change for %(name)s is done.") % {"name": tenant.name})
        return HttpResponseRedirect("/console/")
    past = Transition.objects.filter(thing="municipalities.Municipality", thing_id=tenant.pk).order_by("-id")[:20]
    return render(request, "console/move.html", {"tenant": tenant, "verb": verb, "form": form, "past": past})


class ConsoleLogin(LoginView):
    """Operators log in on the public host."""

    template_name = "console/login.html"
    next_page = "/console/"


class ConsoleLogout(LogoutView):
    """And out."""

    next_page = "/"
