"""The page of the people who work for a shop or another partner of the town: invite them, close their accounts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from core.actor import Actor
from core.clock import now
from core.errors import Refusal
from tenants.people import actions
from tenants.people.forms import PersonForm
from tenants.people.mails import send_invitation
from tenants.people.models import User
from tenants.people.queries import with_state


@dataclass(frozen=True, slots=True)
class Crew:
    """Whose people: its name, the right as it is recorded, the people, how one joins, and where its own page is."""

    owner: str
    right: str
    members: QuerySet[User]
    join: Callable[[User], object]
    back: str


VERBS: dict[str, tuple[Callable[..., object], Any]] = {
    "withdraw": (actions.withdraw_invitation, _("The invitation is withdrawn.")),
    "deactivate": (actions.deactivate, _("The account is closed. You can open it again at any time.")),
    "reactivate": (actions.reactivate, _("The account is open again.")),
}


def crew_page(request: HttpRequest, crew: Crew) -> HttpResponse:
    """Who may use the partner's pages; each verb answers with the page itself."""
    verb = request.POST.get("verb", "")
    form = PersonForm(request.POST if verb == "invite" else None)
    try:
        if form.is_bound and form.is_valid():
            _invite(request, crew, form.cleaned_data["email"], form.cleaned_data["name"])
            return redirect(request.path)
        if request.method == "POST" and not form.is_bound:
            _act(request, crew, verb)
            return redirect(request.path)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(request.path)
    people = with_state(crew.members, at=now()).order_by("pk")
    return render(request, "merchants/crew.html", {"crew": crew, "people": list(people), "form": form})


def _invite(request: HttpRequest, crew: Crew, email: str, name: str) -> None:
    with transaction.atomic():
        user, token = actions.invite_member(email, crew.right, by=Actor.of(request.user), at=now(), name=name)
        crew.join(user)
    send_invitation(request, user, token)


def _act(request: HttpRequest, crew: Crew, verb: str) -> None:
    """Do one of the verbs with one of these people and nobody else's."""
    key = request.POST.get("user", "")
    found = get_object_or_404(crew.members, pk=int(key) if key.isdecimal() and len(key) < 19 else 0)  # noqa: PLR2004  bigint
    by, at = Actor.of(request.user), now()
    if verb == "resend":
        send_invitation(request, found, actions.invite(found, by=by, at=at))
    elif verb in VERBS:
        do, said = VERBS[verb]
        do(found, by=by, at=at, right=crew.right)
        messages.success(request, said)
