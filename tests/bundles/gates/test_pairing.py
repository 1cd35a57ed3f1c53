"""A phone becomes a gate once, keeps its token to itself, and stops being one for good."""

from datetime import timedelta

import pytest

from bundles.gates.actions import make_code, pair_gate, pair_with_code, revoke_gate
from bundles.gates.errors import CodeUnknown, GateUnknown, NameMissing, TooManyTries
from bundles.gates.models import Gate, GateCode, GateState
from bundles.gates.queries import gate_of, list_of
from bundles.gates.rules import dead_hash
from bundles.vouchers.actions import redeem_voucher
from core.state import Transition
from tenants.municipalities.door import inside_slug
from tests.bundles.gates.world import bought, gate
from tests.bundles.world import BY, NOON, partner, voucher_type


def test_only_the_hash_of_a_token_is_stored(sunchang):
    made, token = pair_gate(partner(), " 정문 ", by=BY, at=NOON)
    assert gate_of(token) == made
    assert (made.name, made.paired_by) == ("정문", "시험")
    assert token not in str(Gate.objects.values().get())


def test_a_token_of_one_municipality_is_nothing_in_another(sunchang, boseong):
    with inside_slug("sunchang"):
        _made, token = pair_gate(partner(), "정문", by=BY, at=NOON)
    pair_gate(partner(), "정문", by=BY, at=NOON)
    with pytest.raises(GateUnknown):
        gate_of(token)


def test_a_gate_needs_a_name(sunchang):
    with pytest.raises(NameMissing):
        pair_gate(partner(), "  ", by=BY, at=NOON)
    assert Gate.objects.count() == 0


def test_six_digits_pair_one_phone_within_ten_minutes(sunchang):
    where = partner()
    old, code = make_code(where, by=BY, at=NOON), make_code(where, by=BY, at=NOON)
    assert GateCode.objects.get() == code
    late = NOON + timedelta(minutes=10)
    for digits, at in ((old.code if old.code != code.code else "x", NOON), (code.code, late), ("", NOON)):
        with pytest.raises(CodeUnknown):
            pair_with_code(digits, "매표소", address="a", at=at)
    assert Gate.objects.count() == 0
    made, token = pair_with_code(f" {code.code[:3]} {code.code[3:]}", "매표소", address="a", at=NOON)
    assert (gate_of(token), made.partner) == (made, where)
    with pytest.raises(CodeUnknown):
        pair_with_code(code.code, "매표소", address="a", at=NOON)
    assert Gate.objects.count() == 1


def test_guessing_stops_after_ten_tries(sunchang):
    for _try in range(10):
        with pytest.raises(CodeUnknown):
            pair_with_code("000000", "매표소", address="a", at=NOON)
    with pytest.raises(TooManyTries):
        pair_with_code("000000", "매표소", address="a", at=NOON)
    with pytest.raises(CodeUnknown):
        pair_with_code("000000", "매표소", address="b", at=NOON)


def test_a_revoked_gate_has_no_token(sunchang):
    made, token = pair_gate(partner(), "정문", by=BY, at=NOON)
    revoke_gate(made.pk, by=BY, at=NOON, why="잃어버림")
    with pytest.raises(GateUnknown):
        gate_of(token)
    assert list(Transition.objects.filter(thing="gates.Gate").values_list("before", "after", "why")) == [
        ("", GateState.PAIRED, ""),
        (GateState.PAIRED, GateState.REVOKED, "잃어버림"),
    ]


def test_a_list_names_the_partners_own_types_and_dead_vouchers_only(sunchang):
    kind, other = voucher_type(partner()), voucher_type(partner("강천산"), "입장권")
    used, _open = bought(kind, 2)
    theirs = bought(other)[0]
    for one in (used, theirs):
        redeem_voucher(one.code, one.type.partner_id, by=BY, at=NOON, nonce=one.code)
    here = gate(kind.partner)
    made = list_of(here, at=NOON)
    assert made["dead"] == dead_hash("sunchang", used.code)
    assert set(made["types"]) == {str(kind.pk)}
    assert made["valid_until"] - made["made_at"] == 24 * 3_600_000
    assert list_of(here, at=NOON + timedelta(days=366))["dead"] == ""


@pytest.mark.parametrize("number", [1, 30])
def test_a_list_takes_the_same_queries_whatever_its_length(sunchang, number, django_assert_num_queries):
    kind = voucher_type(partner())
    for one in bought(kind, number):
        redeem_voucher(one.code, kind.partner_id, by=BY, at=NOON, nonce=one.code)
    here = gate(kind.partner)
    list_of(here, at=NOON)
    with django_assert_num_queries(4):
        list_of(here, at=NOON)
