"""Settlement measured: closing a month and rendering its statements, beside what the database and the engine allow."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.template.loader import render_to_string

from core.actor import Actor
from core.documents import render_pdf
from core.laws import violations
from settlement.payouts import laws as payout_laws
from settlement.statements import laws as statement_laws
from settlement.statements.actions import close_period, earn_many, ensure_payee
from settlement.statements.models import Statement
from settlement.statements.paper import STYLESHEET, TEMPLATE, paper_of
from settlement.statements.paydays import is_working_day
from settlement.statements.rules import EarningDraft
from tests.bench.towns import inside_new

EARNINGS, PAYEES, DOCUMENTS = 100_000, 120, 12
AT = datetime(2026, 10, 1, tzinfo=UTC)
BY = Actor("bench", "bench")


def run(earnings: int = EARNINGS, payees: int = PAYEES, documents: int = DOCUMENTS) -> dict[str, float]:
    """Close a month of `earnings` over `payees`, render some of its statements; seconds and rates."""
    is_working_day(AT.date())  # loads the calendar
    with inside_new():
        earning = _timed(lambda: _earn(earnings, payees))
        bare = _timed(_aggregate)
        stamping = _stamp()
        closing = _timed(lambda: close_period("2026-10", by=BY, at=AT + timedelta(days=40)))
        broken = violations([*statement_laws.LAWS, *payout_laws.LAWS])
        ours, naive = _documents(documents)
    return {
        "earnings": earnings,
        "payees": payees,
        "earn_lines_per_s": earnings / earning,
        "close_s": closing,
        "close_lines_per_s": earnings / closing,
        "close_vs_stamping": stamping / closing,
        "close_vs_bare_aggregate": bare / closing,
        "violations": len(broken),
        "pdf_per_s_per_core": 1 / ours,
        "pdf_naive_per_s_per_core": 1 / naive,
        "pdf_vs_naive": naive / ours,
    }


def _earn(earnings: int, payees: int) -> None:
    for number in range(payees):
        ensure_payee(f"merchant:{number}", kind="merchant", name=f"데모 {number}")
    for start in range(0, earnings, 10_000):
        earn_many([_draft(n, payees) for n in range(start, min(start + 10_000, earnings))], at=AT)


def _draft(n: int, payees: int) -> EarningDraft:
    return EarningDraft(
        payee_ref=f"merchant:{n % payees}",
        kind="goods",
        source=f"bench:{n}",
        description=f"상품 {n // payees % 24}",
        group=f"꾸러미 {n // payees % 4}",
        gross=10_000 + n % 900,
        discount_municipality=n % 3 * 500,
        earned_at=AT + timedelta(days=n % 30),
    )


def _aggregate() -> None:
    """The least that any close must read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT payee_id, sum(payable) FROM statements_earning GROUP BY payee_id")
        cursor.fetchall()


def _stamp() -> float:
    """Seconds of a close that stamps each line with its statement, on a copy of the table."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_lines (LIKE statements_earning INCLUDING ALL)")
        cursor.execute("INSERT INTO bench_lines SELECT * FROM statements_earning")
        started = time.perf_counter()
        cursor.execute("UPDATE bench_lines SET cycle_no = payee_id")
        seconds = time.perf_counter() - started
        cursor.execute("DROP TABLE bench_lines")
    return seconds


def _documents(count: int) -> tuple[float, float]:
    """CPU seconds for one statement: ours, and the same page as WeasyPrint is usually called."""
    papers = [paper_of(one) for one in Statement.objects.select_related("period")[:count]]
    _ours(papers[0])
    return _cpu(_ours, papers), _cpu(_naive, papers[: max(2, count // 4)])


def _ours(paper: dict[str, Any]) -> None:
    render_pdf(TEMPLATE, paper, stylesheet=STYLESHEET)


def _naive(paper: dict[str, Any]) -> None:
    """A fresh font configuration, a parsed sheet each time, automatic table layout with collapsed borders."""
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    from core.documents import FACE_RULES, _fetcher

    sheet = render_to_string(STYLESHEET).replace("table-layout: fixed;", "")
    sheet = sheet.replace("border-collapse: separate", "border-collapse: collapse")
    fonts = FontConfiguration()
    css = weasyprint.CSS(string=FACE_RULES + sheet, base_url="about:blank", url_fetcher=_fetcher(), font_config=fonts)
    page = weasyprint.HTML(string=render_to_string(TEMPLATE, paper), base_url="about:blank", url_fetcher=_fetcher())
    page.write_pdf(stylesheets=[css], font_config=fonts)


def _cpu(work: Callable[[dict[str, Any]], None], papers: list[dict[str, Any]]) -> float:
    started = time.process_time()
    for paper in papers:
        work(paper)
    return (time.process_time() - started) / len(papers)


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
