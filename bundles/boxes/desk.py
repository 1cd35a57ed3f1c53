"""상자: shortages with their proposals, swap rules of an edition, the mall's own rules."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.contrib.postgres.aggregates import StringAgg
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages

from bundles.boxes import actions
from bundles.boxes.contents import box_settings
from bundles.boxes.desk_forms import AlternativeForm, LimitForm, SettingsForm
from bundles.boxes.models import ANSWERS, Alternative, Remedy, Share, Shortage, ShortageState
from bundles.boxes.queries import most_swaps
from bundles.plans.models import Edition
from core.actor import Actor
from core.clock import now
from core.errors import Refusal
from malls.fulfillment.desk import frame, note_access, page_of

either = require_http_methods(["GET", "HEAD", "POST"])
may_look = permission_required("boxes.view_shortage", raise_exception=True)
LIVE = (ShortageState.OPEN, ShortageState.CONFIRMED)
SERVED = actions.SERVED


@require_safe
@may_look
def shortages(request: HttpRequest) -> HttpResponse:
    """What the boxes of the coming week are short of, first what is billed first; by product, bundle and state."""
    context = {
        **frame(_("Short of stock"), icon="warning"),
        "page": page_of(request, _found(request)),
        "states": ShortageState.choices,
        "chosen": request.GET.get("state", ""),
        "q": request.GET.get("q", ""),
        "may_rule": request.user.has_perm("boxes.change_boxsettings"),
    }
    return render(request, "boxes/desk/shortages.html", context)


def _found(request: HttpRequest) -> QuerySet[Shortage]:
    state, words = request.GET.get("state", ""), request.GET.get("q", "").replace("\0", "").strip()
    rows = Shortage.objects.filter(state__in=[state] if state in ShortageState.values else LIVE)
    bundle = "shares__cycle__subscription__plan__bundle__name"
    if words:
        named = Q(product__name__icontains=words) | Q(product__merchant__name__icontains=words)
        rows = rows.filter(named | Q(pk__in=Shortage.objects.filter(**{f"{bundle}__icontains": words})))
    return (
        rows.select_related("product__merchant")
        .annotate(
            bundles=StringAgg(bundle, Value(", "), distinct=True),
            without=Count("shares", filter=Q(shares__is_served=False), distinct=True),
            asked=Count("shares", filter=Q(shares__remedy=Remedy.ASK), distinct=True),
        )
        .order_by("first_on", "pk")
    )


@either
@may_look
def shortage(request: HttpRequest, pk: int) -> HttpResponse:
    """One shortage: which boxes get it by the rule, what is done for the others; change and confirm."""
    found = get_object_or_404(Shortage.objects.select_related("product__merchant"), pk=pk)
    if request.method == "POST":
        _must(request, "boxes.change_shortage")
        return _done(request, lambda: _decide(request, found), _("The shares are saved and confirmed."), found)
    note_access(request, "view", f"shortage {found.product.name}")
    known = ("cycle__subscription__resident__user", "cycle__subscription__plan__bundle", "substitute")
    shares = found.shares.select_related(*known).order_by("-is_served", "cycle__bill_on", "pk")
    page = page_of(request, shares)
    trail = ((reverse("boxes:index"), _("Short of stock")),)
    context = {
        **frame(found.product.name, subtitle=found.product.merchant.name, trail=trail, icon="warning"),
        "shortage": found,
        "page": page,
        "rows": [(share, _options(share)) for share in page],
        "served": sum(one.pieces for one in shares if one.is_served),
        "may_change": request.user.has_perm("boxes.change_shortage") and found.state != ShortageState.OVER,
    }
    return render(request, "boxes/desk/shortage.html", context)


def _options(share: Share) -> list[tuple[str, Any, bool]]:
    """What may be decided for a box: value, words, whether it is so now."""
    can: list[tuple[str, Any]] = [(SERVED, _("gets it"))]
    can += [one for one in ANSWERS if one[0] != Remedy.SUBSTITUTE or share.substitute]
    if share.answer_by:
        can.append((Remedy.ASK.value, Remedy.ASK.label))
    now_is = SERVED if share.is_served else share.remedy
    return [(value, words, value == now_is) for value, words in can]


def _decide(request: HttpRequest, found: Shortage) -> object:
    by, at = Actor.of(request.user), now()
    if request.POST.get("do") == "reopen":
        return actions.reopen_shortage(found, by=by, at=at)
    allowed = {SERVED, *Remedy.values}
    wanted = {
        int(name[6:]): value
        for name, value in request.POST.items()
        if name.startswith("share-") and name[6:].isascii() and name[6:].isdigit() and value in allowed
    }
    return actions.change_shares(found, wanted, by=by, at=at)


@either
@permission_required("boxes.view_alternative", raise_exception=True)
def edition(request: HttpRequest, pk: int) -> HttpResponse:
    """An edition's swap rules: what each component may be swapped for, at what price, and how often in a box."""
    found = get_object_or_404(Edition.objects.select_related("bundle"), pk=pk)
    form = AlternativeForm(request.POST if request.POST.get("do") == "allow" else None, edition=found)
    if request.method == "POST":
        _must(request, "boxes.change_alternative")
        said = _rule(request, found, form)
        if said:
            note_access(request, "change", f"swap rules {found}")
            messages.success(request, said)
            return redirect("boxes:edition", pk)
    rows = found.components.select_related("product__merchant", "voucher_type__partner").order_by("position", "pk")
    trail = ((reverse("wagtailsnippets_plans_edition:edit", args=[pk]), str(found)),)
    context = {
        **frame(_("Swap rules"), subtitle=str(found), trail=trail, icon="calendar"),
        "edition": found,
        "rows": rows.prefetch_related("alternatives__product__merchant"),
        "form": form,
        "media": form.media,
        "most": most_swaps(found),
        "may_change": request.user.has_perm("boxes.change_alternative"),
    }
    return render(request, "boxes/desk/edition.html", context)


