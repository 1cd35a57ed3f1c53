"""The rule decides at once; two people may decide otherwise, and the books follow."""

from datetime import timedelta

import pytest

from bundles.gates.actions import drop_proposal, propose_payer, settle_conflict
from bundles.gates.errors import ReasonMissing, SecondPersonNeeded
from bundles.gates.laws import LAWS
from bundles.gates.models import Conflict, ConflictState, Payer
from core.actor import Actor
from core.errors import StateChanged
from core.laws import violations
from core.state import Transition
from settlement.ledger.accounts import Code
from settlement.ledger.queries import balance
from settlement.statements.models import Earning
from tests.bundles.gates.world import gate, hand_in, one_voucher, token, told
from tests.bundles.world import NOON

ONE, OTHER = Actor("staff", "하나", 1), Actor("staff", "둘", 2)
LATER = NOON + timedelta(days=1)


def case(*, is_fresh: bool = True) -> Conflict:
    voucher = one_voucher()
    hand_in(gate(voucher.type.partner), told(token(voucher)))
    age = timedelta(hours=1 if is_fresh else 25)
    hand_in(gate(voucher.type.partner, "후문"), told(token(voucher), listed=NOON - age))
    return Conflict.objects.get()


def test_two_people_make_the_partner_bear_it(sunchang):
    found = case()
    propose_payer(found.pk, Payer.PARTNER, "같은 직원이 두 번 찍음", by=ONE, at=LATER)
    with pytest.raises(SecondPersonNeeded):
        settle_conflict(found.pk, by=ONE, at=LATER)
    assert Conflict.objects.get().payer == Payer.MUNICIPALITY
    assert Earning.objects.filter(source__startswith="conflict:").count() == 1
    settle_conflict(found.pk, by=OTHER, at=LATER)
    assert (Conflict.objects.get().payer, Conflict.objects.get().state) == (Payer.PARTNER, ConflictState.SETTLED)
    assert balance(Code.MUNICIPALITY_SUBSIDY) == 0
    assert sorted(Earning.objects.exclude(source__startswith="redemption").values_list("gross", flat=True)) == [
        -18_000,
        18_000,
    ]
    assert list(Transition.objects.filter(thing="gates.Conflict").values_list("after", "by_name", "why")) == [
        (ConflictState.PROPOSED, "하나", "같은 직원이 두 번 찍음"),
        (ConflictState.SETTLED, "둘", "같은 직원이 두 번 찍음"),
    ]
    assert violations(LAWS) == []


def test_two_people_pay_what_the_rule_would_not(sunchang):
    found = case(is_fresh=False)
    assert balance(Code.MUNICIPALITY_SUBSIDY) == 0
    propose_payer(found.pk, Payer.MUNICIPALITY, "정전", by=ONE, at=LATER)
    settle_conflict(found.pk, by=OTHER, at=LATER)
    assert balance(Code.MUNICIPALITY_SUBSIDY) == 18_000
    assert violations(LAWS) == []
    with pytest.raises(StateChanged):
        settle_conflict(found.pk, by=OTHER, at=LATER)
    with pytest.raises(StateChanged):
        propose_payer(found.pk, Payer.PARTNER, "다시", by=ONE, at=LATER)
    assert balance(Code.MUNICIPALITY_SUBSIDY) == 18_000


def test_confirming_the_rule_posts_nothing(sunchang):
    found = case()
    before = Earning.objects.count()
    propose_payer(found.pk, Payer.MUNICIPALITY, "규칙대로", by=ONE, at=LATER)
    settle_conflict(found.pk, by=OTHER, at=LATER)
    assert Earning.objects.count() == before
    assert violations(LAWS) == []


def test_a_dropped_proposal_leaves_the_rule(sunchang):
    found = case()
    with pytest.raises(ReasonMissing):
        propose_payer(found.pk, Payer.PARTNER, "  ", by=ONE, at=LATER)
    with pytest.raises(StateChanged):
        settle_conflict(found.pk, by=OTHER, at=LATER)
    propose_payer(found.pk, Payer.PARTNER, "잘못 찍음", by=ONE, at=LATER)
    with pytest.raises(ReasonMissing):
        drop_proposal(found.pk, "", by=OTHER, at=LATER)
    drop_proposal(found.pk, "증거 없음", by=OTHER, at=LATER)
    found.refresh_from_db()
    assert (found.state, found.payer, found.proposed_payer) == (ConflictState.RULED, Payer.MUNICIPALITY, "")
    propose_payer(found.pk, Payer.PARTNER, "증거 있음", by=OTHER, at=LATER)
    settle_conflict(found.pk, by=ONE, at=LATER)
    assert violations(LAWS) == []
