"""알림: what residents were told, what could not be sent, the mall's own wordings, its account for phone messages."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages

from core.actor import Actor
from core.clock import now
from core.errors import Refusal
from malls.fulfillment.desk import frame, note_access, page_of
from malls.notices import actions
from malls.notices.forms import AccountForm, WordingForm
from malls.notices.kinds import Kind, every_kind, kind_of
from malls.notices.models import MessageAccount, Notice, Outcome, Wording
from malls.notices.queries import found_notices, labels, mall_address, words_of
from malls.notices.rules import example_of, letter, phone_bytes, phone_form, values_of

AGAIN = (Outcome.FAILED, Outcome.UNKNOWN)
may_look = permission_required("notices.view_notice", raise_exception=True)
may_send = permission_required("notices.change_notice", raise_exception=True)
may_read = permission_required("notices.view_wording", raise_exception=True)
may_word = permission_required("notices.change_wording", raise_exception=True)
either = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@may_look
def notices(request: HttpRequest) -> HttpResponse:
    """Everything noted, newest first; by resident or title, kind and state."""
    words = request.GET.get("q", "").replace("\0", "").strip()
    kind, state = request.GET.get("kind", ""), request.GET.get("state", "")
    page, names = page_of(request, found_notices(words, kind, state)), labels()
    context = {
        **frame(_("Notices to residents"), icon="mail"),
        "page": page,
        "rows": [(one, names.get(one.kind, one.kind)) for one in page],
        "kinds": list(names.items()),
        "states": Outcome.choices,
        "kind": kind,
        "chosen": state,
        "q": words,
        "may_send": state == Outcome.FAILED and request.user.has_perm("notices.change_notice"),
    }
    return render(request, "fulfillment/desk/notices.html", context)


@require_safe
@may_look
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice: what was told, when, by what; or what went wrong."""
    found = _notice(pk)
    note_access(request, "view", f"notice {found}")
    trail = ((reverse("notices:index"), _("Notices to residents")),)
    context = {
        **frame(labels().get(found.kind, found.kind), subtitle=str(found.resident), trail=trail, icon="mail"),
        "one": found,
        "may_send": found.outcome in AGAIN and request.user.has_perm("notices.change_notice"),
    }
    return render(request, "fulfillment/desk/notice.html", context)


@require_POST
@may_send
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send once more what failed or is in doubt."""
    try:
        actions.send_again(_notice(pk), by=Actor.of(request.user), at=now())
    except Refusal as no:
        messages.error(request, str(no))
    else:
        messages.success(request, _("It is sent again within a minute."))
    return redirect("notices:notice", pk)


@require_POST
@may_send
def all_again(request: HttpRequest) -> HttpResponse:
    """Send once more everything that failed and fits the search: after a mail server was away for a day."""
    words, kind = request.POST.get("q", "").replace("\0", "").strip(), request.POST.get("kind", "")
    failed = found_notices(words, kind, Outcome.FAILED)
    many = actions.send_failed_again(failed, by=Actor.of(request.user), at=now())
    messages.success(request, _("Sent again within a minute: %(many)s.") % {"many": f"{many:,}"})
    return redirect("notices:index")


def _notice(pk: int) -> Notice:
    return get_object_or_404(Notice.objects.select_related("resident__user", "letter"), pk=pk)


@require_safe
@may_read
def wordings(request: HttpRequest) -> HttpResponse:
    """Every kind with the title it has now."""
    kinds = every_kind()
    words = words_of(kinds)
    wanted = request.GET.get("q", "").strip()
    rows = [(kind, words[kind.name]) for kind in kinds if wanted in f"{kind.label} {words[kind.name].title}"]
    context = {**frame(_("Wordings of notices"), icon="edit"), "rows": rows, "q": wanted}
    return render(request, "fulfillment/desk/wordings.html", context)


@either
@may_read
def wording(request: HttpRequest, name: str) -> HttpResponse:
    """One kind's words: look at them with an example, save them, go back to the house's."""
    kind = kind_of(name)
    if kind is None:
        raise Http404
    words = words_of([kind])[kind.name]
    first = {"title": words.title, "text": words.text, "template_code": words.template_code}
    form = WordingForm(kind, request.POST or None, initial=first)
    if request.method == "POST":
        if not request.user.has_perm("notices.change_wording"):
            return redirect("wordings:one", name)
        if form.is_valid() and request.POST.get("do") != "preview":
            _save(request, kind, form)
            return redirect("wordings:one", name)
    return render(request, "fulfillment/desk/wording.html", _page(request, kind, form))


def _save(request: HttpRequest, kind: Kind, form: WordingForm) -> None:
    data, by, at = form.cleaned_data, Actor.of(request.user), now()
    code = data["template_code"]
    actions.save_wording(kind, data["title"], data["text"], template_code=code, by=by, at=at)
    messages.success(request, _("Residents are told in these words from now on."))


def _page(request: HttpRequest, kind: Kind, form: WordingForm) -> dict[str, Any]:
    given = form.cleaned_data if form.is_bound else form.initial
    title, text = letter(
        given.get("title", ""), given.get("text", ""), values_of(kind, [example_of(kind)], "김순창", mall_address())
    )
    trail = ((reverse("wordings:index"), _("Wordings of notices")),)
    return {
        **frame(str(kind.label), trail=trail, icon="edit"),
        "kind": kind,
        "form": form,
        "variables": kind.offered,
        "title": title,
        "text": text,
        "form_of_phone": phone_form(text),
        "bytes": phone_bytes(text),
        "history": Wording.objects.filter(kind=kind.name)[:20],
        "may_change": request.user.has_perm("notices.change_wording"),
        "is_preview": form.is_bound and form.is_valid(),
    }


@require_POST
@may_word
def reset(request: HttpRequest, name: str) -> HttpResponse:
    """The house's words again; the mall's own stay in the history."""
    kind = kind_of(name)
    if kind is None:
        raise Http404
    actions.reset_wording(kind, by=Actor.of(request.user), at=now())
    messages.success(request, _("Residents are told in the house's words again."))
    return redirect("wordings:one", name)


@either
@sensitive_post_parameters("api_key")
@permission_required("notices.change_messageaccount", raise_exception=True)
def account(request: HttpRequest) -> HttpResponse:
    """The account at the provider of phone messages."""
    known = MessageAccount.objects.first()
    first = {"sender": known.sender, "profile": known.profile} if known else {}
    form = AccountForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        actions.save_account(**form.cleaned_data)
        note_access(request, "change", "account for phone messages")
        messages.success(request, _("Residents can choose phone messages now."))
        return redirect("message-account:index")
    context = {**frame(_("Phone messages"), icon="key"), "form": form, "known": known}
    return render(request, "fulfillment/desk/message_account.html", context)
