"""What pages and letters read of notices."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from malls.customers.models import Resident
from malls.notices.kinds import Kind, every_kind, kind_of
from malls.notices.models import Letter, MessageAccount, Notice, Outcome, Way, Wording
from tenants.municipalities.models import Domain
from tenants.schema import current_schema

TOLD = (Outcome.WAITING, Outcome.SENDING, Outcome.SENT, Outcome.UNKNOWN, Outcome.FAILED)
"""Everything but what was dropped: the fact is told, or is going to be."""


@dataclass(frozen=True, slots=True)
class Words:
    """How a kind is worded now; `is_own` when the municipality wrote it."""

    title: str
    text: str
    template_code: str = ""
    is_own: bool = False


def words_of(kinds: Iterable[Kind]) -> dict[str, Words]:
    """The wordings in force, by kind: one statement."""
    kinds = list(kinds)
    newest = Wording.objects.filter(kind__in=[kind.name for kind in kinds]).order_by("kind", "-pk").distinct("kind")
    own = {one.kind: one for one in newest}
    return {kind.name: _words(kind, own.get(kind.name)) for kind in kinds}


def _words(kind: Kind, own: Wording | None) -> Words:
    code = own.template_code if own else ""
    if own and own.text:
        return Words(own.title, own.text, code, is_own=True)
    return Words(str(kind.title), str(kind.text), code)


def way_of(resident: Resident) -> str:
    """How a resident wants to be told."""
    choice = getattr(resident, "notice_choice", None)
    return choice.way if choice else Way.EMAIL


def has_phone_messages() -> bool:
    """Whether this mall can send phone messages."""
    return bool(settings.ENV.message_api_base) and MessageAccount.objects.exists()


def told_about(kind: str, subject: str = "pk") -> Exists:
    """For rows of a kind's model: whether the fact was noted and not dropped."""
    return Exists(Notice.objects.filter(kind=kind, subject=OuterRef(subject), outcome__in=TOLD))


def letters_of(resident: Resident) -> QuerySet[Letter]:
    """What a resident was told, newest first."""
    return Letter.objects.filter(resident=resident).order_by("-pk")


def found_notices(words: str, kind: str, outcome: str) -> QuerySet[Notice]:
    """Notices for staff, newest first; by e-mail, name or title, kind and state."""
    rows = Notice.objects.select_related("resident__user", "letter").order_by("-pk")
    if kind_of(kind):
        rows = rows.filter(kind=kind)
    if outcome in Outcome.values:
        rows = rows.filter(outcome=outcome)
    if words:
        user = "resident__user"
        rows = rows.filter(
            Q(**{f"{user}__email__icontains": words})
            | Q(**{f"{user}__first_name__icontains": words})
            | Q(**{f"{user}__last_name__icontains": words})
            | Q(letter__title__icontains=words)
        )
    return rows


def labels() -> dict[str, str]:
    """Every kind's name for people."""
    return {kind.name: str(kind.label) for kind in every_kind()}


def mall_address() -> Callable[[str], str]:
    """What makes a whole address of a path of this mall."""
    domain = Domain.objects.filter(tenant__schema_name=current_schema(), is_primary=True).first()
    host = domain.domain if domain else settings.ENV.base_host
    return lambda path: str(settings.ENV.address(host, path))
