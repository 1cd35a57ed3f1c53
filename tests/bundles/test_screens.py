"""Residents, partners and staff on their screens."""

import re
from typing import Any

import pytest

from bundles.billing.actions import bill_subscription
from bundles.plans.models import Edition, MallDay
from bundles.subscriptions.models import Subscription
from bundles.vouchers.models import Redemption, Voucher
from core.clock import now
from malls.payments.accounts import open_gateway
from malls.payments.gateways.memory import MemoryGateway
from tenants.people.models import User
from tests.bundles.world import card, gatekeeper, merchant, offer, partner, product, resident, subscribed, voucher_type


@pytest.fixture
def sold(sunchang: Any) -> Any:
    return offer(voucher=voucher_type(partner()))


def entered(mall: Any, user: User) -> Any:
    mall.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return mall


def joining(mall: Any, sold: Any, who: Any, **changes: Any) -> Any:
    page = mall.get(f"/bundles/{sold.slug}/subscribe/").content.decode()
    values = {
        "choice": re.search(r'name="choice" value="([^"]+)"', page)[1],
        "request_key": re.search(r'name="request_key" value="([^"]+)"', page)[1],
        "address": who.addresses.first().pk,
        "method": who.payment_methods.first().pk,
        "agreed": "on",
    }
    return {**values, **changes}


def test_bundle_page_tells_total_dates_sellers_and_labels(mall, sold):
    page = mall.get(f"/bundles/{sold.slug}/").content.decode()
    for word in ("33,000원", "배송비 3,000원 포함", "제2026-전북순창-0001호", "대두", "고추장 담그기", "국내산(순창)"):
        assert word in page, word
    assert page.index("33,000원") < page.index("찹쌀고추장")


def test_unknown_bundle_is_not_found(mall, sold):
    assert mall.get("/bundles/nothing/").status_code == 404
    assert mall.get("/bundles/nothing/subscribe/").status_code == 302


def test_joining_needs_a_login_and_comes_back(mall, sold):
    answer = mall.get(f"/bundles/{sold.slug}/subscribe/")
    assert (answer.status_code, answer.url) == (302, f"/login/?next=/bundles/{sold.slug}/subscribe/")


def test_resident_joins_on_one_page_and_a_second_press_joins_no_second_time(mall, sold):
    who = resident()
    card(who, open_gateway())
    entered(mall, who.user)
    values = joining(mall, sold, who)
    first = mall.post(f"/bundles/{sold.slug}/subscribe/", values)
    second = mall.post(f"/bundles/{sold.slug}/subscribe/", values)
    made = Subscription.objects.get()
    assert (first.url, second.url, made.state) == (f"/my/subscriptions/{made.pk}/",) * 2 + ("active",)
    assert made.cycles.filter(state="ordered").count() == 1


def test_joining_without_agreement_says_so_and_makes_nothing(mall, sold):
    who = resident()
    card(who, open_gateway())
    entered(mall, who.user)
    answer = mall.post(f"/bundles/{sold.slug}/subscribe/", joining(mall, sold, who, agreed=""))
    assert (answer.status_code, Subscription.objects.count()) == (400, 0)
    assert "금액과 날짜에 동의해야" in answer.content.decode()


def test_declined_card_is_told_on_the_same_page(mall, sold):
    who, gateway = resident(), open_gateway()
    gateway.script(card(who, gateway).method_ref, ["insufficient_funds"])
    entered(mall, who.user)
    answer = mall.post(f"/bundles/{sold.slug}/subscribe/", joining(mall, sold, who))
    assert answer.status_code == 400
    assert "결제된 금액은 없고" in answer.content.decode()
    assert Subscription.objects.get().state == "cancelled"


def test_leaving_takes_no_more_pages_than_joining(mall, sold):
    made = subscribed(sold, MemoryGateway(), at=now())
    entered(mall, made.resident.user)
    page = mall.get(f"/my/subscriptions/{made.pk}/cancel/")
    assert page.status_code == 200
    mall.post(f"/my/subscriptions/{made.pk}/cancel/", {"why": ""})
    made.refresh_from_db()
    assert made.state == "cancelled"


