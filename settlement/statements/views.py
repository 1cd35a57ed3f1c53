"""The public check page: confirms number, amount and hash of a statement to who holds the paper."""

import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from settlement.statements.models import Statement
from ui.templatetags.ui import kdate, won

SHORTEST_HASH = 16


@require_safe
@never_cache
def check(request: HttpRequest, number: str) -> HttpResponse:
    """Genuine only when the hash on the paper is given too; without it nothing is told, not even that it exists."""
    shown = request.GET.get("h", "").strip().lower()[:64]
    found = Statement.objects.select_related("period").filter(number=number[:20]).first()
    genuine = found is not None and _matches(shown, found.content_hash)
    context: dict[str, object] = {"statement": found if genuine else None, "number": number[:20], "asked": bool(shown)}
    if found and genuine:
        context["facts"] = _facts(found)
    return render(request, "statements/check.html", context, status=200 if genuine or not shown else 404)


def _facts(statement: Statement) -> list[tuple[str, str]]:
    return [
        (_("Statement number"), statement.number),
        (_("Settlement period"), f"{kdate(statement.period.starts_on)} – {kdate(statement.period.last_on)}"),
        (_("Payable"), won(statement.payable)),
        (_("Drawn up"), kdate(statement.drawn_up_at)),
    ]


def _matches(shown: str, stored: str) -> bool:
    return len(shown) >= SHORTEST_HASH and secrets.compare_digest(shown.encode(), stored[: len(shown)].encode())
