"""Scans arrive: asked while online, told afterwards when the gate was cut off. Each is written once."""

from datetime import datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from bundles.gates.actions.deciding import pay_partner
from bundles.gates.errors import GateUnknown
from bundles.gates.models import Cause, Conflict, Gate, GateState, OfflineLimits, Outcome, Payer, Scan
from bundles.gates.rules import Batch, ScanDraft, SecondUse, moment, ruling
from bundles.gates.words import gate_words
from bundles.vouchers.actions import redeem_voucher, undo_redemption
from bundles.vouchers.actions.redeeming import Redeemed
from bundles.vouchers.errors import AmountNeeded, BadToken, NothingToUndo
from bundles.vouchers.models import Redemption, Voucher, VoucherState
from bundles.vouchers.tokens import MARKS, read_token
from core.actor import Actor
from core.errors import Refusal
from core.ids import read_code
from core.state import Transition

CAUSES = {
    VoucherState.REDEEMED: Cause.USED,
    VoucherState.EXPIRED: Cause.EXPIRED,
    VoucherState.REFUNDED: Cause.REFUNDED,
    VoucherState.VOID: Cause.VOID,
    VoucherState.ISSUED: Cause.TERMS,
}


def take_scans(gate_id: int, batch: Batch, *, at: datetime) -> list[Scan]:
    """Write each scan in a transaction of its own; the rows as they stand. The same batch again changes nothing."""
    scans = [take_scan(gate_id, draft, at=at) for draft in batch.scans]
    off = round((batch.clock - at).total_seconds())
    off = max(-(2**31) + 1, min(off, 2**31 - 1))
    Gate.objects.filter(pk=gate_id, state=GateState.PAIRED).update(
        last_seen_at=at, waiting=max(batch.waiting - len(scans), 0), clock_off=off
    )
    return scans


@transaction.atomic
def take_scan(gate_id: int, draft: ScanDraft, *, at: datetime) -> Scan:
    """Write one scan. A scan told before stands, unless the gate now tells what the guest was really answered."""
    gate = _locked_gate(gate_id)
    known = gate.scans.select_related("redemption", "voucher__type").filter(nonce=draft.nonce).first()
    if known is not None:
        return _told_again(known, draft, gate, at)
    scan = _row(gate, draft, at)
    if draft.is_offline and not draft.let_in:
        scan.outcome, scan.reason = Outcome.REFUSED, draft.reason
        scan.message = gate_words().get(f"why_{draft.reason}", "")[:300]
        scan.save()
        return scan
    return _use(scan, gate, at)


def gate_actor(gate: Gate) -> Actor:
    """The gate itself as the one who acts."""
    return Actor("gate", f"{gate.partner.name} · {gate.name}"[:150])


def _locked_gate(gate_id: int) -> Gate:
    gates = Gate.objects.select_for_update(of=("self",)).select_related("partner")
    gate = gates.filter(pk=gate_id, state=GateState.PAIRED).first()
    if gate is None:
        raise GateUnknown
    return gate


def _row(gate: Gate, draft: ScanDraft, at: datetime) -> Scan:
    return Scan(
        gate=gate,
        nonce=draft.nonce,
        text=draft.text,
        amount=draft.amount,
        voucher=_voucher_of(draft.text),
        scanned_at=moment(draft, received_at=at) if draft.is_offline else at,
        device_clock=draft.clock,
        received_at=at,
        list_made_at=draft.list_made_at,
        is_offline=draft.is_offline,
        let_in=draft.let_in,
    )


def _voucher_of(text: str) -> Voucher | None:
    """The voucher that a scan speaks of, locked until the scan is written."""
    if text.partition(".")[0] in MARKS:
        try:
            code: str | None = read_token(text).code
        except BadToken:
            return None
    else:
        code = read_code(text)
    locked = Voucher.objects.select_for_update(of=("self",)).select_related("type")
    return locked.filter(code=code).first() if code else None


def _told_again(known: Scan, draft: ScanDraft, gate: Gate, at: datetime) -> Scan:
    """The first answer stands. When it was lost on its way and the gate decided alone, the guest's answer counts."""
    if known.is_offline or not draft.is_offline or known.let_in == draft.let_in:
        return known
    known.is_offline, known.let_in = True, draft.let_in
    known.list_made_at = draft.list_made_at
    if draft.let_in:
        known.scanned_at = moment(draft, received_at=at)
        return _use(known, gate, at)
    return _take_back(known, gate, draft.reason)


