"""The import desk in the CMS: a file comes in, a person sees every row, confirms, and gets the remarks back."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail.admin import messages

from core.actor import Actor
from core.clock import now
from core.errors import Refusal
from malls.catalog.importing import Fate, commit_list, fates, keep_list, open_list, summary
from malls.merchants.access import keep_access
from malls.merchants.models import ListImport
from malls.merchants.onboarding.banks import NAMES
from malls.merchants.onboarding.problems import FIELDS, MEANING, Problem, severity
from malls.merchants.onboarding.report import kind_words, report_workbook, status_words, title_of
from malls.merchants.onboarding.rows import Row

PERMISSION = "merchants.add_merchant"
PER_PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
allowed: Callable[[Any], Any] = permission_required(PERMISSION, raise_exception=True)


class UploadForm(forms.Form):
    """One file."""

    file = forms.FileField(
        label=gettext_lazy("List of merchants or products"),
        help_text=gettext_lazy(
            "xlsx, csv or tsv, up to 10 MB. Nothing is written before you have seen and confirmed it."
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.tsv,.txt"}),
        error_messages={
            "required": gettext_lazy("Choose a file first."),
            "empty": gettext_lazy("The file is empty."),
        },
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the preview."""

    fate: Fate
    title: str
    facts: str

    @property
    def row(self) -> Row:
        """The row that was read."""
        return self.fate.row

    @property
    def remarks(self) -> list[Problem]:
        """The row's remarks, the serious ones first."""
        return sorted(self.row.problems, key=lambda problem: _order(problem.code))

    @property
    def status_word(self) -> str:
        """Its status in words."""
        return status_words()[self.row.status]

    @property
    def kind_word(self) -> str:
        """What it is about."""
        return kind_words()[self.row.kind]

    @property
    def verb_word(self) -> str:
        """What it would do."""
        words = {"new": _("new"), "changed": _("changed"), "same": _("same as stored"), "left": _("left out")}
        return words[self.fate.verb]

    @property
    def changes(self) -> list[tuple[str, str, str]]:
        """Old and new of each changed field, accounts masked."""
        return [
            (str(FIELDS.get(c.field, c.field)), _shown(c.field, c.old), _shown(c.field, c.new))
            for c in self.fate.changes
        ]


def _shown(field: str, value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value if value not in {None, ""} else "–")
    if field == "bank_code":
        return NAMES.get(text, text)
    return ("•" * max(0, len(text) - 4) + text[-4:]) if field == "account_no" else text[:80]


@allowed
def upload(request: HttpRequest) -> HttpResponse:
    """The upload form and what was imported before."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            record = keep_list(file.read(), file.name, by=Actor.of(request.user), at=now())
        except Refusal as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("onboarding:preview", record.pk)
    status = 422 if form.is_bound and form.errors else 200
    records = ListImport.objects.defer("content")[:20]
    context = {"form": form, "records": [(record, _sums(record)) for record in records]}
    return render(request, "catalog/import_index.html", context, status=status)


def _sums(record: ListImport) -> list[tuple[str, dict[str, object]]]:
    return [(kind_words()[kind], counts) for kind, counts in summary(record).items()]


@allowed
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Every row with what was repaired, warned about or refused; after the commit the result."""
    record = get_object_or_404(ListImport, pk=pk)
    if record.is_committed:
        listing = "wagtailsnippets_merchants_merchant:list"
        done = {"record": record, "sums": _sums(record), "merchants_url": listing}
        return render(request, "catalog/import_result.html", done)
    if not record.content:
        messages.warning(request, _("This list was discarded. Upload it again."))
        return redirect("onboarding:index")
    office = open_list(record)
    every = fates(office)
    kind, status, code = (request.GET.get(name, "") for name in ("kind", "status", "code"))
    wanted = [fate for fate in every if _wanted(fate.row, kind, status, code)]
    page = Paginator(wanted, PER_PAGE).get_page(request.GET.get("p"))
    if not request.GET:
        keep_access(request, "import preview", record.file_name)
    context = {
        "record": record,
        "page": page,
        "lines": [Line(fate, title_of(fate.row) or "–", _facts(fate.row)) for fate in page],
        "tiles": _tiles(every, kind, status, code),
        "problems": _problems(every, kind, status, code),
        "kinds": [(key, word, sum(fate.row.kind == key for fate in every)) for key, word in kind_words().items()],
        "sheets": office.sheets,
        "kind": kind,
        "status": status,
        "code": code,
        "writes": Counter(fate.verb for fate in every),
        "importable": sum(fate.verb in {"new", "changed"} for fate in every),
        "total": len(every),
    }
    return render(request, "catalog/import_preview.html", context)


def _wanted(row: Row, kind: str, status: str, code: str) -> bool:
    return (
        kind in {"", row.kind}
        and status in {"", row.status}
        and (not code or any(problem.code == code for problem in row.problems))
    )


def _tiles(every: list[Fate], kind: str, status: str, code: str) -> list[tuple[str, str, int, bool]]:
    counts = Counter(fate.row.status for fate in every if _wanted(fate.row, kind, "", code))
    return [(key, word, counts[key], key == status) for key, word in status_words().items()]


def _problems(every: list[Fate], kind: str, status: str, code: str) -> list[tuple[str, str, str, int, bool]]:
    counts = Counter(
        name
        for fate in every
        if _wanted(fate.row, kind, status, "")
        for name in {problem.code for problem in fate.row.problems}
    )
    ranked = sorted(counts, key=lambda name: (_order(name), -counts[name]))
    return [(name, str(MEANING[name]), severity(name), counts[name], name == code) for name in ranked]


def _order(code: str) -> int:
    return ("refused", "skipped", "warning", "repaired").index(severity(code))


def _facts(row: Row) -> str:
    """The few values by which a person recognizes a row."""
    if row.kind == "merchant":
        number = row.text("business_no")
        full = 10
        hyphened = f"{number[:3]}-{number[3:5]}-{number[5:]}" if len(number) == full else number
        facts = [hyphened, row.text("representative"), row.text("main_items")]
    elif row.kind == "product":
        price = row.values.get("price")
        won = f"{price:,}원" if isinstance(price, int) else ""
        facts = [row.text("merchant_name"), row.text("spec"), won, row.text("storage"), row.text("tax")]
    else:
        facts = [row.text("partner"), row.text("kind")]
    return " · ".join(fact for fact in facts if fact)


@allowed
@require_POST
def commit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the valid rows."""
    try:
        commit_list(pk, by=Actor.of(request.user), at=now())
    except ListImport.DoesNotExist:
        return redirect("onboarding:index")
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The valid rows were written."))
    return redirect("onboarding:preview", pk)


@allowed
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw an unconfirmed list away."""
    ListImport.objects.filter(pk=pk, committed_at=None).delete()
    messages.success(request, _("The list was thrown away; nothing was written."))
    return redirect("onboarding:index")


@allowed
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Every remark as a workbook for the office."""
    record = get_object_or_404(ListImport, pk=pk)
    try:
        book = report_workbook(open_list(record))
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return redirect("onboarding:preview", pk)
    keep_access(request, "import report", record.file_name)
    name = f"{record.file_name.rsplit('.', 1)[0]}-{_('remarks')}.xlsx"
    disposition = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return HttpResponse(book, content_type=XLSX, headers={"Content-Disposition": disposition})
