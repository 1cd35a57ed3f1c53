"""The partner's pages about gates on a phone and on a desk."""

import pytest

from tests.bundles.gates.test_screens import at_the_gate, double
from tests.bundles.gates.world import hand_in, told
from tests.ui.browser import WIDTHS, problems

PAGES = ("/redeem/", "/redeem/gates/", "/redeem/pair/", "/redeem/gates/1/revoke/")


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS)
def test_pages_are_accessible_and_fit(sunchang, width):
    case = double()
    client = at_the_gate(case.partner)
    hand_in(case.scan.gate, told("ABCDEFG"), told("ABCDEFG", let_in=False, reason="unreadable"))
    client.post("/redeem/gates/code/")
    pages = [path.replace("/1/", f"/{case.scan.gate_id}/") for path in PAGES]
    assert problems(client, "sunchang.localhost", pages, width) == {}
