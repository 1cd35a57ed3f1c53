"""The voucher sheet of an office's list becomes partners with accounts and voucher types; twice is once."""

from pathlib import Path

import pytest

from bundles.vouchers.models import Partner, VoucherType
from core.actor import Actor
from core.clock import now
from malls.catalog.importing import import_list
from settlement.statements.models import Payee
from tenants.people.duties import Duty
from tests.factories.town import staff

LIST = Path(__file__).parents[2] / "malls" / "merchants" / "data" / "sunchang.xlsx"
CLERK = Actor("person", "clerk", 1)


def test_the_voucher_sheet_is_taken_in_once(sunchang):
    first = import_list(LIST.read_bytes(), LIST.name, by=CLERK, at=now())
    again = import_list(LIST.read_bytes(), LIST.name, by=CLERK, at=now())
    assert first.counts["written"]["voucher"] == {"created": 12, "updated": 0, "unchanged": 0}
    assert again.counts["written"]["voucher"] == {"created": 0, "updated": 0, "unchanged": 12}
    assert VoucherType.objects.count() == 12
    given = VoucherType.objects.get(partner__name="강천산 군립공원 (데모 제휴)", name="입장권(성인 1인)")
    assert (given.face_value, given.charge, given.valid_days, given.funding) == (5_000, 0, 365, "city")
    payee = Payee.objects.get(ref=given.partner.payee_ref)
    assert (payee.bank_code, payee.account, payee.bank_verified) == ("011", "9624356513247", False)


@pytest.fixture
def partner(sunchang):
    return Partner.objects.create(name="데모 공원")


def test_a_partners_account_needs_two_people(partner, mall):
    page = f"/cms/snippets/vouchers/partner/bank/{partner.pk}/"
    said = {"verb": "change", "bank_code": "011", "account_no": "301-0000-0000-11", "account_holder": "김데모"}
    mall.force_login(staff("first", "BANK", Duty.BUNDLES))
    assert page in mall.get(f"/cms/snippets/vouchers/partner/edit/{partner.pk}/").content.decode()
    mall.post(page, said)
    mall.post(page, {"verb": "verify"})
    payee = Payee.objects.get(ref=partner.payee_ref)
    assert (payee.account, payee.holder, payee.bank_verified) == ("3010000000011", "김데모", False)
    mall.force_login(staff("second", "BANK", Duty.BUNDLES))
    mall.post(page, {"verb": "verify"})
    payee.refresh_from_db()
    assert payee.bank_verified


def test_an_account_that_cannot_be_one_changes_nothing(partner, mall):
    mall.force_login(staff("first", "BANK", Duty.BUNDLES))
    page = f"/cms/snippets/vouchers/partner/bank/{partner.pk}/"
    answer = mall.post(page, {"verb": "change", "bank_code": "999", "account_no": "abc", "account_holder": ""})
    assert (answer.status_code, Payee.objects.get(ref=partner.payee_ref).account) == (200, "")
