"""What residents and staff see of notices in a real browser, on a phone and on a desk."""

import pytest
from django.conf import settings

from malls.notices.actions import save_account
from malls.notices.models import Letter, Notice
from malls.payments.gateways.memory import MemoryGateway
from tenants.people.duties import Duty
from tenants.people.models import User
from tests.bundles.world import NOON, offer, partner, send, subscribed, voucher_type
from tests.factories.town import staff
from tests.ui.browser import WIDTHS, problems


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_are_good_at_both_widths(mall, monkeypatch, width):
    monkeypatch.setattr(settings.ENV, "message_api_base", "http://127.0.0.1:1")
    save_account("k", "0631234567", "")
    made = subscribed(offer(voucher=voucher_type(partner())), MemoryGateway())
    User.objects.filter(pk=made.resident.user_id).update(phone="01012345678")
    send(NOON)
    mall.force_login(made.resident.user)
    mine = ["/my/notices/", f"/my/notices/{Letter.objects.first().pk}/", "/my/notices/?q=없는말"]
    assert problems(mall, "sunchang.localhost", mine, width) == {}
    mall.force_login(staff("boss", "DESK", Duty.MANAGER))
    desk = ["/cms/notices/", f"/cms/notices/{Notice.objects.first().pk}/", "/cms/wordings/", "/cms/wordings/coming/"]
    shown = [mall.get(path) for path in [*desk, "/cms/message-account/"]]
    assert [one.status_code for one in shown] == [200] * 5
