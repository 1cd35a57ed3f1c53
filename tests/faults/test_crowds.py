"""F24–F26: many hands at the same moment: forms sent twenty times, the last piece, a balance, gates that come back."""

from collections import Counter
from typing import Any

import pytest

from bundles.billing.forms import value_of
from bundles.billing.views import offer as offered
from bundles.gates.laws import LAWS as GATES
from bundles.gates.models import Conflict, Scan
from bundles.subscriptions.models import Subscription
from bundles.vouchers.actions import redeem_voucher
from bundles.vouchers.laws import LAWS as VOUCHERS
from bundles.vouchers.models import Redemption, Voucher, VoucherKind
from core.clock import kst_date, now
from core.errors import Refusal
from core.laws import violations
from malls.catalog.models import Stock
from malls.orders.actions import place_order
from malls.orders.errors import OutOfStock
from malls.orders.models import Order
from malls.orders.rules import LineDraft, OrderDraft
from malls.payments.accounts import IN_THIS_PROCESS, open_gateway
from malls.payments.models import Charge
from settlement.ledger.laws import LAWS as LEDGER
from settlement.statements.laws import LAWS as STATEMENTS
from settlement.statements.models import Earning
from tests.bundles.gates.world import bought, gate, hand_in, token, told
from tests.bundles.world import BY, NOON, card, merchant, offer, partner, product, resident, voucher_type
from tests.conftest import MallClient
from tests.faults.world import SEEDS, account_of, check, dice_of, together

AT_THE_GATE = [*VOUCHERS, *GATES, *STATEMENTS, *LEDGER]
PRESSES, BUYERS, PIECES, GUESTS = 20, 24, 5, 12


@pytest.fixture
def gateway(scratch: Any) -> Any:
    IN_THIS_PROCESS.faults.clear()
    return open_gateway()


def test_form_sent_twenty_times_at_once_makes_one_subscription_one_charge_and_one_answer(gateway):
    sold, who = offer(), resident()
    method = card(who, gateway)
    first = MallClient("scratch.localhost")
    first.force_login(who.user, backend="django.contrib.auth.backends.ModelBackend")
    _bundle, (choice,) = offered(sold.slug, kst_date(now()))
    form = {
        "choice": value_of(choice), "address": who.addresses.get().pk, "method": method.pk, "agreed": "on",
        "request_key": "pressed-again-and-again",
    }  # fmt: skip

    def press() -> tuple[int, str]:
        browser = MallClient("scratch.localhost")
        browser.cookies = first.cookies.copy()
        answer = browser.post(f"/bundles/{sold.slug}/subscribe/", form)
        return answer.status_code, answer.headers.get("Location", "")

    answers = Counter(together([press for _ in range(PRESSES)]))
    made = Subscription.objects.get()
    assert answers == {(302, f"/my/subscriptions/{made.pk}/"): PRESSES}
    assert press() == (302, f"/my/subscriptions/{made.pk}/")
    assert (made.state, Order.objects.count(), Charge.objects.count()) == ("active", 1, 1)
    check(account_of(gateway), paid=1)


def test_last_pieces_go_to_exactly_as_many_buyers(gateway):
    shop = merchant()
    thing, who = product(shop, stock=PIECES), resident()

    def buy(number: int) -> str:
        line = LineDraft(
            "product", shop.payee_ref, shop.name, thing.name, 1, thing.price, "taxable", 300, product_id=thing.pk
        )  # fmt: skip
        draft = OrderDraft(f"last:{number}", who.pk, "마지막", (line,), "김순창", "01012345678", "56042", "순창읍")
        try:
            return str(place_order(draft, by=BY, at=NOON).state)
        except OutOfStock:
            return "sold out"

    answers = Counter(together([lambda number=number: buy(number) for number in range(BUYERS)]))
    assert answers == {"placed": PIECES, "sold out": BUYERS - PIECES}
    stock = Stock.objects.get(pk=thing.pk)
    assert (stock.reserved, stock.available) == (PIECES, 0)
    check(account_of(gateway), paid=0)


def test_balance_of_an_amount_voucher_is_used_up_and_never_below_zero(scratch):
    kind = voucher_type(partner(), "고을상품권", face=10_000, kind=VoucherKind.AMOUNT)
    (voucher,) = bought(kind)

    def use(number: int) -> str:
        try:
            redeem_voucher(voucher.code, kind.partner_id, by=BY, at=NOON, nonce=f"part-{number}", amount=3_000)
        except Refusal:
            return "too little left"
        return "used"

    answers = Counter(together([lambda number=number: use(number) for number in range(GUESTS)]))
    assert answers == {"used": 3, "too little left": GUESTS - 3}
    assert Voucher.objects.get().used == 9_000
    assert sum(Earning.objects.values_list("gross", flat=True)) == 9_000
    assert violations(AT_THE_GATE) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_gates_that_come_back_at_the_same_moment_honor_each_voucher_once(scratch, seed):
    dice = dice_of(seed)
    kind = voucher_type(partner())
    vouchers = bought(kind, GUESTS)
    gates = [gate(kind.partner, name) for name in ("정문", "후문", "주차장")]
    shown = [(one, dice.sample(gates, dice.choice((1, 1, 2, 3)))) for one in vouchers]
    heaps: dict[int, list[dict[str, Any]]] = {one.pk: [] for one in gates}
    for voucher, seen in shown:
        for where in seen:
            heaps[where.pk].append(told(token(voucher)))
    jobs = [lambda where=where: hand_in(where, *heaps[where.pk]) for where in gates] * 2
    dice.shuffle(jobs)
    assert [one for one in together(jobs) if isinstance(one, Exception)] == []
    told_in_all = sum(len(seen) for _, seen in shown)
    assert Scan.objects.count() == told_in_all
    assert Redemption.objects.count() == GUESTS
    assert Conflict.objects.count() == told_in_all - GUESTS
    assert violations(AT_THE_GATE) == []
