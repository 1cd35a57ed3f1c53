"""Money back: orders taken back on their day, pieces given back, vouchers refunded, payments disputed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bundles.vouchers.actions import quote_refund, refund_voucher, undo_failed_refunds
from bundles.vouchers.models import Voucher, VoucherState
from config.simulate.scene import Scene
from core.actor import Actor
from core.clock import kst_midnight
from malls.orders.models import Order, OrderState
from malls.orders.returning import free_pieces
from malls.payments.actions import (
    ask_withdrawal,
    grant_withdrawal,
    record_dispute,
    repay_refund,
    reserve_refund,
    settle_disputes,
    settle_refunds,
    void_order,
)
from malls.payments.lawful import DEFECT
from malls.payments.models import (
    OPEN_DISPUTES,
    Charge,
    ChargeState,
    Dispute,
    Refund,
    RefundState,
    Withdrawal,
    WithdrawalState,
)

WON_BY_US, TAKEN = 400, 750
"""Disputes that we win, slow refunds that the card takes; in a thousand."""
CLOSED = 120
"""Open disputes that are decided, per day."""
DISPUTED_AFTER = timedelta(days=20)
REASONS = ("fraudulent", "product_not_received", "duplicate")


@dataclass
class Returns:
    """What goes back, every day."""

    scene: Scene

    def day(self, day: date, at: datetime) -> None:
        """Ask, grant, forget half way, and let the janitors find what was forgotten."""
        habits = self.scene.habits
        today = Order.objects.filter(state=OrderState.PAID, paid_at__gte=kst_midnight(day), paid_at__lte=at)
        for order in self.scene.some(today.order_by("pk"), habits.void):
            self._void(order, at)
        sent = Order.objects.filter(state__in=(OrderState.SHIPPED, OrderState.DELIVERED), placed_at__lte=at).order_by(
            "pk"
        )
        for pk in self.scene.some(sent.values_list("pk", flat=True), habits.withdraw):
            self._give_back(Order.objects.get(pk=pk), at)
        back = Voucher.objects.filter(
            state__in=(VoucherState.ISSUED, VoucherState.EXPIRED), issued_at__lte=at
        ).order_by("pk")
        for pk in self.scene.some(back.values_list("pk", flat=True), habits.refund_voucher):
            self._refund_voucher(pk, at)
        self._dispute(day, at)
        self._end(at)

    def _void(self, order: Order, at: datetime) -> None:
        """Now and then whoever asks dies before the provider hears of it."""
        with self.scene.wishing():
            if self.scene.happens(self.scene.habits.crash):
                reserve_refund(order, reason="void", by=self.scene.office.maker, at=at)
            else:
                void_order(order, reason="void", gateway=self.scene.gateway, by=self.scene.office.maker, at=at)

    def _give_back(self, order: Order, at: datetime) -> None:
        """One piece of one line was broken; two people agree where the sum asks for it."""
        free = free_pieces(list(order.lines.order_by("position")))
        lines = [line for line, numbers in free.items() if numbers]
        if not lines:
            return
        office, gateway = self.scene.office, self.scene.gateway
        by = Actor("resident", "데모 주민")
        with self.scene.wishing():
            wish = ask_withdrawal(
                order, {self.scene.chance.choice(lines): 1}, reason=DEFECT, words="데모: 깨져서 왔어요", by=by, at=at
            )
            wish = grant_withdrawal(wish, gateway=gateway, by=office.maker, at=at)
            if Withdrawal.objects.filter(pk=wish.pk, state=WithdrawalState.PROPOSED).exists():
                grant_withdrawal(wish, gateway=gateway, by=office.checker, at=at)

    def _refund_voucher(self, pk: int, at: datetime) -> None:
        with self.scene.wishing():
            quote = quote_refund(Voucher.objects.select_related("type").get(pk=pk), at=at)
            refund_voucher(pk, agreed=quote.amount, gateway=self.scene.gateway, by=self.scene.office.maker, at=at)

    def _dispute(self, day: date, at: datetime) -> None:
        """A card holder asks the bank; we hear of it at once, where the provider tells of it."""
        if not self.scene.gateway.tells_disputes:
            return
        since = kst_midnight(day) - DISPUTED_AFTER
        paid = Charge.objects.filter(
            state=ChargeState.SUCCEEDED, settled_at__gte=since, settled_at__lt=since + timedelta(days=1), disputes=None
        )
        rows = paid.order_by("pk").values_list("provider_ref", flat=True)
        for payment in self.scene.some(rows, self.scene.habits.dispute):
            reference = self.scene.bank.dispute(payment, self.scene.chance.choice(REASONS))
            found = self.scene.gateway.dispute(reference)
            if found:
                record_dispute(found, at=at)

    def _end(self, at: datetime) -> None:
        """Banks decide; the janitors hear of it; what a card would not take is paid by transfer."""
        bank = self.scene.bank
        for refund in Refund.objects.filter(state=RefundState.PENDING).order_by("pk"):
            bank.settle_refund(refund.provider_ref, "succeeded" if self.scene.happens(TAKEN) else "failed")
        opened = Dispute.objects.filter(state__in=OPEN_DISPUTES).order_by("pk")
        for reference in self.scene.some(opened.values_list("provider_ref", flat=True), CLOSED):
            bank.close_dispute(reference, "won" if self.scene.happens(WON_BY_US) else "lost")
        later = at + timedelta(minutes=10)
        settle_refunds(gateway=self.scene.gateway, at=later)
        settle_disputes(gateway=self.scene.gateway, at=later)
        undo_failed_refunds(at=later)
        for refund in Refund.objects.filter(state=RefundState.OWED).order_by("pk"):
            repay_refund(refund, note="데모: 계좌로 돌려드림", by=self.scene.office.payer, at=later)
