"""What I was told, and how I want to be told."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.clock import now
from core.errors import Refusal
from malls.customers.access import ResidentRequest, resident_required
from malls.notices.actions import choose_way
from malls.notices.forms import WayForm
from malls.notices.models import Letter, Way
from malls.notices.queries import has_phone_messages, letters_of

SHEET = 20


@require_safe
@resident_required
def index(request: ResidentRequest) -> HttpResponse:
    """Letters, newest first, and the choice of e-mail or phone."""
    words = request.GET.get("q", "").replace("\0", "").strip()
    found = letters_of(request.resident)
    if words:
        found = found.filter(title__icontains=words) | found.filter(text__icontains=words)
    context = {
        "sheet": Paginator(found, SHEET).get_page(request.GET.get("page")),
        "q": words,
        "form": WayForm(request.resident) if has_phone_messages() and request.resident.user.phone else None,
        "email": request.resident.user.email,
    }
    return render(request, "notices/index.html", context)


@require_safe
@resident_required
def letter(request: ResidentRequest, pk: int) -> HttpResponse:
    """One letter, as it was sent."""
    found = get_object_or_404(Letter, pk=pk, resident=request.resident)
    return render(request, "notices/letter.html", {"letter": found})


@require_POST
@resident_required
def way(request: ResidentRequest) -> HttpResponse:
    """Be told by e-mail or by phone from now on."""
    form = WayForm(request.resident, request.POST)
    if form.is_valid():
        try:
            choice = choose_way(request.resident, Way(form.cleaned_data["way"]), at=now())
        except Refusal as no:
            messages.error(request, str(no))
        else:
            messages.success(request, _("From now on: %(way)s.") % {"way": choice.get_way_display()})
    return redirect("my-notices")
