"""A resident's cards: entered on the provider's own page, replaced, removed; numbers never come to us."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.actor import SYSTEM
from core.clock import now
from malls.payments import hooks
from malls.payments.accounts import IN_THIS_PROCESS, open_gateway, open_simulated
from malls.payments.actions import finish_visit, open_visit
from malls.payments.models import CardVisit, PaymentMethod, ProviderAccount
from malls.payments.simulator import pages
from malls.payments.simulator.faults import Fault
from tenants.municipalities.door import inside
from tests.factories.malls import a_card, a_resident

ADD, LIST = "/my/payment-methods/add/", "/my/payment-methods/"
GOOD, OTHER, POOR, ASKS = "4242424242424242", "5555555555554444", "4000000000009995", "4000002760003184"
KINDS = ("stripe", "korean")


@pytest.fixture(params=KINDS)
def provider(request, sunchang):
    """Either provider, chosen for this municipality."""
    IN_THIS_PROCESS.faults.clear()
    open_simulated(request.param)
    return request.param


@pytest.fixture
def resident(mall, provider):
    one = a_resident()
    mall.force_login(one.user)
    return one


def leave(mall, url=ADD, **data):
    """Go to the provider's page; its address."""
    answer = mall.post(url, data)
    assert answer.status_code == 302
    return answer["Location"]


def at_provider(url, **sent):
    """A browser on the provider's page; where it goes next."""
    page = pages.answer(
        IN_THIS_PROCESS, "POST" if sent else "GET", url.removeprefix(IN_THIS_PROCESS.address), urlencode(sent)
    )
    return page.location.removeprefix("http://sunchang.localhost")


def save(mall, number=GOOD, url=ADD, **data):
    """The whole way there and back; the mall's answer."""
    return mall.get(at_provider(leave(mall, url, **data), number=number, do="yes"))


def words(mall, url):
    """What a page says."""
    return mall.get(url).content.decode()


def test_a_card_is_saved_without_its_number(mall, resident):
    answer = save(mall, next="/my/")
    assert (answer.status_code, answer["Location"]) == (302, "/my/")
    card = PaymentMethod.objects.get()
    assert (card.resident, card.brand, card.last4) == (resident, "visa", "4242")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_jsonb(m)::text || to_jsonb(v)::text FROM payments_paymentmethod m, payments_cardvisit v"
        )
        assert GOOD not in cursor.fetchone()[0]


def test_the_form_may_lead_to_the_provider_and_nowhere_else(mall, resident):
    policy = mall.get(ADD)["Content-Security-Policy"]
    assert f"form-action 'self' {IN_THIS_PROCESS.address};" in policy + ";"
    assert IN_THIS_PROCESS.address not in mall.get(LIST)["Content-Security-Policy"]


def test_nobody_types_a_card_number_here(mall, resident):
    page = words(mall, ADD)
    assert "cc-number" not in page
    assert 'name="number"' not in page


def test_coming_back_twice_keeps_one_card(mall, resident):
    back = at_provider(leave(mall), number=GOOD, do="yes")
    for _ in range(2):
        assert mall.get(back).status_code == 302
    assert PaymentMethod.objects.count() == 1


def test_the_same_card_entered_twice_is_kept_once(mall, resident):
    for _ in range(2):
        save(mall)
    assert PaymentMethod.objects.count() == 1


def test_coming_back_without_a_card_is_told(mall, resident):
    answer = mall.get(at_provider(leave(mall, next="/my/"), do="no"))
    assert answer["Location"] == ADD + "?next=%2Fmy%2F"
    assert "카드 없이 돌아오셨어요" in words(mall, ADD)
    assert PaymentMethod.objects.count() == 0


def test_a_card_that_the_provider_refuses_saves_nothing(mall, resident):
    url = leave(mall)
    assert at_provider(url, number=POOR, do="yes") == ""
    assert PaymentMethod.objects.count() == 0


def test_the_way_back_is_never_believed(mall, resident):
    leave(mall)
    token = CardVisit.objects.get().token
    claims = {"authKey": "auth_forged", "customerKey": "someone", "session_id": "cs_x", "redirect_status": "succeeded"}
    assert mall.get(f"/my/payment-methods/back/{token}/?{urlencode(claims)}").status_code == 302
    assert PaymentMethod.objects.count() == 0


def test_a_visit_belongs_to_its_resident(mall, resident):
    back = at_provider(leave(mall), number=GOOD, do="yes")
    mall.force_login(a_resident().user)
    assert mall.get(back).status_code == 404
    assert mall.get("/my/payment-methods/back/none/").status_code == 404
    assert PaymentMethod.objects.count() == 0


def test_an_old_visit_is_over(mall, resident):
    back = at_provider(leave(mall), number=GOOD, do="yes")
    CardVisit.objects.update(opened_at=now() - timedelta(hours=25))
    assert mall.get(back).status_code == 302
    assert "하루가 지났" in words(mall, ADD)
    assert PaymentMethod.objects.count() == 0


