"""Residents' and staff's pages of vouchers: the effect first, one refund, one letter per fact, a clear no."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from bundles.vouchers import errors
from bundles.vouchers.actions import redeem_voucher, rotate_key
from bundles.vouchers.models import (
    Breakage,
    Funding,
    SigningKey,
    Voucher,
    VoucherPolicy,
    VoucherRefund,
    VoucherState,
    VoucherType,
)
from bundles.vouchers.rules import days_of_lines
from bundles.vouchers.tokens import ensure_key, read_token, sign
from core.clock import now
from core.state import Transition
from malls.notices.actions import find_notices
from malls.notices.models import Notice
from malls.payments.accounts import open_gateway
from malls.payments.actions import charge_orders, save_method
from malls.payments.models import Refund
from tenants.people.duties import Duty
from tests.bundles.vouchers.test_amounts import amount_type
from tests.bundles.vouchers.test_redeeming import bought, ordered, redeem
from tests.bundles.world import BY, NOON, partner, send, voucher_type
from tests.factories.town import staff

PAGES = "/cms/snippets/vouchers/voucher"


@pytest.fixture
def voucher(sunchang) -> Voucher:
    """A voucher that was charged just now at the mall's own provider."""
    order = ordered(voucher_type(partner(), opens_at="09:00", persons=2, companion_rule="어린이는 보호자와 함께"))
    gateway = open_gateway()
    save_method(order.resident, "pm_card_visa", gateway=gateway, at=now())
    charge_orders([order], gateway=gateway, at=now())
    return Voucher.objects.get()


def test_the_phone_shows_code_terms_and_paper(mall, voucher):
    mall.force_login(voucher.resident.user)
    page = mall.get(f"/my/vouchers/{voucher.code}/").content.decode()
    for words in ("2명", "어린이는 보호자와 함께", "09:00 ~ 24:00", "고추장민속마을", "결제 금액의 90%"):
        assert words in page
    paper = mall.get(f"/my/vouchers/{voucher.code}/voucher.pdf")
    assert (paper.status_code, paper["Content-Type"], paper.content[:5]) == (200, "application/pdf", b"%PDF-")


def test_a_resident_sees_the_won_first_and_two_presses_refund_once(mall, voucher):
    mall.force_login(voucher.resident.user)
    path = f"/my/vouchers/{voucher.code}/refund/"
    page = mall.get(path).content.decode()
    assert ("18,000원 환불받기" in page, "발행 후 7일 안" in page, Refund.objects.count()) == (True, True, 0)
    for _ in range(2):
        assert mall.post(path, {"agreed": "18000"}).status_code == 302
    assert list(Refund.objects.values_list("amount", "state")) == [(18_000, "succeeded")]
    assert "환불" in mall.get(f"/my/vouchers/{voucher.code}/").content.decode()


def test_another_amount_or_another_resident_refunds_nothing(mall, voucher):
    mall.force_login(voucher.resident.user)
    mall.post(f"/my/vouchers/{voucher.code}/refund/", {"agreed": "1"})
    (other,) = bought(voucher_type(partner("강천산")), source="test:2")
    assert mall.get(f"/my/vouchers/{other.code}/refund/").status_code == 404
    assert mall.post(f"/my/vouchers/{other.code}/refund/", {"agreed": "18000"}).status_code == 404
    assert (Refund.objects.count(), VoucherRefund.objects.count()) == (0, 0)


def test_staff_give_back_from_the_desk(mall, voucher):
    mall.force_login(staff("manager", "DESK", Duty.MANAGER))
    assert f"{PAGES}/refund/{voucher.pk}/" in mall.get(f"{PAGES}/inspect/{voucher.pk}/").content.decode()
    assert "18,000원" in mall.get(f"{PAGES}/refund/{voucher.pk}/").content.decode()
    mall.post(f"{PAGES}/refund/{voucher.pk}/", {"agreed": "18000"})
    voucher.refresh_from_db()
    assert (voucher.state, Refund.objects.get().state) == (VoucherState.REFUNDED, "succeeded")


