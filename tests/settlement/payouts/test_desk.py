import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from settlement.payouts.furnish import furnish
from settlement.payouts.models import BankFileTemplate, PayoutBatch
from settlement.statements.actions import close_period, earn_many
from settlement.statements.models import Period, Statement
from tenants.people.duties import Duty
from tenants.people.models import AccessRecord, User
from tests.settlement.people import IN_OCTOBER, MAKER, NOVEMBER_FIRST, draft, earn, payee

DESK = "/cms/settlement/"
OCTOBER = f"{DESK}periods/2026-10/"
SENT_AWAY = "/cms/"  # with the sentence that says why


@pytest.fixture
def staff(mall):
    """Log in as somebody of a duty."""
    furnish()

    def enter(duty: Duty):
        user = User.objects.create_user(
            f"{duty.name.lower()}@sunchang.example", "x", is_staff=True, last_name=duty.name
        )
        user.groups.add(Group.objects.get(name=duty))
        mall.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return mall

    return enter


def do(client, kind, name, verb, **words):
    return client.post(f"{DESK}do/{kind}/{name}/{verb}/", words)


@pytest.mark.slow
def test_a_month_goes_from_open_to_paid_by_three_people(staff):
    payee()
    earn(draft("a"))
    maker = staff(Duty.FINANCE)
    assert "9,500원" in maker.get(f"{DESK}do/period/2026-10/close/").content.decode()
    assert do(maker, "period", "2026-10", "close")["Location"] == OCTOBER
    assert do(maker, "period", "2026-10", "approve")["Location"] == SENT_AWAY
    assert Period.objects.get().state == "closed"
    checker = staff(Duty.APPROVER)
    do(checker, "period", "2026-10", "approve")
    assert Period.objects.get().state == "approved"
    payer = staff(Duty.PAYER)
    do(payer, "period", "2026-10", "bankfile", template=BankFileTemplate.objects.first().pk)
    batch = PayoutBatch.objects.get()
    assert payer.get(OCTOBER).status_code == 200
    file = payer.get(f"{DESK}batches/{batch.number}/file/")
    assert (file.status_code, file["Content-Disposition"]) == (200, 'attachment; filename="2026-10-B1.xlsx"')
    assert b"".join(file)[:2] == b"PK"
    do(payer, "batch", batch.number, "sent")
    do(payer, "batch", batch.number, "paid")
    assert (Period.objects.get().state, Statement.objects.get().state) == ("paid", "paid")
    payout = batch.payouts.get()
    do(payer, "payout", payout.key, "returned", reason="예금주 불일치")
    assert (Period.objects.get().state, Statement.objects.get().state) == ("approved", "returned")
    assert AccessRecord.objects.filter(task="settlement.download").count() == 1


def test_a_refusal_is_a_sentence_and_changes_nothing(staff):
    payee()
    earn(draft("a", earned_at=IN_OCTOBER.replace(year=2099)))
    client = staff(Duty.FINANCE)
    assert do(client, "period", "2099-10", "close")["Location"] == f"{DESK}periods/2099-10/"
    assert "2099" in client.get(f"{DESK}periods/2099-10/").content.decode()
    assert Period.objects.get().is_open


@pytest.mark.parametrize("duty", [Duty.SHOWROOM, Duty.ONBOARDING, Duty.BUNDLES, Duty.SUPPORT])
def test_others_do_not_see_the_desk(staff, duty):
    payee()
    earn(draft("a"))
    (statement,) = close_period("2026-10", by=MAKER, at=NOVEMBER_FIRST)
    client = staff(duty)
    for path in (DESK, OCTOBER, f"{DESK}statements/{statement.number}/", f"{OCTOBER}files/zip/"):
        assert client.get(path)["Location"] == SENT_AWAY
    assert do(client, "period", "2026-10", "approve")["Location"] == SENT_AWAY
    assert Period.objects.get().state == "closed"


def test_the_auditor_looks_and_changes_nothing(staff):
    payee()
    earn(draft("a"))
    (statement,) = close_period("2026-10", by=MAKER, at=NOVEMBER_FIRST)
    client = staff(Duty.AUDITOR)
    assert [client.get(path).status_code for path in (DESK, OCTOBER, f"{DESK}statements/{statement.number}/")] == [
        200
    ] * 3
    for verb in ("close", "approve", "bankfile"):
        assert do(client, "period", "2026-10", verb)["Location"] == SENT_AWAY
    assert Period.objects.get().state == "closed"


def test_the_list_of_statements_takes_the_same_queries_for_one_and_thirty(staff):
    payee()
    earn(draft("a"))
    close_period("2026-10", by=MAKER, at=NOVEMBER_FIRST)
    for number in range(30):
        payee(f"merchant:n{number}", name=f"데모 {number}")
    earn_many([draft(f"n:{n}", ref=f"merchant:n{n}", earned_at=NOVEMBER_FIRST) for n in range(30)], at=NOVEMBER_FIRST)
    close_period("2026-11", by=MAKER, at=NOVEMBER_FIRST.replace(month=11, day=30))
    client = staff(Duty.FINANCE)
    client.get(OCTOBER)
    with CaptureQueriesContext(connection) as one:
        client.get(OCTOBER)
    with CaptureQueriesContext(connection) as many:
        client.get(f"{DESK}periods/2026-11/")
    assert len(many) == len(one)


@pytest.mark.parametrize(
    "query", ["?q=%00", "?p=x", "?p=9999", "?state=nonsense", "?q=" + "가" * 500, "?q=장류&state=held"]
)
def test_odd_searches_are_answered(staff, query):
    payee()
    earn(draft("a"))
    close_period("2026-10", by=MAKER, at=NOVEMBER_FIRST)
    assert staff(Duty.FINANCE).get(OCTOBER + query).status_code == 200


def test_what_is_not_there_is_not_found(staff):
    client = staff(Duty.FINANCE)
    for path in ("periods/2020-01/", "statements/nope/", "do/period/2020-01/close/", "do/period/2020-01/explode/"):
        assert client.get(DESK + path).status_code == 404


def test_a_payee_is_held_and_released_at_the_desk(staff):
    merchant = payee()
    client = staff(Duty.FINANCE)
    page = f"/cms/payees/inspect/{merchant.pk}/"
    assert do(client, "payee", merchant.ref, "hold", reason="분쟁 조정 중")["Location"] == page
    assert "분쟁 조정 중" in client.get(page).content.decode()
    assert do(client, "payee", merchant.ref, "release")["Location"] == page
    merchant.refresh_from_db()
    assert (merchant.held, merchant.held_reason) == (False, "")
