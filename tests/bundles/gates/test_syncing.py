"""Scans arrive once, whatever order, repeat or lost answer; a double use is a case that names who pays."""

from datetime import timedelta

import pytest

from bundles.gates.actions import revoke_gate
from bundles.gates.errors import BadBatch, GateUnknown
from bundles.gates.laws import LAWS
from bundles.gates.models import Conflict, Gate, Outcome, Payer, Scan
from bundles.gates.rules import Batch
from bundles.vouchers.actions import redeem_voucher
from bundles.vouchers.laws import LAWS as VOUCHER_LAWS
from bundles.vouchers.models import Redemption, Voucher, VoucherState
from core.laws import violations
from settlement.ledger.accounts import Code
from settlement.ledger.queries import balance
from settlement.statements.models import Earning
from tests.bundles.gates.world import bought, gate, hand_in, one_voucher, token, told
from tests.bundles.world import BY, NOON, partner, voucher_type


def test_a_scan_let_in_offline_becomes_a_use_at_its_own_time(sunchang):
    voucher = one_voucher()
    here = gate(voucher.type.partner)
    (scan,) = hand_in(here, told(token(voucher), at=NOON - timedelta(minutes=30)))
    use = Redemption.objects.get()
    assert (scan.outcome, scan.is_offline, scan.redemption_id) == (Outcome.HONORED, True, use.pk)
    assert use.at == NOON - timedelta(minutes=30)
    assert use.by_name == "고추장민속마을 · 정문"
    assert Voucher.objects.get().state == VoucherState.REDEEMED
    assert Earning.objects.get().gross == 18_000
    assert violations([*LAWS, *VOUCHER_LAWS]) == []


def test_the_same_batch_again_changes_nothing(sunchang):
    kind = voucher_type(partner())
    one, other = bought(kind, 2)
    here, there = gate(kind.partner), gate(kind.partner, "후문")
    rows = [told(token(one)), told(token(other)), told("AAAA"), told(token(one), let_in=False, reason="used_here")]
    redeem_voucher(other.code, kind.partner_id, by=BY, at=NOON, nonce="online")
    first = [(scan.pk, scan.outcome) for scan in hand_in(here, *rows)]
    counts = [model.objects.count() for model in (Scan, Redemption, Conflict, Earning)]
    assert [(scan.pk, scan.outcome) for scan in hand_in(here, *rows, at=NOON + timedelta(hours=5))] == first
    assert [outcome for _pk, outcome in first] == ["honored", "conflict", "person", "refused"]
    assert [model.objects.count() for model in (Scan, Redemption, Conflict, Earning)] == counts == [4, 2, 1, 3]
    hand_in(there, told(token(one)))
    assert Conflict.objects.count() == 2
    assert violations([*LAWS, *VOUCHER_LAWS]) == []


@pytest.mark.parametrize("first_in", [0, 1])
def test_two_gates_that_were_cut_off_make_one_use_and_one_case(sunchang, first_in):
    voucher = one_voucher()
    gates = [gate(voucher.type.partner, name) for name in ("정문", "후문")]
    rows = [told(token(voucher), at=NOON + timedelta(minutes=minute)) for minute in (0, 20)]
    for number in (first_in, 1 - first_in):
        hand_in(gates[number], rows[number])
    case = Conflict.objects.get()
    assert Redemption.objects.get().scan.gate == gates[first_in]
    assert (case.scan.gate, case.first, case.payer) == (
        gates[1 - first_in],
        Redemption.objects.get(),
        Payer.MUNICIPALITY,
    )
    assert (case.rule, case.worth) == ("good_faith", 18_000)
    assert sorted(Earning.objects.values_list("source", "gross")) == [
        (f"conflict:{case.pk}", 18_000),
        (f"redemption:{case.first_id}", 18_000),
    ]
    assert balance(Code.MUNICIPALITY_SUBSIDY) == 18_000
    assert violations([*LAWS, *VOUCHER_LAWS]) == []


def test_a_case_that_the_partner_bears_earns_nothing(sunchang):
    voucher = one_voucher()
    here, there = (gate(voucher.type.partner, name) for name in ("정문", "후문"))
    hand_in(here, told(token(voucher)))
    hand_in(there, told(token(voucher), listed=NOON - timedelta(hours=25)))
    assert (Conflict.objects.get().payer, Conflict.objects.get().rule) == (Payer.PARTNER, "old_list")
    assert Earning.objects.count() == 1
    assert violations(LAWS) == []


