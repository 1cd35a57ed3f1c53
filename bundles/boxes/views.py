"""My next boxes: see what is inside, swap, add, answer. Every change is shown in won before it is made."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bundles.boxes import actions, previews, queries, showing
from bundles.boxes.contents import box_settings
from bundles.boxes.forms import PiecesForm, RemedyForm, SwapForm
from bundles.boxes.models import ANSWERS, AddOn, Remedy, Share, StockPolicy
from bundles.boxes.previews import Preview
from bundles.subscriptions.models import Cycle, Subscription
from core.actor import Actor
from core.clock import kst_date, now
from core.errors import Refusal
from malls.customers.access import ResidentRequest, resident_required
from malls.customers.queries import resident_of
from ui.cards import picture_of
from ui.templatetags.ui import won

SHELF = 12
SHOWN = 20


@resident_required
def index(request: ResidentRequest) -> HttpResponse:
    """The boxes that come next, each with a way inside."""
    cycles = queries.coming(request.resident.pk, kst_date(now()))
    page = Paginator(cycles, SHOWN).get_page(request.GET.get("page"))
    context = {"page_obj": page, "rows": _rows(list(page)), "questions": _told(list(page))}
    return render(request, "boxes/index.html", context)


@resident_required
def detail(request: ResidentRequest, pk: int) -> HttpResponse:
    """One box: what is inside and from whom, what changed against the last one, what it costs, what can be changed."""
    cycle = _mine(request, pk)
    box, before = queries.box_of(cycle), queries.last_box(cycle)
    riding = queries.shelf().none() if box.is_paid else queries.shelf()
    shelf = Paginator(riding.exclude(pk__in=[one.add_on_id for one in box.chosen.extras]), SHELF)
    page = shelf.get_page(request.GET.get("page"))
    left = queries.left_of([one.product_id for one in page])
    rows = showing.rows_of(box, before)
    context = {
        "cycle": cycle,
        "box": box,
        "rows": [row for row in rows if row.component],
        "riding": [row for row in rows if not row.component],
        "gone": showing.gone(box, before),
        "fresh": [row.name for row in rows if row.is_new],
        "has_before": bool(before),
        "told": showing.tell(queries.open_shares([cycle])),
        "page_obj": page,
        "shelf": [(one, _picture(one), left.get(one.product_id, 0)) for one in page],
        "policy": _policy(cycle.subscription),
        "is_open": cycle.is_open_at(now()) and cycle.state == "scheduled",
        "most_swaps": queries.most_swaps(box.edition),
    }
    return render(request, "boxes/detail.html", context)


@resident_required
def swap(request: ResidentRequest, pk: int, component: int) -> HttpResponse:
    """Choose what a component is swapped for, see what it means, agree."""
    cycle = _mine(request, pk)
    edition = queries.edition_of(cycle)
    found = get_object_or_404(edition.components.select_related("product", "voucher_type"), pk=component)
    alternatives = queries.alternatives_of(edition, is_paid=queries.box_of(cycle).is_paid).filter(component=found)
    left = queries.left_of(alternatives.values_list("product", flat=True))
    data = request.POST if request.method == "POST" else request.GET if "to" in request.GET else None
    form = SwapForm(data, alternatives=alternatives, left=left, boxes=cycle.subscription.quantity)
    name = actions.name_of(found)
    question = _("Swap %(name)s?") % {"name": name}
    if not form.is_valid():
        return _choose(request, cycle, question, form)
    chosen = form.cleaned_data["to"]
    if request.method == "POST":
        amount, by = _amount(request), _by(request)
        return _do(
            request, cycle, _("The box was changed."),
            lambda: actions.choose_swap(cycle, chosen, amount=amount, by=by, at=now()),
        )  # fmt: skip
    first = _("%(after)s comes instead of %(before)s.") % {"after": chosen.product.name, "before": name}
    return _agree(
        request, cycle, (question, first), {"to": chosen.pk}, lambda: previews.of_swap(cycle, chosen, at=now())
    )


@require_POST
@resident_required
def undo(request: ResidentRequest, pk: int, component: int) -> HttpResponse:
    """Take a swap back."""
    cycle = _mine(request, pk)
    swapped = get_object_or_404(
        cycle.swaps.select_related("component__product", "component__voucher_type"), component=component
    )
    done = _("The swap was undone.")
    return _do(request, cycle, done, lambda: actions.undo_swap(cycle, swapped.component, by=_by(request), at=now()))


@resident_required
def add(request: ResidentRequest, pk: int, add_on: int) -> HttpResponse:
    """Choose how many pieces ride along, see what it means, agree."""
    cycle = _mine(request, pk)
    found = get_object_or_404(queries.shelf(), pk=add_on)
    data = request.POST if request.method == "POST" else request.GET if "pieces" in request.GET else None
    form = PiecesForm(data, add_on=found, initial={"pieces": _pieces(cycle, found)})
    question = _("Add %(name)s to this box?") % {"name": found.product.name}
    if not form.is_valid():
        return _choose(request, cycle, question, form)
    pieces = form.cleaned_data["pieces"]
    if request.method == "POST":
        amount, by = _amount(request), _by(request)
        return _do(
            request, cycle, _("The box was changed."),
            lambda: actions.set_extra(cycle, found, pieces, amount=amount, by=by, at=now()),
        )  # fmt: skip
    price = won(found.product.price * pieces)
    first = _("%(pieces)s × %(name)s rides along for %(price)s.") % {
        "pieces": pieces, "name": found.product.name, "price": price,
    }  # fmt: skip
    return _agree(
        request, cycle, (question, first), {"pieces": pieces}, lambda: previews.of_extra(cycle, found, pieces, at=now())
    )


@require_POST
@resident_required
def take_out(request: ResidentRequest, pk: int, add_on: int) -> HttpResponse:
    """Take an add-on out again."""
    cycle = _mine(request, pk)
    riding = get_object_or_404(cycle.extras.select_related("add_on__product"), add_on=add_on)
    done = _("It was taken out of the box.")
    act = lambda: actions.set_extra(cycle, riding.add_on, 0, amount=None, by=_by(request), at=now())  # noqa: E731
    return _do(request, cycle, done, act)


@resident_required
def question(request: ResidentRequest, pk: int, share: int) -> HttpResponse:
    """Something is short: ask what shall be done about this one box."""
    cycle = _mine(request, pk)
    found = get_object_or_404(queries.open_shares([cycle]).exclude(answer_by=None), pk=share)
    can = [one for one in ANSWERS if one[0] != Remedy.SUBSTITUTE or found.substitute]
    now_is = "" if found.remedy == Remedy.ASK else found.remedy
    form = RemedyForm(request.POST or None, choices=can, initial={"remedy": now_is})
    if request.method == "POST" and form.is_valid():
        done = _("Thank you. We will do as you wish.")
        return _do(request, cycle, done, lambda: actions.answer_question(found, form.chosen, at=now()))
    told = [_would(found, Remedy(one[0])) for one in can]
    title = _("%(name)s is short. What should we do?") % {"name": found.shortage.product.name}
    fallback = Remedy(box_settings().fallback).label
    told.append(_("Without an answer: %(fallback)s.") % {"fallback": fallback})
    return _ask(request, cycle, title, told, form=form, label=_("Send the answer"))


@resident_required
def policy(request: ResidentRequest, pk: int) -> HttpResponse:
    """What shall be done whenever something in these boxes is short."""
    found = get_object_or_404(
        Subscription.objects.filter(resident=request.resident).select_related("plan__bundle"), pk=pk
    )
    form = RemedyForm(request.POST or None, choices=Remedy.choices, initial={"remedy": _policy(found)})
    if request.method == "POST" and form.is_valid():
        actions.change_policy(found, form.chosen, at=now())
        messages.success(request, _("Thank you. We will do as you wish."))
        return redirect("my-subscription", pk=pk)
    told = [
        _("When a producer brings less than the boxes need, a published rule decides who goes without."),
        _("A substitute never costs more. What is left out is not charged. It is decided before anything is charged."),
    ]
    context = {"question": _("When something is out of stock"), "told": told, "form": form, "label": _("Save")}
    return render(request, "boxes/ask.html", {**context, "back": "my-subscription", "back_pk": pk})


def panel(request: HttpRequest) -> dict[str, Any]:
    """My page: the next boxes, and what we ask about them."""
    resident = resident_of(request.user)
    if resident is None:
        return {}
    cycles = list(queries.coming(resident.pk, kst_date(now()))[:3])
    return {"rows": _rows(cycles), "questions": _told(cycles)}


def _rows(cycles: Sequence[Cycle]) -> list[tuple[Cycle, Any]]:
    return [(one, _cover(one.subscription)) for one in cycles]


def _cover(subscription: Subscription) -> Any:
    bundle = subscription.plan.bundle
    return picture_of(bundle.image, name=bundle.name, category=bundle.category.slug)


def _picture(one: AddOn) -> Any:
    return picture_of(None, name=one.product.name)


def _told(cycles: Sequence[Cycle]) -> list[showing.Told]:
    return showing.tell(queries.open_shares(cycles)) if cycles else []


def _mine(request: ResidentRequest, pk: int) -> Cycle:
    """My box that is still to come; another's is as good as none."""
    return get_object_or_404(queries.coming(request.resident.pk, kst_date(now())), pk=pk)


