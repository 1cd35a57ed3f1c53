"""Partners see and disconnect their own gates; staff look, withdraw, and decide double uses in two steps."""

import json

import pytest

from bundles.gates.actions import make_code, pair_gate
from bundles.gates.models import Conflict, ConflictState, Gate, GateState, Outcome, Payer, Scan
from bundles.gates.queries import gate_of
from bundles.vouchers.models import PartnerMember, Redemption, VoucherKind
from core.clock import now
from tenants.people.duties import Duty
from tests.bundles.gates.world import bought, gate, hand_in, ms, one_voucher, token, told
from tests.bundles.world import BY, NOON, partner, voucher_type
from tests.conftest import MallClient
from tests.factories.town import person, staff


def entered(user):
    client = MallClient("sunchang.localhost")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def at_the_gate(where, name="gate"):
    user = person(name, "GATES")
    PartnerMember.objects.create(partner=where, user=user)
    return entered(user)


def double():
    voucher = one_voucher()
    for name in ("정문", "후문"):
        hand_in(gate(voucher.type.partner, name), told(token(voucher)))
    return Conflict.objects.get()


def test_a_device_talks_by_its_token_alone(sunchang, mall):
    kind = voucher_type(partner())
    voucher = bought(kind, at=now())[0]
    _gate, secret = pair_gate(kind.partner, "정문", by=BY, at=now())
    head = {"HTTP_AUTHORIZATION": f"Gate {secret}"}
    for path in ("/redeem/list/", "/redeem/scans/"):
        method = mall.get if "list" in path else mall.post
        assert method(path).status_code == method(path, HTTP_AUTHORIZATION="Gate x").status_code == 401
    sealed = mall.get("/redeem/list/", **head).json()
    assert json.loads(sealed["body"])["partner"]["name"] == kind.partner.name
    assert set(sealed["signatures"]) == set(json.loads(sealed["body"])["keys"])
    row = told(voucher.code, at=now(), offline=False, let_in=False, listed=None)
    body = json.dumps({"scans": [row], "clock": ms(now()), "waiting": 1})
    answers = [mall.post("/redeem/scans/", body, "application/json", **head).json()["scans"][0] for _ in range(2)]
    assert answers[0] == answers[1]
    assert (answers[0]["outcome"], answers[0]["type"]) == ("honored", str(kind.pk))
    assert mall.post("/redeem/scans/", "{", "application/json", **head).status_code == 400
    assert Redemption.objects.count() == 1


def test_six_digits_over_the_wire(sunchang, mall):
    made = make_code(partner(), by=BY, at=now())
    wrong = mall.post("/redeem/pair/claim/", json.dumps({"code": "1", "name": "x"}), "application/json")
    assert (wrong.status_code, wrong.json()["code"]) == (404, "code_unknown")
    good = mall.post(
        "/redeem/pair/claim/", json.dumps({"code": made.code, "name": "매표소"}), "application/json"
    ).json()
    assert gate_of(good["token"]).name == "매표소"


def test_an_amount_voucher_asks_how_much_and_is_used_in_parts(sunchang):
    kind = voucher_type(partner(), "식사권", 10_000, kind=VoucherKind.AMOUNT)
    voucher = bought(kind)[0]
    here = gate(kind.partner)
    ask = {"offline": False, "let_in": False}
    (asked,) = hand_in(here, told(voucher.code, **ask))
    assert (asked.reason, asked.pk, Scan.objects.count()) == ("amount_needed", None, 0)
    parts = [hand_in(here, told(voucher.code, amount=won, **ask))[0] for won in (3_000, 8_000, 7_000)]
    assert [scan.outcome for scan in parts] == [Outcome.HONORED, Outcome.REFUSED, Outcome.HONORED]
    assert sum(Redemption.objects.values_list("amount", flat=True)) == 10_000


def test_a_partner_sees_and_disconnects_its_own_gates_only(sunchang):
    mine, theirs = partner(), partner("강천산")
    here, there = gate(mine, "정문"), gate(theirs, "강천 매표소")
    client = at_the_gate(mine)
    page = client.get("/redeem/gates/").content.decode()
    assert "정문" in page
    assert "강천 매표소" not in page
    assert client.post(f"/redeem/gates/{there.pk}/revoke/").status_code == 404
    assert "연결을 끊을까요" in client.get(f"/redeem/gates/{here.pk}/revoke/").content.decode()
    assert client.post(f"/redeem/gates/{here.pk}/revoke/").url == "/redeem/gates/"
    assert dict(Gate.objects.values_list("name", "state")) == {
        "정문": GateState.REVOKED,
        "강천 매표소": GateState.PAIRED,
    }


def test_a_partner_sees_its_double_uses_and_what_needs_a_person(sunchang):
    case = double()
    hand_in(Gate.objects.get(name="정문"), told("ABCDEFG"))
    page = at_the_gate(case.partner).get("/redeem/gates/").content.decode()
    for words in ("고추장 담그기", "지자체가 제휴시설에 지급", "ABCDEFG"):
        assert words in page, words


