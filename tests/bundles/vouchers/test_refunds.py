"""Money back by the published rules: the table of docs/rules/vouchers.md, then the books and the provider."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from bundles.vouchers import errors
from bundles.vouchers.actions import (
    close_given_back,
    expire_vouchers,
    lapse_vouchers,
    quote_refund,
    refund_voucher,
    undo_failed_refunds,
)
from bundles.vouchers.laws import LAWS
from bundles.vouchers.models import (
    Breakage,
    Funding,
    Voucher,
    VoucherKind,
    VoucherPolicy,
    VoucherRefund,
    VoucherState,
    VoucherType,
)
from bundles.vouchers.refunds import Held, NoRefund, Quote, Rule, broken, due_after_expiry, quote
from core.errors import Refusal
from core.laws import violations
from malls.orders.errors import NothingComesOff
from malls.orders.models import Order
from malls.orders.returning import Choice
from malls.orders.rules import LineDraft
from malls.payments.actions import charge_orders, refund_order, save_method, settle_refunds
from malls.payments.actions.refunding import record_refund
from malls.payments.errors import RefundRefused
from malls.payments.gateways.memory import MemoryGateway
from malls.payments.laws import LAWS as PAYMENT_LAWS
from malls.payments.models import Refund, RefundState
from malls.payments.simulator import paying
from malls.payments.simulator.faults import Fault
from settlement.ledger.accounts import Code
from settlement.ledger.queries import balance, trial_balance
from settlement.statements.models import Earning
from tenants.municipalities.door import inside_slug
from tests.bundles.vouchers.test_amounts import amount_type
from tests.bundles.vouchers.test_redeeming import bought, ordered, redeem
from tests.bundles.world import BY, NOON, TODAY, partner, resident, voucher_type
from tests.factories.malls import a_card, a_line, a_product, an_order

YEAR = timedelta(days=365)
LATER = NOON + timedelta(days=40)


def held(**changes) -> Held:
    values = {
        "kind": VoucherKind.ADMISSION, "funding": Funding.BUYER, "face": 18_000, "used": 0, "paid": 18_000, "city": 0,
        "platform": 0, "earned": 0, "issued_on": TODAY, "expires_on": TODAY + YEAR, **changes,
    }  # fmt: skip
    return Held(**values)


AMOUNT = {"kind": VoucherKind.AMOUNT, "face": 50_000, "paid": 45_000}
SMALL = {"kind": VoucherKind.AMOUNT, "face": 10_000, "paid": 10_000}


@pytest.mark.parametrize(
    ("changes", "day", "answer"),
    [
        ({}, 0, Quote(18_000, Rule.SEVEN_DAYS)),
        ({}, 7, Quote(18_000, Rule.SEVEN_DAYS)),
        ({}, 8, NoRefund.ONLY_USE),
        ({"paid": 16_200, "city": 1_800}, 7, Quote(16_200, Rule.SEVEN_DAYS)),
        ({}, 365, NoRefund.ONLY_USE),
        ({}, 366, Quote(16_200, Rule.AFTER_EXPIRY, 9_000)),
        ({"face": 50_000, "paid": 50_000}, 366, Quote(45_000, Rule.AFTER_EXPIRY, 9_000)),
        ({"face": 50_001, "paid": 50_001}, 366, Quote(47_501, Rule.AFTER_EXPIRY, 9_500)),
        ({}, 1826, Quote(16_200, Rule.AFTER_EXPIRY, 9_000)),
        ({}, 1827, NoRefund.TOO_LATE),
        ({**AMOUNT, "used": 29_999, "earned": 26_999}, 40, NoRefund.ONLY_USE),
        ({**AMOUNT, "used": 30_000, "earned": 27_000}, 40, Quote(18_000, Rule.REST)),
        ({**AMOUNT, "used": 30_000, "earned": 27_000}, 3, Quote(18_000, Rule.REST)),
        ({**AMOUNT, "used": 10_000, "earned": 9_000}, 3, NoRefund.ONLY_USE),
        ({**AMOUNT, "used": 10_000, "earned": 9_000}, 366, Quote(32_400, Rule.AFTER_EXPIRY, 9_000)),
        ({**SMALL, "used": 7_999, "earned": 7_999}, 40, NoRefund.ONLY_USE),
        ({**SMALL, "used": 8_000, "earned": 8_000}, 40, Quote(2_000, Rule.REST)),
        ({"used": 18_000, "earned": 18_000}, 3, NoRefund.USED_UP),
        ({"funding": Funding.CITY, "paid": 0, "city": 18_000}, 3, NoRefund.GIVEN),
        ({"funding": Funding.MERCHANT, "paid": 0}, 3, NoRefund.GIVEN),
        ({"funding": Funding.MERCHANT, "paid": 9_000}, 40, Quote(9_000, Rule.GIVEN_BY_PARTNER)),
        ({"funding": Funding.MERCHANT, "paid": 9_000}, 400, Quote(9_000, Rule.GIVEN_BY_PARTNER)),
    ],
)
def test_the_table_of_refunds(changes, day, answer):
    assert quote(held(**changes), TODAY + timedelta(days=day)) == answer


def test_five_years_end_on_a_leap_day_as_on_the_day_before():
    old = held(issued_on=date(2024, 2, 29), expires_on=date(2025, 2, 28))
    assert quote(old, date(2029, 2, 28)) == Quote(16_200, Rule.AFTER_EXPIRY, 9_000)
    assert quote(old, date(2029, 3, 1)) == NoRefund.TOO_LATE


@given(
    st.integers(1, 300_000),
    st.integers(0, 300_000),
    st.integers(0, 300_000),
    st.integers(0, 100),
    st.integers(0, 2_000),
)
def test_never_more_than_the_buyer_paid_for_the_rest(face, paid, city, percent, day):
    used = face * percent // 100
    worth = paid + city
    one = held(kind=VoucherKind.AMOUNT, face=face, paid=paid, city=city, used=used, earned=worth * used // face)
    rest = one.rest()
    assert sum((rest.buyer, rest.city, rest.platform)) == worth - one.earned
    found = quote(one, TODAY + timedelta(days=day))
    if isinstance(found, Quote):
        assert 0 <= found.amount <= rest.buyer <= paid
    assert 0 <= due_after_expiry(one) <= rest.buyer


@pytest.mark.parametrize(
    ("policy", "answer"), [("keep", (0, 1_801, 0)), ("partner", (901, 900, 0)), ("city", (0, 0, 1_801))]
)
def test_the_table_of_breakage(policy, answer):
    parts = broken(1_801, policy, 5_000)
    assert (parts.partner, parts.income, parts.subsidy) == answer


@pytest.fixture
def gateway(sunchang):
    return MemoryGateway()


def charged(kind: VoucherType, gateway, quantity: int = 1, token: str = "pm_card_visa", source: str = "test:1"):  # noqa: S107  a public name
    """Vouchers whose order was charged at the provider."""
    order = ordered(kind, quantity, source=source)
    save_method(order.resident, token, gateway=gateway, at=NOON)
    charge_orders([order], gateway=gateway, at=NOON)
    return list(Voucher.objects.filter(order_number=order.number).order_by("pk"))


def mixed(gateway) -> Order:
    """A charged order of a jar, a voucher and 3,000 won of shipping."""
    kind, buyer = voucher_type(partner()), resident()
    ticket = LineDraft(
        "voucher", kind.partner.payee_ref, kind.partner.name, kind.name, 1, 18_000, "taxable", 300,
        voucher_type_id=kind.pk,
    )  # fmt: skip
    a_card(buyer, gateway)
    order = an_order(buyer, [a_line(a_product()), ticket], at=NOON)
    charge_orders([order], gateway=gateway, at=NOON)
    return Order.objects.get(pk=order.pk)


def ask(voucher: Voucher, gateway, agreed: int, at=NOON) -> VoucherRefund:
    return refund_voucher(voucher.pk, agreed=agreed, gateway=gateway, by=BY, at=at)


def books() -> dict[str, int]:
    return {code: won for code, won in trial_balance() if won}


def all_laws():
    return violations(LAWS) + violations(PAYMENT_LAWS)


def test_a_week_after_issue_all_that_was_paid_goes_back_once(gateway):
    first, second = charged(voucher_type(partner()), gateway, 2)
    row = ask(first, gateway, 18_000, NOON + timedelta(days=7))
    again = ask(first, gateway, 18_000, NOON + timedelta(days=9))
    assert (row.pk, row.rule, again.pk) == (again.pk, "seven_days", row.pk)
    assert list(Refund.objects.values_list("amount", "state")) == [(18_000, "succeeded")]
    assert books() == {"provider_clearing": 18_000, "voucher_liability": -18_000}
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (VoucherState.REFUNDED, VoucherState.ISSUED)
    assert all_laws() == []


def test_all_vouchers_given_back_leave_nothing_in_the_books(gateway):
    first, second = charged(voucher_type(partner()), gateway, 2)
    ask(first, gateway, 18_000)
    ask(second, gateway, 18_000)
    assert (books(), Voucher.objects.filter(state=VoucherState.REFUNDED).count()) == ({}, 2)
    assert all_laws() == []


def test_an_order_whose_vouchers_all_went_back_one_by_one_is_refunded_as_by_a_whole_refund(gateway):
    first, second = charged(voucher_type(partner()), gateway, 2)
    over = NOON + YEAR + timedelta(days=1)
    ask(first, gateway, 18_000)
    assert Order.objects.get().state == "paid"
    expire_vouchers(at=over)
    ask(second, gateway, 16_200, over)
    assert (Order.objects.get().state, books()) == ("refunded", {"provider_clearing": 1_800, "breakage": -1_800})
    assert all_laws() == []


@pytest.mark.parametrize("is_goods_first", [True, False])
def test_goods_and_vouchers_that_came_off_in_either_order_leave_a_refunded_order(gateway, is_goods_first):
    order = mixed(gateway)
    goods = Choice({order.lines.get(kind="product").pk: 1}, shipping=False)
    acts = [
        lambda: refund_order(order, choice=goods, reason="변심", gateway=gateway, by=BY, at=NOON),
        lambda: ask(Voucher.objects.get(), gateway, 18_000),
    ]
    states = []
    for act in acts if is_goods_first else reversed(acts):
        act()
        states.append(Order.objects.get().state)
    assert states == ["paid", "refunded"]
    assert books() == {"provider_clearing": 3_000, "shipping_income": -3_000}
    assert all_laws() == []


def test_an_order_that_stayed_open_though_nothing_is_left_is_found_and_closed_once(gateway):
    (mine,) = charged(voucher_type(partner()), gateway)
    first, second = charged(voucher_type(partner("강천산")), gateway, 2, "pm_card_mastercard", "test:2")
    ask(mine, gateway, 18_000)
    ask(first, gateway, 18_000)
    Order.objects.filter(number=mine.order_number).update(state="paid")
    assert [law.code for law in all_laws()] == ["emptied_order_is_refunded"]
    assert [close_given_back(at=NOON), close_given_back(at=NOON)] == [1, 0]
    states = dict(Order.objects.values_list("number", "state"))
    assert states == {mine.order_number: "refunded", second.order_number: "paid"}
    assert all_laws() == []


def test_an_order_with_goods_left_is_not_looked_at_every_night(gateway, django_assert_num_queries):
    mixed(gateway)
    ask(Voucher.objects.get(), gateway, 18_000)
    with django_assert_num_queries(1):
        assert close_given_back(at=NOON) == 0
    assert (Order.objects.get().state, all_laws()) == ("paid", [])


def test_a_refund_on_its_way_or_a_used_voucher_leaves_the_order_as_it_is(gateway):
    (voucher,) = charged(voucher_type(partner("강천산")), gateway, token="pm_card_pendingRefund")
    ask(voucher, gateway, 18_000)
    assert (Refund.objects.get().state, Order.objects.get().state) == (RefundState.PENDING, "paid")
    kind = amount_type()
    (used,) = charged(kind, gateway, source="test:2")
    redeem(used, kind.partner, amount=8_000)
    used.refresh_from_db()
    ask(used, gateway, quote_refund(used, at=LATER).amount, LATER)
    assert Order.objects.get(number=used.order_number).state == "paid"
    assert all_laws() == []


def test_the_rest_of_an_amount_goes_back_when_most_was_used(gateway):
    kind = amount_type(face=50_000, paid=45_000)
    (voucher,) = charged(kind, gateway)
    redeem(voucher, kind.partner, amount=29_999)
    with pytest.raises(errors.RefundNotDueForAmount) as no:
        ask(voucher, gateway, 18_001, LATER)
    assert (no.value.fields["share"], Refund.objects.count()) == (60, 0)
    redeem(voucher, kind.partner, nonce="n2", amount=1)
    voucher.refresh_from_db()
    quoted = quote_refund(voucher, at=LATER)
    assert ask(voucher, gateway, quoted.amount, LATER).rule == "rest"
    assert (balance(Code.VOUCHER_LIABILITY), quoted.amount) == (0, 18_001)
    assert all_laws() == []


def test_after_the_last_day_nine_tenths_stay_due_and_the_rest_is_breakage(gateway):
    (voucher,) = charged(voucher_type(partner()), gateway)
    over = NOON + YEAR + timedelta(days=1)
    assert [expire_vouchers(at=NOON + YEAR), expire_vouchers(at=over), expire_vouchers(at=over)] == [0, 1, 0]
    assert books() == {"provider_clearing": 18_000, "refunds_due": -16_200, "breakage": -1_800}
    assert all_laws() == []
    assert ask(voucher, gateway, 16_200, over).rule == "after_expiry"
    assert books() == {"provider_clearing": 1_800, "breakage": -1_800}
    assert all_laws() == []


def test_what_the_city_gave_goes_back_to_the_city_and_never_to_the_buyer(gateway):
    kind = voucher_type(partner(), "입장권", 5_000, funding=Funding.CITY)
    (voucher,) = bought(kind)
    with pytest.raises(errors.NothingPaid):
        ask(voucher, gateway, 5_000)
    assert expire_vouchers(at=NOON + YEAR + timedelta(days=1)) == 1
    assert books() == {}
    assert all_laws() == []


def test_five_years_after_issue_the_right_ends_and_the_partner_gets_its_part(gateway):
    VoucherPolicy.objects.create(breakage=Breakage.PARTNER, partner_bp=3_000)
    (voucher,) = charged(voucher_type(partner()), gateway)
    expire_vouchers(at=NOON + YEAR + timedelta(days=1))
    end = NOON.replace(year=2031)
    assert [lapse_vouchers(at=end), lapse_vouchers(at=end + timedelta(days=1))] == [0, 1]
    assert lapse_vouchers(at=end + timedelta(days=2)) == 0
    with pytest.raises(errors.RefundTooLate):
        ask(voucher, gateway, 16_200, end + timedelta(days=1))
    assert list(Earning.objects.order_by("pk").values_list("gross", "commission")) == [(540, 0), (4_860, 0)]
    assert books() == {"provider_clearing": 18_000, "payee_payable": -5_400, "breakage": -12_600}
    assert all_laws() == []


def test_a_changed_amount_is_shown_again_and_nothing_moves(gateway):
    (voucher,) = charged(voucher_type(partner()), gateway)
    with pytest.raises(errors.QuoteChanged) as no:
        ask(voucher, gateway, 17_999)
    voucher.refresh_from_db()
    assert (no.value.fields, voucher.state, Refund.objects.count()) == ({"amount": "18,000"}, VoucherState.ISSUED, 0)


def test_a_refusal_of_the_provider_gives_the_voucher_back(gateway):
    (voucher,) = charged(voucher_type(partner()), gateway, token="pm_card_createDispute")
    before = books()
    with pytest.raises(RefundRefused):
        ask(voucher, gateway, 18_000)
    voucher.refresh_from_db()
    assert (voucher.state, books()) == (VoucherState.ISSUED, before)
    assert VoucherRefund.objects.get().undone_at == NOON
    assert all_laws() == []


def test_a_lost_answer_is_found_and_a_late_failure_gives_the_voucher_back(gateway):
    voucher, _other = charged(voucher_type(partner()), gateway, 2, token="pm_card_refundFail")
    gateway.provider.faults.add(Fault("drop_after", path="/v1/refunds"))
    row = ask(voucher, gateway, 18_000)
    assert Refund.objects.get().state == RefundState.UNKNOWN
    assert ask(voucher, gateway, 18_000).pk == row.pk
    settle_refunds(gateway=gateway, at=NOON + timedelta(minutes=6))
    (found,) = gateway.refunds_of(row.refund.charge.provider_ref)
    paying.settle_refund(gateway.provider.account(gateway.api_key), found.reference, "failed")
    (failed,) = gateway.refunds_of(row.refund.charge.provider_ref)
    record_refund(row.refund, failed, by=BY, at=NOON)
    assert [undo_failed_refunds(at=NOON), undo_failed_refunds(at=NOON)] == [1, 0]
    voucher.refresh_from_db()
    assert (voucher.state, voucher.redemptions.count()) == (VoucherState.ISSUED, 0)
    assert all_laws() == []


def test_a_used_or_partly_used_voucher_stops_a_whole_refund_of_its_order(gateway):
    kind = amount_type()
    (voucher,) = charged(kind, gateway)
    redeem(voucher, kind.partner, amount=1_000)
    order, before = Order.objects.get(), books()
    with pytest.raises(NothingComesOff):
        refund_order(order, reason="단순 변심", gateway=gateway, by=BY, at=NOON)
    assert (books(), Refund.objects.count()) == (before, 0)


def test_a_whole_refund_gives_back_an_expired_voucher_too(gateway):
    charged(voucher_type(partner()), gateway)
    expire_vouchers(at=NOON + YEAR + timedelta(days=1))
    refund_order(Order.objects.get(), reason="행사 취소", gateway=gateway, by=BY, at=NOON + YEAR + timedelta(days=2))
    assert (books(), Voucher.objects.get().state) == ({}, VoucherState.REFUNDED)
    assert all_laws() == []


def test_twenty_clerks_refund_once_and_a_gate_at_the_same_moment_wins_or_loses_whole(scratch):
    gateway = MemoryGateway()
    kind = voucher_type(partner())
    (voucher,) = charged(kind, gateway)
    start = threading.Barrier(21)

    def act(number: int) -> str:
        try:
            with inside_slug("scratch"):
                start.wait()
                if number == 0:
                    redeem(voucher, kind.partner)
                    return "used"
                ask(voucher, gateway, 18_000)
                return "refunded"
        except Refusal as no:
            return no.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(21) as pool:
        answers = set(pool.map(act, range(21)))
    voucher.refresh_from_db()
    assert (Refund.objects.count(), voucher.redemptions.count()) in {(1, 0), (0, 1)}
    assert answers in ({"refunded", "voucher_not_usable"}, {"used", "voucher_nothing_left"})
    assert all_laws() == []