def test_a_voucher_that_expired_before_it_was_told_is_paid(sunchang):
    from bundles.vouchers.actions import expire_vouchers

    voucher = one_voucher(valid_days=1)
    here = gate(voucher.type.partner)
    later = NOON + timedelta(days=2)
    assert expire_vouchers(at=later) == 1
    (scan,) = hand_in(here, told(token(voucher), at=NOON + timedelta(hours=2)), at=later)
    case = scan.conflict
    assert (case.cause, case.first, case.payer, case.rule) == ("expired", None, Payer.MUNICIPALITY, "good_faith")
    assert violations([*LAWS, *VOUCHER_LAWS]) == []


def test_asked_online_and_answered(sunchang):
    voucher = one_voucher()
    here = gate(voucher.type.partner)
    ask = told(voucher.code, offline=False, let_in=False)
    (scan,) = hand_in(here, ask)
    assert (scan.outcome, scan.let_in, scan.message, scan.scanned_at) == (
        Outcome.HONORED, True, "고추장 담그기", NOON + timedelta(hours=1),
    )  # fmt: skip
    (again,) = hand_in(here, told(voucher.code, offline=False, let_in=False))
    assert (again.outcome, again.reason, again.let_in) == (Outcome.REFUSED, "already_redeemed", False)
    assert Conflict.objects.count() == 0
    assert violations(LAWS) == []


def test_a_lost_yes_that_the_gate_turned_into_no_burns_no_voucher(sunchang):
    voucher = one_voucher()
    here = gate(voucher.type.partner)
    ask = told(voucher.code, offline=False, let_in=False)
    hand_in(here, ask)
    (scan,) = hand_in(
        here, {**ask, "offline": True, "let_in": False, "reason": "typed_needs_network"}, at=NOON + timedelta(days=1)
    )
    voucher.refresh_from_db()
    assert (scan.outcome, scan.let_in, voucher.state) == (Outcome.TAKEN_BACK, False, VoucherState.ISSUED)
    assert sum(Earning.objects.values_list("gross", flat=True)) == 0
    assert violations([*LAWS, *VOUCHER_LAWS]) == []


def test_a_lost_no_that_the_gate_turned_into_yes_is_a_case(sunchang):
    voucher = one_voucher()
    here, there = (gate(voucher.type.partner, name) for name in ("정문", "후문"))
    hand_in(there, told(token(voucher)))
    ask = told(token(voucher), offline=False, let_in=False)
    assert hand_in(here, ask)[0].outcome == Outcome.REFUSED
    (scan,) = hand_in(here, {**ask, "offline": True, "let_in": True})
    assert (scan.outcome, scan.conflict.payer) == (Outcome.CONFLICT, Payer.MUNICIPALITY)
    assert Scan.objects.count() == 2
    assert violations(LAWS) == []


def test_a_scan_of_another_partner_waits_for_a_person(sunchang):
    mine, theirs = one_voucher(), bought(voucher_type(partner("강천산"), "입장권"))[0]
    (scan,) = hand_in(gate(mine.type.partner), told(token(theirs)))
    assert (scan.outcome, scan.reason) == (Outcome.PERSON, "wrong_partner")
    theirs.refresh_from_db()
    assert theirs.state == VoucherState.ISSUED
    assert Conflict.objects.count() == 0
    assert violations(LAWS) == []


def test_a_revoked_gate_writes_nothing(sunchang):
    voucher = one_voucher()
    here = gate(voucher.type.partner)
    revoke_gate(here.pk, by=BY, at=NOON)
    assert revoke_gate(here.pk, by=BY, at=NOON).revoked_at == NOON
    with pytest.raises(GateUnknown):
        hand_in(here, told(token(voucher)))
    assert Scan.objects.count() == Redemption.objects.count() == 0


def test_a_clock_in_the_future_is_set_to_the_arrival(sunchang):
    voucher = one_voucher()
    here = gate(voucher.type.partner)
    (scan,) = hand_in(here, told(token(voucher), at=NOON + timedelta(days=1)))
    assert scan.scanned_at == NOON + timedelta(hours=1)
    assert scan.device_clock == NOON + timedelta(days=1)
    assert Gate.objects.get().clock_off == 0


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"scans": [1], "clock": 1790000000000}', b'{"scans": [], "clock": "x"}', b'{"scans": [], "clock": 1}',
     b'{"scans": [{"nonce": "x"}], "clock": 1790000000000}',
     b'{"scans": [{"nonce": "nonce-0001", "text": "", "clock": 1}], "clock": 1790000000000}'],
)  # fmt: skip
def test_what_is_no_batch_is_refused(body):
    with pytest.raises(BadBatch):
        Batch.read(body)