def test_every_change_has_a_page_that_tells_won_and_dates(mall, sold):
    made = subscribed(sold, MemoryGateway(), at=now())
    entered(mall, made.resident.user)
    box = made.cycles.get(number=2)
    for address, word in (
        (f"boxes/{box.pk}/skip/", "33,000원"), (f"pause/?until={box.ends_on}", "33,000원"),
        (f"pause/?until={box.bill_on}", "쉬는 상자가 없어요"), ("cancel/", "되돌릴 수 있어요"),
        ("address/", "바뀌는 내용 보기"), ("card/", "바뀌는 내용 보기"), ("plan/", "바뀌는 내용 보기"),
        ("quantity/?quantity=2", "63,000원"), ("request/?window=any&place=door", "문 앞"), ("", "받을 상자"),
    ):  # fmt: skip
        assert word in mall.get(f"/my/subscriptions/{made.pk}/{address}").content.decode(), address
    mall.post(f"/my/subscriptions/{made.pk}/boxes/{box.pk}/skip/")
    box.refresh_from_db()
    assert box.state == "skipped"
    assert "상자 건너뛰기" in mall.get(f"/my/subscriptions/{made.pk}/history/").content.decode()
    mall.post(f"/my/subscriptions/{made.pk}/undo/")
    box.refresh_from_db()
    assert box.state == "scheduled"
    mall.post(f"/my/subscriptions/{made.pk}/pause/", {"until": str(box.ends_on)})
    made.refresh_from_db()
    assert (made.state, made.paused_until) == ("paused", box.ends_on)


def test_another_residents_subscription_and_voucher_are_not_found(mall, sold):
    made = subscribed(sold, MemoryGateway(), at=now())
    entered(mall, resident().user)
    code = Voucher.objects.get().code
    for path in (
        f"/my/subscriptions/{made.pk}/",
        f"/my/subscriptions/{made.pk}/cancel/",
        f"/my/vouchers/{code}/qr.svg",
    ):
        assert mall.get(path).status_code == 404, path


def test_voucher_is_shown_as_qr_and_used_once_at_the_gate(mall, sold):
    made = subscribed(sold, MemoryGateway(), at=now())
    voucher = Voucher.objects.get()
    entered(mall, made.resident.user)
    picture = mall.get(f"/my/vouchers/{voucher.code}/qr.svg")
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/svg+xml")
    entered(mall, gatekeeper(voucher.type.partner))
    good = mall.post("/redeem/", {"code": voucher.code.lower(), "nonce": "a"})
    bad = mall.post("/redeem/", {"code": voucher.code, "nonce": "b"})
    assert (good.status_code, bad.status_code) == (200, 409)
    assert ("is-good" in good.content.decode(), "이미 사용했습니다" in bad.content.decode()) == (True, True)
    use = Redemption.objects.get()
    mall.post(f"/redeem/{use.pk}/undo/", {"reason": "잘못 찍음"})
    voucher.refresh_from_db()
    assert voucher.state == "issued"


@pytest.mark.parametrize("code", ["", " ", "x" * 500, "GV1.a.b.c.d.e", "\x00", "가나다라", "<script>"])
def test_nonsense_at_the_gate_is_one_sentence(mall, sold, code):
    entered(mall, gatekeeper(partner("강천산")))
    answer = mall.post("/redeem/", {"code": code, "nonce": "a"})
    assert answer.status_code == 409
    assert "is-bad" in answer.content.decode()


def test_gate_is_for_partners(mall, sold):
    assert mall.get("/redeem/").status_code == 302
    assert entered(mall, resident().user).get("/redeem/").status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "plans/bundle/", "plans/bundle/add/", "plans/edition/", "plans/edition/add/", "plans/mallday/", "plans/mallday/add/", "vouchers/partner/", "vouchers/vouchertype/",
        "vouchers/voucher/", "subscriptions/subscription/", "billing/billingrun/",
    ],
)  # fmt: skip
def test_staff_screens_open(mall, sold, path):
    subscribed(sold, MemoryGateway(), at=now())
    entered(mall, User.objects.create_superuser("root@example.kr", "pw"))
    assert mall.get(f"/cms/snippets/{path}").status_code == 200