def _policy(subscription: Subscription) -> Remedy:
    wish = StockPolicy.objects.filter(subscription=subscription).first()
    return Remedy(wish.remedy if wish else box_settings().policy)


def _pieces(cycle: Cycle, add_on: AddOn) -> int:
    there = cycle.extras.filter(add_on=add_on).first()
    return there.pieces if there else 1


def _would(share: Share, remedy: Remedy) -> str:
    """What an answer would mean in won."""
    after = previews.of_answer(share, remedy).after
    amount = won(after.price.total) if after.contents.items else _("nothing is charged")
    return _("%(answer)s: %(amount)s") % {"answer": remedy.label, "amount": amount}


def _amount(request: HttpRequest) -> int:
    """The total that was shown and agreed to; −1 when none was sent."""
    text = request.POST.get("amount", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else -1  # noqa: PLR2004


def _by(request: HttpRequest) -> Actor:
    return Actor.of(request.user, "resident")


def _do(request: HttpRequest, cycle: Cycle, done: str, act: Callable[[], object]) -> HttpResponse:
    """Make the change, or say why not."""
    try:
        act()
    except Refusal as no:
        messages.error(request, str(no))
    else:
        messages.success(request, done)
    return redirect("my-box", pk=cycle.pk)


def _choose(request: HttpRequest, cycle: Cycle, question: str, form: Any) -> HttpResponse:
    context = {"question": question, "form": form, "label": _("Show what it means"), "method": "get"}
    return render(request, "boxes/ask.html", {**context, "back": "my-box", "back_pk": cycle.pk})


def _agree(
    request: HttpRequest, cycle: Cycle, words: tuple[str, str], values: dict[str, int], look: Callable[[], Preview]
) -> HttpResponse:
    """Show the effect in won and ask for the yes; `words` are the question and the first thing to know."""
    question, first = words
    try:
        preview = look()
    except Refusal as no:
        messages.error(request, str(no))
        return redirect("my-box", pk=cycle.pk)
    total = preview.after.price.total
    told = [first, *showing.effect(preview.before.price.total, total, cycle.bill_on, is_paid=preview.after.is_paid)]
    hidden = {**values, "amount": total}
    label = _("I agree to %(amount)s for this box") % {"amount": won(total)}
    return _ask(request, cycle, question, told, hidden=hidden, label=label)


def _ask(request: HttpRequest, cycle: Cycle, question: str, told: Sequence[str], **more: Any) -> HttpResponse:
    context = {"question": question, "told": told, "back": "my-box", "back_pk": cycle.pk, **more}
    return render(request, "boxes/ask.html", context)
