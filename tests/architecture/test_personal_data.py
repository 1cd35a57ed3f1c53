"""Whoever of the staff is shown personal data in full leaves a line in the access log."""

import pytest

from malls.orders.models import Order
from tenants.people.models import AccessRecord
from tests.architecture.test_roles import CMS
from tests.architecture.urls import filled, patterns
from tests.factories.town import live_a_month, small_town


@pytest.mark.slow
def test_every_page_with_a_phone_an_address_or_an_account_is_kept(sunchang, mall):
    town = small_town("SEEN")
    live_a_month(town)
    personal = (town.address.phone, town.address.line1, town.resident.user.email, town.merchant.account_no)
    mall.force_login(town.manager)
    values = {"number": Order.objects.get().number, "slug": "bundle"}
    shown, kept = set(), set()
    for pattern in patterns():
        if not pattern.startswith(tuple(f"cms/{part}/" for part in CMS)):
            continue
        before = AccessRecord.objects.count()
        answer = mall.get(filled(pattern, values))
        body = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode(errors="replace")
        if any(one in body for one in personal):
            shown.add(pattern)
        if AccessRecord.objects.count() > before:
            kept.add(pattern)
    assert shown - kept == set()
    assert len(shown) > 3
