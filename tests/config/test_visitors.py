"""Behind proxies it counts who asked the outermost of ours, whatever the visitor claims."""

import pytest

from config.visitors import seen_address


@pytest.mark.parametrize(
    ("forwarded", "proxies", "address"),
    [
        ("203.0.113.5", 0, ""),
        ("", 1, ""),
        ("203.0.113.5", 1, "203.0.113.5"),
        ("198.51.100.1, 203.0.113.5", 1, "203.0.113.5"),
        ("198.51.100.1, 203.0.113.5,10.0.0.2", 2, "203.0.113.5"),
        ("203.0.113.5", 2, ""),
        ("2001:DB8::1", 1, "2001:db8::1"),
        ("unknown", 1, ""),
        ("203.0.113.5:4711", 1, ""),
    ],
)
def test_only_our_own_proxies_are_believed(forwarded, proxies, address):
    assert seen_address(forwarded, proxies) == address