def test_who_may_not_gets_no_page_and_changes_nothing(mall, voucher):
    mall.force_login(staff("auditor", "DESK", Duty.AUDITOR))
    for page in ("policy", "keys", f"refund/{voucher.pk}"):
        assert mall.get(f"{PAGES}/{page}/").status_code != 200
        mall.post(f"{PAGES}/{page}/", {"agreed": "18000", "breakage": "city", "partner_bp": "1", "why": "x"})
    assert (Refund.objects.count(), VoucherPolicy.objects.count(), SigningKey.objects.count()) == (0, 0, 0)


def test_the_rules_are_kept_in_one_row(mall, sunchang):
    mall.force_login(staff("manager", "DESK", Duty.MANAGER))
    for part in ("3000", "4000"):
        assert mall.post(f"{PAGES}/policy/", {"breakage": "partner", "partner_bp": part}).status_code == 302
    assert mall.post(f"{PAGES}/policy/", {"breakage": "partner", "partner_bp": "10001"}).status_code == 200
    assert list(VoucherPolicy.objects.values_list("breakage", "partner_bp")) == [(Breakage.PARTNER, 4_000)]


def test_a_new_key_signs_and_the_old_tokens_stay_good(mall, sunchang):
    kind = voucher_type(partner())
    (voucher,) = bought(kind)
    old = sign(voucher, ensure_key(at=NOON))
    mall.force_login(staff("manager", "DESK", Duty.MANAGER))
    mall.post(f"{PAGES}/keys/", {"why": "담당자 교체"})
    new = sign(voucher, ensure_key(at=NOON))
    assert old != new
    assert read_token(old).code == read_token(new).code == voucher.code
    assert SigningKey.objects.filter(retired_at=None).count() == 1
    kept = Transition.objects.filter(thing="vouchers.SigningKey").order_by("pk").values_list("after", "why")
    assert list(kept) == [("retired", "담당자 교체"), ("in use", "담당자 교체")]
    assert redeem(voucher, kind.partner, text=old).code == voucher.code


def test_rotating_without_a_key_makes_one(sunchang):
    assert rotate_key(by=BY, at=NOON).retired_at is None
    assert SigningKey.objects.count() == 1


def test_each_fact_is_told_once_with_the_right_of_refund(sunchang):
    kind = voucher_type(partner())
    first, second = bought(kind, 2)
    assert send(NOON) == 2
    assert [len(mail.outbox), mail.outbox[0].subject] == [1, "체험·관광권 2장이 도착했어요"]
    assert f"/my/vouchers/{first.code}/voucher.pdf" in mail.outbox[0].body
    redeem(second, kind.partner)
    counts = []
    for days in (334, 335, 336, 357, 358, 358, 365, 366):
        at = NOON + timedelta(days=days)
        counts.append((find_notices(at=at), send(at)))
    assert counts == [(0, 0), (1, 1), (0, 0), (0, 0), (1, 1), (0, 0), (0, 0), (0, 0)]
    assert [message.to for message in mail.outbox[1:]] == [[first.resident.user.email]] * 2
    assert "결제 금액의 90%를 돌려받을 수 있어요" in mail.outbox[1].body
    assert second.code[:4] not in mail.outbox[1].body
    assert Notice.objects.exclude(outcome="sent").count() == 0


def form(kind: VoucherType, **changes: object) -> dict[str, object]:
    values = {
        "name": kind.name, "slug": kind.slug, "partner": kind.partner_id, "kind": "meal", "face_value": 10_000,
        "charge": 10_000, "funding": "buyer", "valid_days": 365, "weekdays": ["1", "2"], "opens_at": "11:00",
        "closes_at": "20:00", "blackout_days": "2027-01-01\n2027-07-25 ~ 2027-07-27", "persons": 2, "is_transferable": "on",
    }  # fmt: skip
    return {**values, **changes}


