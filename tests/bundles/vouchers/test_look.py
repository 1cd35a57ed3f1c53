"""Every page of vouchers in a real browser, on a phone and on a desk: nothing that axe finds, nothing too wide."""

import pytest

from bundles.vouchers.actions import redeem_voucher
from bundles.vouchers.models import VoucherKind
from core.clock import now
from tenants.people.duties import Duty
from tests.bundles.vouchers.test_pages import PAGES, voucher
from tests.bundles.vouchers.test_redeeming import bought
from tests.bundles.world import BY, gatekeeper, voucher_type
from tests.factories.town import staff
from tests.ui.browser import WIDTHS, problems

__all__ = ["voucher"]


@pytest.fixture
def lived(voucher):
    """A voucher still good, an amount used in part."""
    kind = voucher_type(voucher.type.partner, "순창 나들이 금액권", 10_000, kind=VoucherKind.AMOUNT, charge=9_000)
    (amount,) = bought(kind, source="test:look")
    redeem_voucher(amount.code, amount.type.partner_id, by=BY, at=now(), nonce="look", amount=3_000)
    return voucher, amount


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_are_good_at_both_widths(mall, lived, width):
    good, amount = lived
    mall.force_login(good.resident.user)
    mine = [f"/my/vouchers/{good.code}/", f"/my/vouchers/{good.code}/refund/", "/my/vouchers/"]
    assert problems(mall, "sunchang.localhost", mine, width) == {}
    mall.force_login(gatekeeper(amount.type.partner))
    assert problems(mall, "sunchang.localhost", ["/redeem/history/", "/redeem/payments/"], width) == {}
    mall.force_login(staff("manager", "LOOK", Duty.MANAGER))
    desk = [f"{PAGES}/{page}/" for page in ("liability", "uses", "suspicious", "policy", "keys", f"refund/{good.pk}")]
    assert problems(mall, "sunchang.localhost", desk, width) == {}
