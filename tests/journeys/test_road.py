"""The whole road through two municipalities: from the office's list to the money in the bank and the display."""

import json
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser

from bundles.plans.models import Bundle
from bundles.subscriptions.models import Cycle, Subscription
from bundles.vouchers.models import Partner, PartnerMember, Redemption, Voucher
from core.clock import add_months, kst_at, kst_date, month_of, now
from malls.catalog.models import Product, ProductState
from malls.merchants.models import MerchantState
from malls.orders.models import Order
from malls.payments.models import ProviderAccount
from settlement.payouts.models import Payout
from settlement.statements.models import Period, Statement
from showroom.displays.models import Display
from showroom.playlists.models import Playlist
from tenants.municipalities.door import inside_slug
from tenants.people.duties import Duty
from tests.factories.town import person, staff
from tests.journeys import past, resident, settling
from tests.journeys.house import House
from tests.journeys.people import PHONE, Someone, log_in, officer, someone
from tests.journeys.staff import (
    LISTS,
    MERCHANTS,
    PARTNERS,
    PRODUCTS,
    Box,
    approve_everyone,
    compose,
    enter_account,
    send_boxes,
    take_in,
    verify_account,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FILES = {"sunchang": ["sunchang.xlsx"], "boseong": ["boseong.csv", "boseong_products.csv"]}
DUTIES = {
    "manager": Duty.MANAGER, "clerk": Duty.ONBOARDING, "editor": Duty.BUNDLES, "hub": Duty.SUPPORT, "maker": Duty.FINANCE,
    "checker": Duty.APPROVER, "payer": Duty.PAYER, "showroom": Duty.SHOWROOM,
}  # fmt: skip
SCENES = [
    ("bundles", {"how_many": 3, "seconds": 5}),
    ("message", {"title": "장이 익는 고장", "line": "물이 맑아요", "seconds": 5, "subject": ""}),
]


@pytest.mark.parametrize("slug", list(FILES))
def test_the_whole_road(house: House, browser: Browser, slug: str) -> None:
    with inside_slug(slug):
        for name, duty in DUTIES.items():
            staff(name, slug, duty)
        box = the_office_brings_its_merchants(house, browser, slug)
        resident_joins_and_billing_runs(house, browser, box, slug)
        last_month_is_settled(house, browser, slug)
        a_screen_plays_without_network(house, browser, slug, box)
    verified = house.done("verify", "--municipality", slug)
    assert verified["violations"] == []
    assert "Traceback" not in house.said()


def the_office_brings_its_merchants(house: House, browser: Browser, slug: str) -> Box:
    """List, preview, commit, approval; bank accounts by a second person; a bundle of several shops with a voucher."""
    clerk = officer(browser, house, slug, "clerk")
    for file in FILES[slug]:
        totals = json.loads((LISTS / f"{file.partition('.')[0]}.expected.json").read_text())["totals"]
        take_in(clerk, file, rows=sum(kind["importable"] for kind in totals.values()))
    assert "승인했습니다" in approve_everyone(clerk, MERCHANTS)
    assert "승인했습니다" in approve_everyone(clerk, PRODUCTS)
    clerk.leave()
    first, second = two_products()
    manager = officer(browser, house, slug, "manager")
    for one in (first, second):
        verify_account(manager, f"{MERCHANTS}edit/{one.merchant_id}/")
    manager.leave()
    worth = first.price + second.price + 8_000
    box = Box(last_month().date(), [str(first), str(second)], price=worth * 9 // 1000 * 100, too_high=worth + 1_000)
    editor = officer(browser, house, slug, "editor")
    compose(editor, box)
    partner = Partner.objects.get(name=box.partner)
    enter_account(editor, f"{PARTNERS}edit/{partner.pk}/")
    editor.leave()
    manager = officer(browser, house, slug, "manager")
    verify_account(manager, f"{PARTNERS}edit/{partner.pk}/")
    manager.leave()
    return box


def two_products() -> tuple[Product, Product]:
    """Sold by two shops with bank accounts, with stock; a search for their names finds nothing else."""
    rows = Product.objects.filter(state=ProductState.APPROVED, merchant__state=MerchantState.APPROVED)
    rows = rows.filter(stock__received__gt=20, price__gt=5_000).exclude(merchant__bank_code="").order_by("pk")
    names = list(Product.objects.values_list("name", flat=True))
    only = [one for one in rows.select_related("merchant") if sum(one.name in name for name in names) == 1]
    return only[0], next(one for one in only if one.merchant != only[0].merchant)


def last_month() -> datetime:
    """Ten o'clock on the first of the month before this one."""
    return kst_at(add_months(month_of(kst_date(now()))[0], -1), 10)


def resident_joins_and_billing_runs(house: House, browser: Browser, box: Box, slug: str) -> None:
    """Sign-up to subscription; billing of a neighbour; voucher, box, confirmation; leaving is no longer than joining."""
    who = someone(browser, house, slug, PHONE)
    resident.find_the_box(who, box)
    resident.sign_up(who)
    resident.add_address_and_card(who)
    joining = resident.join(who, box)
    resident.change_ones_mind(who)
    past.a_neighbours_month(Bundle.objects.get(), at=last_month())
    billing_run(house, slug)
    voucher_is_used_once(house, browser, who, box)
    hub = officer(browser, house, slug, "hub")
    send_boxes(hub, kst_date(now()) + timedelta(days=31), expected=2)
    hub.leave()
    resident.confirm(who)
    leaving = resident.leave(who, box)
    assert leaving <= joining
    mine = Subscription.objects.get(resident__user__email=resident.EMAIL)
    assert (mine.state, mine.cycles.filter(state="scheduled").count()) == ("cancelled", 0)
    assert Order.objects.filter(resident=mine.resident).values_list("state", flat=True).get() == "confirmed"
    who.leave()


def billing_run(house: House, slug: str) -> None:
    """The neighbour's second box is due; a second run finds nothing; the provider knows each payment once."""
    (run,) = house.done("billing", "run", "--municipality", slug)
    assert (run["due"], run["paid"], run["problem"]) == (1, 1, "")
    (again,) = house.done("billing", "run", "--municipality", slug)
    assert (again["due"], again["paid"]) == (0, 0)
    paid = [one for one in house.charges(ProviderAccount.objects.get().secret_key) if one["status"] == "succeeded"]
    orders = sorted(one["metadata"]["order"] for one in paid)
    assert orders == sorted(Order.objects.values_list("number", flat=True))
    billed = Cycle.objects.filter(order__isnull=False)
    assert sorted(billed.values_list("state", flat=True)) == ["fulfilled", "ordered", "ordered"]


def voucher_is_used_once(house: House, browser: Browser, who: Someone, box: Box) -> None:
    """The code of my page is green once and then red with the reason."""
    code = resident.open_voucher(who, box)
    PartnerMember.objects.create(partner=Partner.objects.get(name=box.partner), user=person("gate", who.slug))
    gate = someone(browser, house, who.slug, PHONE)
    gate.go("/redeem/")
    log_in(gate, f"gate@{who.slug}.example")
    assert resident.use_voucher(gate, code)[0]
    good, said = resident.use_voucher(gate, code)
    assert (good, "이미 사용했습니다" in said) == (False, True)
    gate.leave()
    assert Redemption.objects.filter(voucher__code=code.replace("-", "")).count() == 1
    assert Voucher.objects.filter(state="redeemed").count() == 2


def last_month_is_settled(house: House, browser: Browser, slug: str) -> None:
    """Maker, checker, payer; statement, lines and bank file are read again."""
    key = f"{last_month():%Y-%m}"
    maker, checker, payer = (officer(browser, house, slug, name) for name in ("maker", "checker", "payer"))
    assert "승인" not in settling.offers(checker, key)
    settling.act(maker, key, "정산기간 마감")
    assert "승인" not in settling.offers(maker, key)
    settling.act(checker, key, "정산기간 승인")
    rows = settling.pay(payer, key)
    assert Period.objects.get(key=key).state == "paid"
    paid = {one.statement: one for one in Payout.objects.select_related("statement__payee")}
    assert len(paid) == 3  # two shops and the partner
    cells = {str(cell) for row in rows for cell in row if cell is not None}
    known = settling.read_lines(maker, key)
    for statement, payout in paid.items():
        paper = settling.read_paper(maker, statement.number)
        assert "".join(statement.payee_name.split()) in paper
        assert f"{statement.payable:,}" in paper
        assert {str(payout.amount), payout.account} <= cells
        assert statement.number in known
    assert not Statement.objects.filter(period__key=key, held=True).exists()
    for one in (maker, checker, payer):
        one.leave()


def a_screen_plays_without_network(house: House, browser: Browser, slug: str, box: Box) -> None:
    """Paired at the desk, it shows the bundle with its price, and goes on when the network is cut."""
    playlist = Playlist.objects.get(is_default=True)
    playlist.scenes = SCENES
    playlist.save()
    screen = someone(browser, house, slug)
    screen.go("/showroom/player/")
    screen.page.wait_for_url("**/showroom/pair/")
    digits = screen.page.locator("#digits")
    screen.page.wait_for_function("/^\\d{3} \\d{3}$/.test(document.querySelector('#digits').innerText)")
    clerk = officer(browser, house, slug, "showroom")
    clerk.go("/cms/displays/new/")
    clerk.write(code=digits.inner_text(), name="민원실")
    clerk.button("연결")
    assert Display.objects.get().name == "민원실"
    clerk.leave()
    screen.page.wait_for_selector("#stage[data-kind=bundle]")
    screen.page.locator(".layer--front .price b", has_text=box.total).wait_for()
    screen.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    screen.page.context.set_offline(True)
    for _scene in range(2):
        before = screen.page.locator("#stage").get_attribute("data-scene")
        screen.page.wait_for_function(
            "(before) => document.querySelector('#stage').dataset.scene !== before", arg=before
        )
    screen.page.context.set_offline(False)
    screen.leave()
