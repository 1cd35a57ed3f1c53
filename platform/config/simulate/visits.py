"""Vouchers at their partners: most gates ask the mall, some are cut off and tell it the next morning."""

import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bundles.gates.actions import pair_gate, take_scans
from bundles.gates.models import Gate
from bundles.gates.rules import MOST_SCANS, Batch, ScanDraft
from bundles.vouchers.actions import redeem_voucher
from bundles.vouchers.models import Partner, Voucher, VoucherKind, VoucherState
from bundles.vouchers.rules import why_not
from bundles.vouchers.tokens import ensure_key, sign
from config.simulate.scene import Scene
from core.actor import SYSTEM
from core.clock import kst_at, kst_date

LISTED, CALLS, TELLS = 8, 16, 9
"""Korean hours: gates fetch their list, guests come, gates that were cut off tell what they did."""
HARDLY = 1_000
"""Won that are not worth keeping on a voucher."""
GATES = ("정문", "후문")


@dataclass
class Visits:
    """Guests, and the gates that let them in."""

    scene: Scene
    gates: dict[int, list[Gate]] = field(default_factory=dict)
    told: dict[int, list[ScanDraft]] = field(default_factory=lambda: defaultdict(list))
    """By gate, what it has not told the mall yet."""

    def morning(self, day: date) -> None:
        """Hear of yesterday."""
        self._hear(kst_at(day, TELLS))

    def day(self, day: date) -> None:
        """Let guests in."""
        usable = Voucher.objects.filter(
            state=VoucherState.ISSUED, expires_on__gte=day, issued_at__lte=kst_at(day, CALLS)
        ).order_by("pk")
        chosen = self.scene.some(usable.values_list("pk", flat=True), self.scene.habits.redeem)
        cut = set(self.scene.some(Partner.objects.order_by("pk").values_list("pk", flat=True), self.scene.habits.cut))
        guests = Voucher.objects.filter(pk__in=chosen).select_related("type__partner").order_by("pk")
        for voucher in guests:
            at = kst_at(day, CALLS, self.scene.chance.randrange(60))
            if why_not(voucher.terms, at):  # whoever comes on a wrong day goes home again
                continue
            if voucher.type.partner_id in cut and voucher.kind != VoucherKind.AMOUNT:
                self._let_in(voucher, at)
            else:
                self._use(voucher, at)

    def _use(self, voucher: Voucher, at: datetime) -> None:
        """An amount is used by halves until little is left."""
        is_amount, half = voucher.kind == VoucherKind.AMOUNT, voucher.left // 2
        amount = (half if half > HARDLY else int(voucher.left)) if is_amount else None
        nonce = f"simulate:{voucher.pk}:{voucher.used}"
        redeem_voucher(voucher.code, voucher.type.partner_id, by=SYSTEM, at=at, nonce=nonce, amount=amount)

    def _let_in(self, voucher: Voucher, at: datetime) -> None:
        """The gate decides by its list. Some guests have been elsewhere before, or go on to the other gate."""
        gates = self._gates_of(voucher.type.partner, at)
        self.told[gates[0].pk].append(self._scan(voucher, at))
        if self.scene.happens(self.scene.habits.twice):
            if self.scene.happens(500):
                self._use(voucher, at - timedelta(minutes=5))
            else:
                self.told[gates[1].pk].append(self._scan(voucher, at + timedelta(minutes=5)))

    def _gates_of(self, partner: Partner, at: datetime) -> list[Gate]:
        if partner.pk not in self.gates:
            self.gates[partner.pk] = [pair_gate(partner, name, by=SYSTEM, at=at)[0] for name in GATES]
        return self.gates[partner.pk]

    def _scan(self, voucher: Voucher, at: datetime) -> ScanDraft:
        return ScanDraft(
            nonce=str(uuid.UUID(int=self.scene.chance.getrandbits(128))), text=sign(voucher, ensure_key(at=at)),
            clock=at, offset=timedelta(0), list_made_at=kst_at(kst_date(at), LISTED), is_offline=True,
            let_in=True, reason="",
        )  # fmt: skip

    def _hear(self, at: datetime) -> None:
        """In any order of the gates; some tell everything twice."""
        gates = list(self.told)
        self.scene.chance.shuffle(gates)
        for gate in gates:
            scans = self.told.pop(gate)
            for start in range(0, len(scans), MOST_SCANS):
                batch = Batch(tuple(scans[start : start + MOST_SCANS]), at, len(scans))
                take_scans(gate, batch, at=at)
                if self.scene.happens(self.scene.habits.twice):
                    take_scans(gate, batch, at=at)
