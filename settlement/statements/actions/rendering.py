"""Documents of statements: found by query, rendered outside any transaction, stored once."""

import hashlib
import logging
from collections.abc import Iterator

from django.core.files.base import ContentFile
from django.utils import translation

from core.documents import render_pdf
from settlement.statements.models import Statement
from settlement.statements.paper import STYLESHEET, TEMPLATE, paper_of

log = logging.getLogger(__name__)


def render_statement(statement: Statement) -> Statement:
    """Render and store a statement's PDF, once: a statement that has one keeps it."""
    if statement.pdf:
        return statement
    with translation.override("ko"):
        pdf = render_pdf(TEMPLATE, paper_of(statement), stylesheet=STYLESHEET)
    return _keep(statement, pdf)


def render_missing(limit: int | None = None) -> Iterator[Statement]:
    """Render statements that have no PDF, oldest first, and yield each as it is done. One that fails stops no other."""
    for statement in Statement.objects.without_pdf().select_related("period", "payee").order_by("id")[:limit]:
        try:
            yield render_statement(statement)
        except (ValueError, OSError, AttributeError, IndexError):
            log.exception("statement %s could not be rendered", statement.number)


def _keep(statement: Statement, pdf: bytes) -> Statement:
    """Store the file, then its name and hash if nobody was faster."""
    name = f"statements/{statement.period.key}/{statement.number}.pdf"
    storage = Statement.pdf.field.storage
    stored = storage.save(name, ContentFile(pdf))
    values = {"pdf": stored, "pdf_hash": hashlib.sha256(pdf).hexdigest()}
    if not Statement.objects.filter(pk=statement.pk, pdf="").update(**values):
        storage.delete(stored)
        statement.refresh_from_db(fields=["pdf", "pdf_hash"])
        return statement
    statement.pdf.name, statement.pdf_hash = stored, values["pdf_hash"]
    return statement
