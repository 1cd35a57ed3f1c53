"""A resident's cards: added, replaced, removed; numbers are never kept."""

import pytest
from django.db import connection

from core.clock import now
from malls.payments import hooks
from malls.payments.accounts import IN_THIS_PROCESS, open_gateway
from malls.payments.models import PaymentMethod
from malls.payments.simulator.faults import Fault
from tests.factories.malls import a_card, a_resident

pytestmark = pytest.mark.usefixtures("sunchang")
ADD = "/my/payment-methods/add/"
GOOD = {"number": "4242 4242 4242 4242", "expiry": "12/34", "cvc": "123"}


@pytest.fixture
def resident(mall):
    one = a_resident()
    mall.force_login(one.user)
    return one


def test_a_card_is_saved_without_its_number(mall, resident):
    answer = mall.post(ADD + "?next=/my/", GOOD)
    assert (answer.status_code, answer["Location"]) == (302, "/my/")
    card = PaymentMethod.objects.get()
    assert (card.resident, card.brand, card.last4, card.exp_month, card.exp_year) == (
        resident,
        "visa",
        "4242",
        12,
        2034,
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(m)::text FROM payments_paymentmethod m")
        assert "4242424242424242" not in cursor.fetchone()[0]


def test_a_card_sent_twice_is_kept_once(mall, resident):
    for _ in range(2):
        mall.post(ADD, GOOD)
    assert PaymentMethod.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": ""}, {"number": "abcd"}, {"number": "1234567890123"}, {"number": "4000 0000 0000 9995"},
        {"expiry": "13/30"}, {"expiry": "99"}, {"expiry": "01/20"}, {"cvc": "1"}, {"cvc": "12a"},
    ],
)  # fmt: skip
def test_bad_input_is_one_sentence_and_saves_nothing(mall, resident, wrong):
    answer = mall.post(ADD, {**GOOD, **wrong})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert PaymentMethod.objects.count() == 0


def test_full_width_digits_are_digits(mall, resident):
    mall.post(ADD, {**GOOD, "number": "４２４２ ４２４２ ４２４２ ４２４２", "expiry": "１２/３４"})
    assert PaymentMethod.objects.get().last4 == "4242"


def test_a_provider_that_does_not_answer_is_told(mall, resident):
    open_gateway()
    IN_THIS_PROCESS.faults.add(Fault("drop_before", path="/v1/payment_methods"))
    assert mall.post(ADD, GOOD).status_code == 400
    assert PaymentMethod.objects.count() == 0


def test_foreign_next_addresses_are_ignored(mall, resident):
    assert mall.post(ADD + "?next=https://evil.example/", GOOD)["Location"] == "/my/payment-methods/"


def test_replacing_tells_who_pays_with_it(mall, resident, monkeypatch):
    old = a_card(resident, open_gateway())
    told = []
    monkeypatch.setattr(hooks, "replaced", [lambda old, new, *_: told.append((old.pk, new.last4))])
    assert mall.get(f"/my/payment-methods/{old.pk}/replace/").status_code == 200
    mall.post(f"/my/payment-methods/{old.pk}/replace/", {**GOOD, "number": "5555555555554444"})
    assert told == [(old.pk, "4444")]
    assert list(PaymentMethod.objects.filter(removed_at=None).values_list("last4", flat=True)) == ["4444"]


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
        assert mall.post(f"/my/payment-methods/{card.pk}/{verb}/", GOOD).status_code == 404
    assert PaymentMethod.objects.get().removed_at is None


def test_visitors_are_sent_to_log_in(mall):
    assert mall.get("/my/payment-methods/").status_code == 302


def test_the_list_takes_the_same_statements_for_one_card_and_three(mall, resident, django_assert_num_queries):
    gateway = open_gateway()
    counts = []
    for token in ("pm_card_visa", "pm_card_mastercard", "pm_card_amex"):
        a_card(resident, gateway, token)
        mall.get("/my/payment-methods/")
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as seen:
            mall.get("/my/payment-methods/")
        counts.append(len(seen))
    assert len(set(counts)) == 1
