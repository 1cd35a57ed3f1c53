"""직원 on the desk: the list, an invitation, one person with duties, account and history."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from core.actor import Actor
from core.clock import now
from core.errors import Refusal
from tenants.people import actions
from tenants.people.duties import Duty
from tenants.people.first_week import show_first_week
from tenants.people.forms import DutiesForm, InviteForm
from tenants.people.mails import send_invitation
from tenants.people.models import RightsRecord, User
from tenants.people.queries import STATES, staff_rows

PER_PAGE = 30
MANAGE, LOOK = "people.manage_staff", "people.view_rightsrecord"
may_manage = permission_required(MANAGE, raise_exception=True)

VERBS: dict[str, tuple[Callable[..., Any], Any]] = {
    "withdraw": (actions.withdraw_invitation, gettext_lazy("The invitation is withdrawn.")),
    "deactivate": (actions.deactivate, gettext_lazy("The account is closed. You can open it again at any time.")),
    "reactivate": (actions.reactivate, gettext_lazy("The account is open again.")),
    "reset": (
        actions.reset_second_factor,
        gettext_lazy("The second factor is reset. The next log-in registers a new one."),
    ),
}


def frame(title: str, *, subtitle: str = "", trail: bool = True) -> dict[str, Any]:
    """What Wagtail's page furniture needs."""
    above = [{"url": reverse("wagtailadmin_home"), "label": _("Home")}]
    if trail:
        above.append({"url": reverse("staff:index"), "label": _("Staff")})
    here = {"url": "", "label": title, "sublabel": subtitle}
    return {"header_title": title, "header_icon": "user", "breadcrumbs_items": [*above, here]}


@require_safe
@permission_required(LOOK, raise_exception=True)
def people(request: HttpRequest) -> HttpResponse:
    """Everyone who works in the CMS; by name or e-mail, duty and state."""
    asked = {name: request.GET.get(name, "").replace("\0", "").strip()[:100] for name in ("q", "duty", "state")}
    rows = staff_rows(at=now(), **asked)
    context = {
        **frame(_("Staff"), trail=False),
        **asked,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("p")),
        "duties": list(Duty),
        "states": STATES,
        "may_manage": request.user.has_perm(MANAGE),
    }
    return render(request, "people/desk/staff.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@may_manage
def invite(request: HttpRequest) -> HttpResponse:
    """Invite someone by e-mail."""
    form = InviteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            user, token = actions.invite_staff(
                form.cleaned_data["email"],
                form.cleaned_data["duties"],
                name=form.cleaned_data["name"],
                by=Actor.of(request.user),
                at=now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            send_invitation(request, user, token)
            return redirect("staff:index")
    return render(request, "people/desk/invite.html", {**frame(_("Invite staff")), "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(LOOK, raise_exception=True)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One of the staff: facts, duties, what may be done, and every change of rights."""
    found = get_object_or_404(staff_rows(at=now()), pk=pk)
    if request.method == "POST":
        if not request.user.has_perm(MANAGE):
            raise PermissionDenied
        return _act(request, found)
    own = found.pk == request.user.pk
    context = {
        **frame(str(found), subtitle=found.email),
        "person": found,
        "own": own,
        "may_manage": request.user.has_perm(MANAGE) and not own,
        "form": DutiesForm(initial={"duties": [group.name for group in found.groups.all()]}),
        "history": list(RightsRecord.objects.filter(user_id=found.pk)[:50]),
    }
    return render(request, "people/desk/person.html", context)


def _act(request: HttpRequest, found: User) -> HttpResponse:
    """Do what the page asked for, and say so, or say why not."""
    verb, by, at = request.POST.get("verb", ""), Actor.of(request.user), now()
    try:
        if verb == "duties":
            _change_duties(request, found, by)
        elif verb == "resend":
            send_invitation(request, found, actions.invite(found, by=by, at=at))
        elif verb in VERBS:
            do, said = VERBS[verb]
            do(found, by=by, at=at)
            messages.success(request, said)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("staff:index") if verb == "withdraw" else redirect("staff:person", found.pk)


def _change_duties(request: HttpRequest, found: User, by: Actor) -> None:
    form = DutiesForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    elif actions.change_duties(found, form.cleaned_data["duties"], by=by, at=now()):
        messages.success(request, _("The duties are changed. They count from the next page on."))
    else:
        messages.warning(request, _("Nothing was changed."))


@require_http_methods(["GET", "HEAD", "POST"])
def first_week(request: HttpRequest) -> HttpResponse:
    """Put one's list of the first week away, or fetch it back."""
    if request.method == "POST":
        show_first_week(Actor.of(request.user), shown=request.POST.get("shown") == "yes")
    return redirect("wagtailadmin_home")
