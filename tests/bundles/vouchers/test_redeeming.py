"""A voucher is used once, at its partner, within its days; every no has its reason and changes nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from bundles.vouchers import errors
from bundles.vouchers.actions import issue_vouchers, redeem_voucher, undo_redemption
from bundles.vouchers.laws import LAWS
from bundles.vouchers.models import Funding, Redemption, SigningKey, Voucher, VoucherState, VoucherType
from bundles.vouchers.tokens import ensure_key, read_token, sign
from core.laws import violations
from malls.orders.actions import mark_paid, place_order
from malls.orders.models import Order
from malls.orders.rules import LineDraft, OrderDraft
from settlement.ledger.accounts import Code
from settlement.ledger.queries import balance
from settlement.statements.models import Earning
from tests.bundles.world import BY, NOON, partner, resident, voucher_type


def ordered(kind: VoucherType, quantity: int = 1, paid: int | None = None, source: str = "test:1") -> Order:
    """An order of vouchers, not paid yet."""
    amount = kind.charge * quantity if paid is None else paid
    line = LineDraft(
        "voucher", kind.partner.payee_ref, kind.partner.name, kind.name, quantity, amount, "taxable", 300,
        voucher_type_id=kind.pk,
    )  # fmt: skip
    draft = OrderDraft(source, resident().pk, "체험권", (line,), "김순창", "01012345678", "56042", "순창읍")
    return place_order(draft, by=BY, at=NOON)


def bought(kind: VoucherType, quantity: int = 1, paid: int | None = None, source: str = "test:1") -> list[Voucher]:
    """Vouchers from a paid order."""
    order = ordered(kind, quantity, paid, source)
    mark_paid([order], by=BY, at=NOON)
    return list(Voucher.objects.filter(order_number=order.number).order_by("pk"))


def redeem(voucher: Voucher, where: Any, **changes: Any) -> Any:
    values = {"text": voucher.code, "partner_id": where.pk, "by": BY, "at": NOON, "nonce": "n1", **changes}
    return redeem_voucher(values.pop("text"), values.pop("partner_id"), **values)


def test_paid_order_issues_each_voucher_once_with_its_liability(sunchang):
    kind = voucher_type(partner())
    first, second = bought(kind, quantity=2)
    assert issue_vouchers(at=NOON) == 0
    assert [first.worth, second.worth, balance(Code.VOUCHER_LIABILITY)] == [18_000, 18_000, 36_000]
    assert first.expires_on == (NOON + timedelta(days=365)).date()
    assert violations(LAWS) == []


def test_voucher_given_by_the_city_is_a_subsidy_due(sunchang):
    kind = voucher_type(partner(), face=5_000, funding=Funding.CITY)
    (voucher,) = bought(kind)
    assert [voucher.paid, voucher.worth, balance(Code.MUNICIPALITY_SUBSIDY)] == [0, 5_000, 5_000]


def test_redeeming_earns_the_partner_its_worth_once(sunchang):
    kind = voucher_type(partner())
    (voucher,) = bought(kind)
    done = redeem(voucher, kind.partner)
    assert (done.code, done.name, done.again) == (voucher.code, "고추장 담그기", False)
    voucher.refresh_from_db()
    assert voucher.state == VoucherState.REDEEMED
    assert list(Earning.objects.values_list("source", "gross", "commission_bp")) == [
        (f"redemption:{done.redemption_id}", 18_000, 300)
    ]
    assert balance(Code.VOUCHER_LIABILITY) == 0
    assert violations(LAWS) == []


def test_repeated_scan_with_its_nonce_gives_the_first_answer(sunchang):
    kind = voucher_type(partner())
    (voucher,) = bought(kind)
    first = redeem(voucher, kind.partner)
    again = redeem(voucher, kind.partner, at=NOON + timedelta(minutes=3))
    assert (again.redemption_id, again.at, again.again) == (first.redemption_id, first.at, True)
    assert Redemption.objects.count() == 1


def test_second_use_is_refused_with_when_and_where(sunchang):
    kind = voucher_type(partner())
    (voucher,) = bought(kind)
    redeem(voucher, kind.partner)
    with pytest.raises(errors.AlreadyRedeemed) as no:
        redeem(voucher, kind.partner, nonce="n2", at=NOON + timedelta(hours=1))
    assert no.value.fields == {"when": "2026-11-23 12:00", "where": "고추장민속마을"}
    assert Redemption.objects.count() == 1


def test_wrong_partner_expired_and_unknown_are_refused_and_change_nothing(sunchang):
    kind, elsewhere = voucher_type(partner()), partner("강천산 매표소")
    (voucher,) = bought(kind)
    with pytest.raises(errors.WrongPartner) as wrong:
        redeem(voucher, elsewhere)
    assert wrong.value.fields == {"partner": "고추장민속마을"}
    with pytest.raises(errors.VoucherExpired):
        redeem(voucher, kind.partner, at=NOON + timedelta(days=366))
    with pytest.raises(errors.UnknownCode):
        redeem(voucher, kind.partner, text="2345-6789-ABCD")
    voucher.refresh_from_db()
    assert (voucher.state, Redemption.objects.count(), Earning.objects.count()) == (VoucherState.ISSUED, 0, 0)


def test_last_day_is_still_good(sunchang):
    kind = voucher_type(partner())
    (voucher,) = bought(kind)
    assert redeem(voucher, kind.partner, at=NOON + timedelta(days=365)).code == voucher.code


def test_use_taken_back_within_ten_minutes_can_be_used_again(sunchang):
    kind = voucher_type(partner())
    (voucher,) = bought(kind)
    done = redeem(voucher, kind.partner)
    undo_redemption(done.redemption_id, kind.partner.pk, "다른 분 표였어요", by=BY, at=NOON + timedelta(minutes=9))
    assert balance(Code.VOUCHER_LIABILITY) == 18_000
    redeem(voucher, kind.partner, nonce="n2", at=NOON + timedelta(minutes=20))
    assert list(Earning.objects.values_list("gross", flat=True)) == [18_000, -18_000, 18_000]
    assert violations(LAWS) == []


def test_undo_too_late_without_reason_or_elsewhere_is_refused(sunchang):
    kind = voucher_type(partner())
    (voucher,) = bought(kind)
    done = redeem(voucher, kind.partner)
    with pytest.raises(errors.UndoTooLate):
        undo_redemption(done.redemption_id, kind.partner.pk, "늦음", by=BY, at=NOON + timedelta(minutes=11))
    with pytest.raises(errors.UndoNeedsReason):
        undo_redemption(done.redemption_id, kind.partner.pk, " ", by=BY, at=NOON)
    with pytest.raises(errors.NothingToUndo):
        undo_redemption(done.redemption_id, partner("다른 곳").pk, "남의 것", by=BY, at=NOON)
    voucher.refresh_from_db()
    assert voucher.state == VoucherState.REDEEMED


def test_scanned_token_is_read_only_where_it_was_signed(sunchang):
    kind = voucher_type(partner())
    (voucher,) = bought(kind)
    token = sign(voucher, ensure_key(at=NOON))
    assert read_token(token).code == voucher.code
    assert redeem(voucher, kind.partner, text=token).code == voucher.code
    for forged in (token.replace("sunchang", "boseong"), token[:-3] + "AAA", "GV2.a.b", token + ".x", "GV2......한"):
        with pytest.raises(errors.BadToken):
            read_token(forged)


def test_new_key_is_not_taken_for_the_one_of_a_town_that_is_gone(sunchang):
    kind = voucher_type(partner())
    (voucher,) = bought(kind)
    gone = ensure_key(at=NOON)
    assert read_token(sign(voucher, gone)).code == voucher.code
    SigningKey.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('vouchers_signingkey', 'id'), %s, false)", [gone.pk])
    fresh = ensure_key(at=NOON)
    assert (fresh.pk, read_token(sign(voucher, fresh)).code) == (gone.pk, voucher.code)


def test_token_of_another_municipality_is_refused(sunchang, boseong):
    token = sign(Voucher(code="ABCD", type_id=1, expires_on=NOON.date()), ensure_key(at=NOON))
    assert token.startswith("GV2.boseong.")
    from tenants.municipalities.door import inside_slug

    with inside_slug("sunchang"), pytest.raises(errors.BadToken):
        read_token(token)