@pytest.mark.parametrize("path", ["/v1/checkout", "/v1/setup_intents", "/v1/customers"])
def test_a_provider_that_does_not_answer_is_told(mall, resident, provider, path):
    IN_THIS_PROCESS.faults.add(Fault("drop_before", path=path))
    answer = mall.post(ADD)
    if provider == "stripe" and path != "/v1/setup_intents":
        assert answer.status_code == 503
        assert 'role="alert"' in answer.content.decode()
    elif path == "/v1/setup_intents" and provider == "korean":
        back = at_provider(answer["Location"], number=GOOD, do="yes")
        mall.get(back)
        assert "응답하지 않습니다" in words(mall, ADD)
    IN_THIS_PROCESS.faults.clear()
    assert PaymentMethod.objects.count() == 0


def test_foreign_next_addresses_are_ignored(mall, resident):
    assert save(mall, next="https://evil.example/")["Location"] == LIST


def test_replacing_tells_who_pays_with_it(mall, resident, monkeypatch):
    old = a_card(resident, open_gateway())
    told = []
    monkeypatch.setattr(hooks, "replaced", [lambda old, new, *_: told.append((old.pk, new.last4))])
    url = f"/my/payment-methods/{old.pk}/replace/"
    assert mall.get(url).status_code == 200
    save(mall, OTHER, url)
    assert told == [(old.pk, "4444")]
    assert list(PaymentMethod.objects.filter(removed_at=None).values_list("last4", flat=True)) == ["4444"]


def test_the_same_card_may_replace_itself(mall, resident, monkeypatch):
    old = a_card(resident, open_gateway())
    monkeypatch.setattr(hooks, "replaced", [])
    save(mall, GOOD, f"/my/payment-methods/{old.pk}/replace/")
    (new,) = PaymentMethod.objects.filter(removed_at=None)
    assert (new.pk != old.pk, new.method_ref != old.method_ref, new.last4) == (True, True, "4242")


def test_removing_asks_first_and_refuses_a_card_in_use(mall, resident, monkeypatch):
    card = a_card(resident, open_gateway())
    url = f"/my/payment-methods/{card.pk}/remove/"
    assert mall.get(url).status_code == 200
    monkeypatch.setattr(hooks, "in_use", [lambda cards: {card.pk for card in cards}])
    assert mall.post(url).status_code == 409
    assert PaymentMethod.objects.get().removed_at is None
    monkeypatch.setattr(hooks, "in_use", [])
    assert mall.post(url).status_code == 302
    assert PaymentMethod.objects.get().removed_at <= now()


def test_other_peoples_cards_do_not_exist(mall, resident):
    card = a_card(a_resident(), open_gateway())
    for verb in ("replace", "remove"):
        assert mall.post(f"/my/payment-methods/{card.pk}/{verb}/").status_code == 404
    assert PaymentMethod.objects.get().removed_at is None
    assert CardVisit.objects.count() == 0


def test_visitors_are_sent_to_log_in(mall):
    assert mall.get(LIST).status_code == 302


def test_the_list_takes_the_same_statements_for_one_card_and_three(mall, resident):
    gateway = open_gateway()
    counts = []
    for token in ("pm_card_visa", "pm_card_mastercard", "pm_card_amex"):
        a_card(resident, gateway, token)
        mall.get(LIST)
        with CaptureQueriesContext(connection) as seen:
            mall.get(LIST)
        counts.append(len(seen))
    assert len(set(counts)) == 1


def test_the_keys_of_either_provider_rest_encrypted(provider):
    open_gateway()
    with connection.cursor() as cursor:
        cursor.execute("SELECT provider, to_jsonb(a)::text FROM payments_provideraccount a")
        ((name, text),) = cursor.fetchall()
    row = ProviderAccount.objects.get()
    assert name == provider
    assert row.secret_key not in text
    assert row.webhook_secret not in text


def _answers(url, **sent):
    return dict(parse_qsl(urlsplit(at_provider(url, **sent)).query))


@pytest.mark.parametrize("kind", KINDS)
def test_ten_browsers_that_come_back_at_once_replace_a_card_once(scratch, monkeypatch, kind):
    open_simulated(kind)
    gateway, resident = open_gateway(), a_resident()
    old = a_card(resident, gateway)
    told = []
    monkeypatch.setattr(hooks, "replaced", [lambda *_: told.append(1)])
    url = open_visit(resident, back="http://x/{token}/", gateway=gateway, at=now(), replaces=old)
    answers = _answers(url, number=OTHER, do="yes")

    def come_back(_):
        with inside(scratch):
            try:
                visit = CardVisit.objects.select_related("resident__user", "method", "replaces").get()
                return finish_visit(visit, answers, gateway=gateway, by=SYSTEM, at=now()).pk
            finally:
                connection.close()

    with ThreadPoolExecutor(10) as pool:
        cards = set(pool.map(come_back, range(10)))
    assert len(cards) == 1
    assert told == [1]
    assert PaymentMethod.objects.filter(removed_at=None).count() == 1