def _rule(request: HttpRequest, found: Edition, form: AlternativeForm) -> str:
    """Make the change that was asked for and say so; nothing when it cannot be made."""
    do = request.POST.get("do")
    if do == "limit":
        limit = LimitForm(request.POST)
        if limit.is_valid():
            actions.limit_swaps(found, limit.cleaned_data["most"])
            return _("The limit is saved.")
        messages.error(request, _("Please enter how many swaps a box allows, from 0 to 20."))
        return ""
    if do == "withdraw":
        number = request.POST.get("alternative", "")
        rows = Alternative.objects.filter(component__edition=found)
        actions.withdraw_swap(get_object_or_404(rows, pk=number if number.isascii() and number.isdigit() else 0))
        return _("It is offered no more. Boxes for which it was chosen keep it.")
    if not form.is_valid():
        return ""
    data = form.cleaned_data
    try:
        actions.allow_swap(data["component"], data["product"], pieces=data["pieces"], extra=data["extra"])
    except Refusal as no:
        form.add_error("product", str(no))
        return ""
    return _("The swap is allowed.")


@either
@permission_required("boxes.change_boxsettings", raise_exception=True)
def rules(request: HttpRequest) -> HttpResponse:
    """The mall's own rules: what happens by default when something is short, and how much rides along."""
    form = SettingsForm(request.POST or None, instance=box_settings())
    if request.method == "POST" and form.is_valid():
        form.save()
        note_access(request, "change", "rules of boxes")
        messages.success(request, _("The rules are saved."))
        return redirect("boxes:rules")
    trail = ((reverse("boxes:index"), _("Short of stock")),)
    return render(request, "boxes/desk/rules.html", {**frame(_("Rules of boxes"), trail=trail), "form": form})


def panel(found: Edition) -> dict[str, Any]:
    """On an edition's page: what may be swapped for what."""
    rows = Alternative.objects.filter(component__edition=found, is_offered=True)
    known = rows.select_related("component__product", "component__voucher_type", "product__merchant")
    return {"alternatives": known, "most": most_swaps(found), "edition": found}


def _must(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


def _done(request: HttpRequest, do: Callable[[], object], said: str, found: Shortage) -> HttpResponse:
    """Do it and say so, or say why not."""
    try:
        do()
    except Refusal as no:
        messages.error(request, str(no))
    else:
        reopened = request.POST.get("do") == "reopen"
        messages.success(request, _("The confirmation is taken back.") if reopened else said)
    return redirect("boxes:shortage", found.pk)
