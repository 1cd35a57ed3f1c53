"""Wagtail's index of references: kept for what editors use, not for what is written all day long."""

from wagtail.models import ReferenceIndex

from bundles.gates.models import Conflict, Scan
from bundles.subscriptions.models import Subscription
from bundles.vouchers.models import Voucher


def test_what_is_written_all_day_long_is_not_indexed():
    assert {Conflict, Scan, Subscription, Voucher} & set(ReferenceIndex.tracked_models) == set()