def test_staff_say_when_a_voucher_may_be_used(mall, sunchang):
    kind = voucher_type(partner())
    mall.force_login(staff("manager", "DESK", Duty.MANAGER))
    page = f"/cms/snippets/vouchers/vouchertype/edit/{kind.pk}/"
    assert mall.get(page).status_code == 200
    assert mall.post(page, form(kind)).status_code == 302
    kind.refresh_from_db()
    assert (kind.kind, kind.weekdays, [str(day) for day in kind.blackout_days], kind.persons) == (
        "meal", [1, 2], ["2027-01-01", "2027-07-25", "2027-07-26", "2027-07-27"], 2,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"valid_days": 364}, "365일 이상"),
        ({"funding": "city"}, "0을 적어"),
        ({"closes_at": "10:00"}, "마감 시각"),
        ({"blackout_days": "2027-02-30"}, "2027-02-30"),
        ({"weekdays": []}, "필수"),
    ],
)
def test_terms_that_cannot_be_are_refused_in_words(mall, sunchang, changes, words):
    kind = voucher_type(partner())
    mall.force_login(staff("manager", "DESK", Duty.MANAGER))
    answer = mall.post(f"/cms/snippets/vouchers/vouchertype/edit/{kind.pk}/", form(kind, **changes))
    assert (answer.status_code, words in answer.content.decode()) == (200, True)
    kind.refresh_from_db()
    assert (kind.kind, kind.valid_days, kind.funding) == ("admission", 365, Funding.BUYER)


@pytest.mark.parametrize(("line", "bad"), [("2027-13-01", True), ("2027-01-02 ~ 2027-01-01", True), ("", False)])
def test_days_of_lines(line, bad):
    if bad:
        with pytest.raises(ValueError, match=line[:8]):
            days_of_lines(line)
    else:
        assert days_of_lines(line) == []


def test_reports_show_what_is_owed_used_and_odd(mall, sunchang):
    kind = amount_type()
    first, second = bought(kind, 2)
    at = now()
    redeem_voucher(first.code, kind.partner_id, by=BY, at=at, nonce="a", amount=4_000)
    for number in range(6):
        with pytest.raises(errors.TooMuch):
            redeem_voucher(second.code, kind.partner_id, by=BY, at=at, nonce=f"t{number}", amount=99_999)
    mall.force_login(staff("manager", "DESK", Duty.MANAGER))

    def table(which: str) -> list[tuple[object, ...]]:
        assert mall.get(f"{PAGES}/{which}/").status_code == 200
        book = load_workbook(BytesIO(mall.get(f"{PAGES}/{which}/?export=xlsx").content))
        return list(book.active.values)[1:]

    assert table("liability")[-1] == ("합계", 2, 18_000, 14_400)
    ((_day, used, total),) = table("uses")
    assert (used, total) == (1, 1)
    ((what, who, often, _last),) = table("suspicious")
    assert (what, who, often) == ("한 장이 여러 번 거절됨", f"{second.code} · 고추장민속마을", 6)


def test_reports_ask_as_often_for_many_rows_as_for_one(mall, sunchang):
    kind = voucher_type(partner())
    vouchers = bought(kind, 30)
    mall.force_login(staff("manager", "DESK", Duty.MANAGER))
    counts = []
    for some in (vouchers[:1], vouchers[1:]):
        for voucher in some:
            redeem_voucher(voucher.code, kind.partner_id, by=BY, at=now(), nonce=voucher.code)
        for page in ("uses", "suspicious", "liability"):
            mall.get(f"{PAGES}/{page}/")
        with CaptureQueriesContext(connection) as seen:
            for page in ("uses", "suspicious", "liability"):
                mall.get(f"{PAGES}/{page}/")
        counts.append(len([one for one in seen if "vouchers_" in one["sql"]]))
    assert counts[0] == counts[1]
