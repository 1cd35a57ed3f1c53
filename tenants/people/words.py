"""Access records in words: apps keep short codes, the municipality's auditor reads what was done."""

from typing import Any

from django.utils.translation import gettext_lazy as _

TASKS: dict[str, Any] = {
    "view": _("looked at"),
    "change": _("changed"),
    "export": _("exported"),
    "print": _("printed"),
    "import preview": _("looked at a list before taking it in"),
    "import report": _("fetched the report of a list"),
    "resident": _("looked at a resident"),
    "bank account": _("changed a bank account"),
    "settlement.download": _("fetched a paper of settlement"),
}
SUBJECTS: dict[str, Any] = {
    "order": _("order"),
    "subscription": _("subscription"),
    "pick list": _("pick list"),
    "shortage": _("shortage"),
    "swap rules": _("swap rules"),
    "payment provider account": _("payment provider account"),
    "rules for vouchers": _("rules for vouchers"),
    "rules of boxes": _("rules of boxes"),
}


def task_in_words(task: str) -> str:
    """What was done; a code that we do not know stays as it is."""
    return str(TASKS.get(task, task))


def subject_in_words(subject: str) -> str:
    """Whose data: the kind in words, its number or name as kept."""
    kind = next((one for one in SUBJECTS if subject == one or subject.startswith(f"{one} ")), "")
    return f"{SUBJECTS[kind]}{subject[len(kind) :]}" if kind else subject
