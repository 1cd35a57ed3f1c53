"""Log-in, sign-up, new password, addresses, agreements, leaving."""

from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.core.mail import send_mail
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from core.actor import Actor
from core.clock import now
from malls.customers import actions, leaving
from malls.customers.access import ResidentRequest, home_for, resident_required
from malls.customers.consents import CONSENTS
from malls.customers.forms import AddressForm, LoginForm, ResetForm, SignUpForm
from malls.customers.models import Address, ConsentKind
from malls.customers.queries import agreements_of
from malls.customers.tokens import reset_path, user_of
from tenants.people.models import User
from ui.shell import shell_of

BACKEND = "django.contrib.auth.backends.ModelBackend"
either = require_http_methods(["GET", "HEAD", "POST"])


@either
@never_cache
@sensitive_post_parameters("password")
def log_in(request: HttpRequest) -> HttpResponse:
    """E-mail and password; back to where one came from."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(_next(request, home_for(request.user)))
    form = LoginForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid() and form.user:
        login(request, form.user)
        return HttpResponseRedirect(_next(request, home_for(form.user)))
    return render(request, "customers/login.html", {"form": form, "next": request.GET.get("next", "")})


@either
@never_cache
def log_out(request: HttpRequest) -> HttpResponse:
    """Ask on GET, leave on POST."""
    if request.method == "POST":
        logout(request)
        return redirect("/")
    return render(request, "customers/logout.html")


@either
@never_cache
@sensitive_post_parameters("password")
def sign_up(request: HttpRequest) -> HttpResponse:
    """A new account with separate agreements."""
    form = SignUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        resident = actions.sign_up(
            data["email"], data["password"], name=data["name"], phone=data["phone"], agreed=form.agreed, at=now()
        )
        login(request, resident.user, backend=BACKEND)
        messages.success(request, _("Welcome! Your account is ready."))
        return HttpResponseRedirect(_next(request))
    return render(request, "customers/signup.html", {"form": form, "next": request.GET.get("next", "")})


@either
@never_cache
def reset(request: HttpRequest) -> HttpResponse:
    """Send a link for a new password; the answer is the same whether the account exists or not."""
    form = ResetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = User.objects.filter(email__iexact=form.cleaned_data["email"], is_active=True).first()
        if user and user.has_usable_password():
            _send_link(request, user)
        return render(request, "customers/reset_sent.html", {"email": form.cleaned_data["email"]})
    return render(request, "customers/reset.html", {"form": form})


@either
@never_cache
@sensitive_post_parameters()
def new_password(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """Set a new password by the link of a mail."""
    user = user_of(uid, token)
    if user is None:
        return render(request, "customers/reset_spent.html", status=410)
    form: SetPasswordForm[User] = SetPasswordForm(user, request.POST or None)
    form.fields["new_password1"].help_text = _("At least 8 characters, not a common word.")
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The new password is set. Log in with it."))
        return redirect("login")
    return render(request, "customers/new_password.html", {"form": form})


@resident_required
def addresses(request: ResidentRequest) -> HttpResponse:
    """Where my boxes go."""
    return render(request, "customers/addresses.html", {"addresses": list(request.resident.addresses.all())})


@either
@resident_required
def address(request: ResidentRequest, pk: int | None = None) -> HttpResponse:
    """Write a new address or change one."""
    mine = get_object_or_404(Address, pk=pk, resident=request.resident) if pk else None
    form = AddressForm(request.POST or None, instance=mine)
    if request.method == "POST" and form.is_valid():
        fresh = Address.objects.get(pk=mine.pk) if mine else None
        actions.save_address(request.resident, form.cleaned_data, address=fresh)
        messages.success(request, _("The address is saved."))
        return HttpResponseRedirect(_next(request, "/my/addresses/"))
    return render(request, "customers/address.html", {"form": form, "address": mine})


@require_POST
@resident_required
def address_remove(request: ResidentRequest, pk: int) -> HttpResponse:
    """Forget an address."""
    actions.remove_address(get_object_or_404(Address, pk=pk, resident=request.resident))
    messages.success(request, _("The address is removed."))
    return redirect("my-addresses")


@either
@resident_required
def account(request: ResidentRequest) -> HttpResponse:
    """My data, agreements, password."""
    resident = request.resident
    form = PasswordChangeForm(resident.user, request.POST or None)
    form.fields["old_password"].widget.attrs.pop("autofocus", None)
    form.fields["new_password1"].help_text = _("At least 8 characters, not a common word.")
    if request.method == "POST" and form.is_valid():
        form.save()
        update_session_auth_hash(request, resident.user)
        messages.success(request, _("The password is changed."))
        return redirect("my-account")
    given = agreements_of(resident)
    rows = [(consent, given.get(consent.kind)) for consent in CONSENTS]
    return render(request, "customers/account.html", {"form": form, "rows": rows, "resident": resident})


@require_POST
@resident_required
def marketing(request: ResidentRequest) -> HttpResponse:
    """Give or take back the agreement to news; the result is told (정보통신망법 §50)."""
    at = now()
    if request.POST.get("agree") == "1":
        actions.agree(request.resident, ConsentKind.MARKETING, at=at)
        messages.success(request, _("You will hear our news from now on."))
    else:
        actions.withdraw_agreement(request.resident, ConsentKind.MARKETING, at=at)
        messages.success(request, _("You will not get news any more."))
    return redirect("my-account")


@either
@resident_required
def leave(request: ResidentRequest) -> HttpResponse:
    """One question, what follows, two equal buttons; no harder than joining."""
    if request.method == "POST":
        actions.leave(request.resident, by=Actor.of(request.user, "resident"), at=now())
        logout(request)
        return render(request, "customers/left.html")
    sentences = leaving.consequences(request.resident)
    sentences += [_("Orders and payments are kept apart for five years, as the law asks. Everything else is erased.")]
    context = {
        "question": _("Do you want to leave the mall?"),
        "consequences": sentences,
        "confirm_label": _("Leave"),
        "back": "/my/account/",
        "back_label": _("Stay"),
        "kind": "secondary",
    }
    return render(request, "ui/confirm.html", context)


def _next(request: HttpRequest, default: str = "/my/") -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()) else default


def _send_link(request: HttpRequest, user: User) -> None:
    link = request.build_absolute_uri(reset_path(user))
    body = render_to_string(
        "customers/reset_mail.txt", {"user": user, "link": link, "place": shell_of(request).name}, request
    )
    send_mail(_("Set a new password"), body, None, [user.email])