def test_staff_close_the_hub_for_a_day_and_residents_see_the_new_day(mall, sold):
    made = subscribed(sold, MemoryGateway(), at=now())
    was = made.cycles.get(number=2)
    entered(mall, User.objects.create_superuser("root@example.kr", "pw"))
    answer = mall.post(
        "/cms/snippets/plans/mallday/add/", {"on": str(was.ship_on), "kind": "closed", "name": "재고 조사"}
    )
    assert answer.status_code == 302, answer.context["form"].errors
    moved = made.cycles.get(number=2)
    assert (moved.bill_on, moved.ship_on > was.ship_on) == (was.bill_on, True)
    again = mall.post("/cms/snippets/plans/mallday/add/", {"on": str(was.ship_on), "kind": "working", "name": "근무"})
    assert (again.status_code, MallDay.objects.count()) == (200, 1)
    day = MallDay.objects.get()
    mall.post(f"/cms/snippets/plans/mallday/delete/{day.pk}/")
    assert made.cycles.get(number=2).ship_on == was.ship_on


def edition_form(of: Any, components: list[dict[str, Any]], price: int) -> dict[str, Any]:
    form = {
        "bundle": of.pk, "month": "2027-01-15", "price": price, "shipping": 3000,
        "components-TOTAL_FORMS": len(components), "components-INITIAL_FORMS": 0,
        "components-MIN_NUM_FORMS": 0, "components-MAX_NUM_FORMS": 1000,
    }  # fmt: skip
    for number, one in enumerate(components):
        row = {"product": "", "voucher_type": "", "quantity": 1, "unit_price": 0, "position": 0, **one}
        form |= {f"components-{number}-{name}": value for name, value in row.items()}
        form[f"components-{number}-ORDER"] = number + 1
    return form


def test_staff_compose_and_publish_an_edition(mall, sold):
    entered(mall, User.objects.create_superuser("root@example.kr", "pw"))
    thing = product(merchant("새집"), price=12_000)
    answer = mall.post("/cms/snippets/plans/edition/add/", edition_form(sold, [{"product": thing.pk}], 10_000))
    assert answer.status_code == 302, answer.context["form"].errors
    made = Edition.objects.get(bundle=sold, month="2027-01-01")
    assert (made.state, made.list_price, made.components.get().allocated) == ("draft", 12_000, 10_000)
    assert mall.get(f"/cms/snippets/plans/edition/edit/{made.pk}/").status_code == 200
    listed = mall.get("/cms/snippets/plans/edition/").content.decode()
    assert ("2027년 1월" in listed, "2027년 1월 1일" in listed, "10,000원" in listed) == (True, False, True)
    mall.post(f"/cms/snippets/plans/edition/move/{made.pk}/", {"verb": "publish"})
    made.refresh_from_db()
    assert made.state == "approved"


@pytest.mark.parametrize(
    ("rows", "price", "word"),
    [
        ([], 10_000, "하나 이상 담으십시오"),
        (["retired"], 10_000, "판매 중이 아닙니다"),
        (["good"], -5, "0원보다 커야"),
        (["good"], 99_000, "합계 12,000원보다 높습니다"),
    ],
)
def test_bad_editions_are_told_in_korean_and_not_saved(mall, sold, rows, price, word):
    entered(mall, User.objects.create_superuser("root@example.kr", "pw"))
    state = "retired" if "retired" in rows else "approved"
    thing = product(merchant("새집"), price=12_000)
    type(thing).objects.filter(pk=thing.pk).update(state=state)
    answer = mall.post(
        "/cms/snippets/plans/edition/add/", edition_form(sold, [{"product": thing.pk}] * len(rows), price)
    )
    assert answer.status_code == 200
    assert word in answer.content.decode()
    assert Edition.objects.filter(bundle=sold).count() == 1


def test_bill_subscription_alone_does_nothing_when_nothing_is_due(sold):
    made = subscribed(sold, MemoryGateway(), at=now())
    assert bill_subscription(made, at=now(), gateway=MemoryGateway()).state == "active"