def _take_back(scan: Scan, gate: Gate, reason: str) -> Scan:
    """The mall said yes, the answer was lost, the gate said no: the voucher becomes usable again."""
    use = scan.redemption
    if use is None:  # refused then, refused now
        return scan
    try:
        with transaction.atomic():
            undo_redemption(use.pk, gate.partner_id, "answer lost at the gate", by=gate_actor(gate), at=use.at)
    except NothingToUndo:
        pass
    scan.outcome, scan.reason = Outcome.TAKEN_BACK, reason
    scan.save()
    return scan


def _use(scan: Scan, gate: Gate, at: datetime) -> Scan:
    """Use the voucher; otherwise say why not, and make a case when the guest is inside already.

    An amount voucher asked for without its amount is answered with the question, and nothing is written.
    """
    nonce = f"gate:{gate.pk}:{scan.nonce}"
    try:
        with transaction.atomic():
            done = redeem_voucher(
                scan.text, gate.partner_id, by=gate_actor(gate), at=scan.scanned_at, nonce=nonce, amount=scan.amount
            )
    except AmountNeeded as asked:
        if scan.let_in:
            return _not_used(scan, gate, asked, at)
        scan.outcome, scan.reason, scan.message = Outcome.REFUSED, asked.code, str(asked)
        return scan
    except Refusal as no:
        return _not_used(scan, gate, no, at)
    scan.outcome, scan.reason, scan.message, scan.let_in = Outcome.HONORED, "", _said(done), True
    scan.redemption_id = done.redemption_id
    scan.save()
    return scan


def _said(done: Redeemed) -> str:
    if not done.is_part:
        return done.name
    words = {"name": done.name, "amount": f"{done.amount:,}", "rest": f"{done.rest:,}"}
    return _("%(name)s: %(amount)s won used, %(rest)s won left") % words


def _not_used(scan: Scan, gate: Gate, no: Refusal, at: datetime) -> Scan:
    scan.reason, scan.message = no.code, str(no)[:300]
    mine = scan.voucher is not None and scan.voucher.type.partner_id == gate.partner_id
    if not (scan.is_offline and scan.let_in):
        scan.outcome = Outcome.REFUSED
    else:
        scan.outcome = Outcome.CONFLICT if mine else Outcome.PERSON
    scan.save()
    if scan.outcome == Outcome.CONFLICT and scan.voucher is not None:
        _open_case(scan, scan.voucher, gate, at)
    return scan


def _open_case(scan: Scan, voucher: Voucher, gate: Gate, at: datetime) -> Conflict:
    """A case that names who pays, and pays it."""
    first = voucher.redemptions.filter(undone_at=None).select_related("scan").first()
    cause = CAUSES[VoucherState(voucher.state)]
    limits = OfflineLimits.load()
    payer, rule = ruling(
        SecondUse(
            cause=cause,
            scanned_at=scan.scanned_at,
            last_day=voucher.expires_on,
            list_made_at=scan.list_made_at,
            list_hours=limits.list_hours,
            known_since=_known_since(voucher, first),
            is_same_gate=_scan_of(first) is not None and _scan_of(first).gate_id == gate.pk,  # type: ignore[union-attr]
            is_within_cap=_accepted(scan, gate) <= limits.cap_amount,
        )
    )
    conflict = Conflict.objects.create(
        scan=scan, voucher=voucher, partner=gate.partner, first=first, cause=cause, rule=rule, worth=voucher.worth,
        payer=payer, arisen_at=at,
    )  # fmt: skip
    if payer == Payer.MUNICIPALITY:
        pay_partner(conflict, at=at)
    return conflict


def _scan_of(use: Redemption | None) -> Scan | None:
    return getattr(use, "scan", None)


def _known_since(voucher: Voucher, first: Redemption | None) -> datetime | None:
    """When the mall learned that the voucher had ended."""
    told = _scan_of(first)
    if told is not None:
        return told.received_at
    if first is not None:
        return first.at
    steps = Transition.objects.filter(thing="vouchers.Voucher", thing_id=voucher.pk, after=voucher.state)
    return steps.order_by("-id").values_list("at", flat=True).first()


def _accepted(scan: Scan, gate: Gate) -> int:
    """What a gate let in by itself since its list, in won of face value, this scan included."""
    inside = gate.scans.filter(
        is_offline=True, let_in=True, list_made_at=scan.list_made_at, scanned_at__lte=scan.scanned_at
    )
    total: int = inside.aggregate(won=Sum("voucher__face_value", default=0))["won"]
    return total