def test_the_page_works_without_javascript_and_offers_to_connect(sunchang):
    voucher = one_voucher(valid_days=3_650)
    client = at_the_gate(voucher.type.partner)
    page = client.get("/redeem/").content.decode()
    assert 'id="gate-pair" method="post"' in page
    assert 'id="gate-form"' in page
    assert client.post("/redeem/gates/new/", {"name": ""}).status_code == 400
    assert gate_of(client.post("/redeem/gates/new/", {"name": "매표소"}).json()["token"]).name == "매표소"


def test_the_shell_and_its_worker_say_nothing_of_anybody(sunchang, mall):
    gate(partner("비밀 시설"), "비밀 입구")
    for path, kind in (("/redeem/gate/", "text/html"), ("/redeem/sw.js", "text/javascript")):
        answer = mall.get(path)
        assert answer["Content-Type"].startswith(kind)
        assert "비밀" not in answer.content.decode()
        assert "Set-Cookie" not in answer.headers
    assert mall.get("/redeem/gate.webmanifest").json()["scope"] == "/redeem/"


def test_staff_withdraw_a_gate_with_the_reason(sunchang):
    here = gate(partner())
    client = entered(staff("manager", "GATES", Duty.MANAGER))
    assert "정문" in client.get("/cms/snippets/gates/gate/").content.decode()
    assert "연결 끊기" in client.get(f"/cms/snippets/gates/gate/inspect/{here.pk}/").content.decode()
    looker = entered(staff("support", "GATES", Duty.SUPPORT))
    looker.post(f"/cms/snippets/gates/gate/revoke/{here.pk}/", {"why": "분실"})
    assert Gate.objects.get().state == GateState.PAIRED
    client.post(f"/cms/snippets/gates/gate/revoke/{here.pk}/", {"why": "분실"})
    assert Gate.objects.get().state == GateState.REVOKED


def test_two_members_of_staff_decide_a_double_use(sunchang):
    case = double()
    one, other = (entered(staff(name, "GATES", Duty.MANAGER)) for name in ("one", "other"))
    inspect, decide = (f"/cms/snippets/gates/conflict/{verb}/{case.pk}/" for verb in ("inspect", "decide"))
    assert case.voucher.code[:4] in one.get("/cms/snippets/gates/conflict/").content.decode()
    assert "기기가 목록을 지켰으며 알 수 없었습니다" in one.get(inspect).content.decode()
    one.post(decide, {"step": "propose", "payer": "nobody", "why": "x"})
    one.post(decide, {"step": "propose", "payer": Payer.PARTNER, "why": ""})
    assert Conflict.objects.get().state == ConflictState.RULED
    one.post(decide, {"step": "propose", "payer": Payer.PARTNER, "why": "같은 손님"})
    assert "본인이 제안한 건입니다" in one.get(inspect).content.decode()
    one.post(decide, {"step": "settle"})
    assert Conflict.objects.get().state == ConflictState.PROPOSED
    assert "결정 확인" in other.get(inspect).content.decode()
    other.post(decide, {"step": "settle"})
    assert (Conflict.objects.get().state, Conflict.objects.get().payer) == (ConflictState.SETTLED, Payer.PARTNER)


def test_a_scan_that_needs_a_person_is_closed_with_the_reason(sunchang):
    here = gate(partner())
    (scan,) = hand_in(here, told("ABCDEFG"))
    client = entered(staff("manager", "GATES", Duty.MANAGER))
    assert "이 스캔 처리하기" in client.get(f"/cms/snippets/gates/scan/inspect/{scan.pk}/").content.decode()
    client.post(f"/cms/snippets/gates/scan/close/{scan.pk}/", {"why": ""})
    assert Scan.objects.get().closed_at is None
    client.post(f"/cms/snippets/gates/scan/close/{scan.pk}/", {"why": "종이 할인권이었음"})
    assert Scan.objects.get().closed_at is not None


@pytest.mark.parametrize("number", [1, 30])
@pytest.mark.parametrize("what", ["gate", "scan", "conflict"])
def test_lists_of_staff_take_the_same_queries_whatever_their_length(
    sunchang, number, what, django_assert_max_num_queries
):
    kind = voucher_type(partner())
    gates = [gate(kind.partner, f"입구 {n}") for n in range(max(number, 2))]
    for n, voucher in enumerate(bought(kind, number)):
        for here in (gates[n % 2], gates[1 - n % 2]):
            hand_in(here, told(token(voucher), at=NOON))
    client = entered(staff("manager", "GATES", Duty.MANAGER))
    client.get(f"/cms/snippets/gates/{what}/")
    with django_assert_max_num_queries(40):
        assert client.get(f"/cms/snippets/gates/{what}/").status_code == 200
