"""`/_sim/`: what tests and the demo tell the simulator to do. Not part of the provider's interface."""

from typing import TYPE_CHECKING, Any

from malls.payments.simulator import balance, paying, saving
from malls.payments.simulator.account import Account
from malls.payments.simulator.faults import Fault
from malls.payments.simulator.provider import Provider
from malls.payments.simulator.shapes import Obj, new_event
from malls.payments.simulator.webhooks import Manners, Postman

if TYPE_CHECKING:
    from collections.abc import Callable


class Control:
    """Answers control calls; account calls name the account by the usual Authorization header."""

    def __init__(self, provider: Provider, postman: Postman) -> None:
        self.provider = provider
        self.postman = postman
        self.calls: dict[tuple[str, str], Callable[..., Any]] = {
            ("GET", "health"): self.health,
            ("POST", "clock"): self.set_clock,
            ("POST", "faults"): self.add_fault,
            ("DELETE", "faults"): self.clear_faults,
            ("POST", "manners"): self.set_manners,
            ("POST", "endpoints"): self.set_endpoints,
            ("GET", "charges"): self.charges,
            ("POST", "moods"): self.set_mood,
            ("POST", "fees"): self.set_fee,
            ("POST", "payouts"): self.pay_out,
            ("POST", "disputes"): self.open_dispute,
            ("POST", "disputes/close"): self.close_dispute,
            ("POST", "refunds/settle"): self.settle_refund,
            ("POST", "setups/finish"): self.finish_setup,
            ("POST", "forge"): self.forge,
            ("POST", "again"): self.again,
        }

    def answer(self, method: str, name: str, api_key: str, body: Obj) -> Any:
        """The result of a control call. Raises KeyError for unknown calls, TypeError or ValueError for wrong values."""
        account = self.provider.account(api_key)
        with account.lock:
            result = self.calls[method, name](account, **body)
            self.provider.commit(account)
        return result

    def health(self, _account: Account) -> Obj:
        """Alive, with the clock's present second."""
        return {"ok": True, "clock": self.provider.clock.now(), "accounts": len(self.provider.accounts)}

    def set_clock(self, account: Account, at: float | None = None, *, mine: bool = False) -> Obj:
        """Set the clock (seconds since 1970), or `mine` alone; it runs on from there. None is the present."""
        if mine:
            account.clock.set(at)
            return {"clock": account.clock.now()}
        self.provider.clock.set(at)
        if self.provider.memory:
            self.provider.memory.write({"clock": self.provider.clock.offset})
        return {"clock": self.provider.clock.now()}

    def add_fault(self, account: Account, *, mine: bool = False, **values: Any) -> Obj:
        """Set a fault, see `faults.Fault`; one that is `mine` befalls this account alone."""
        self.provider.faults.add(Fault(**values, account=account.id if mine else ""))
        return {"faults": len(self.provider.faults.active)}

    def clear_faults(self, account: Account, *, mine: bool = False) -> Obj:
        """Heal everything, or what is `mine` alone."""
        self.provider.faults.clear(account.id if mine else "")
        return {"faults": len(self.provider.faults.active)}

    def set_manners(self, _account: Account, **values: Any) -> Obj:
        """How webhooks travel, see `webhooks.Manners`."""
        self.postman.manners = Manners(**values)
        return {"ok": True}

    def set_endpoints(self, account: Account, *, on: bool) -> Obj:
        """Whether events of this account are posted; those that happen meanwhile are never told."""
        for endpoint in account.all("webhook_endpoint").values():
            account.put(endpoint, status="enabled" if on else "disabled")
        return {"endpoints": len(account.all("webhook_endpoint"))}

    def charges(self, account: Account) -> list[Obj]:
        """Every charge of the account, oldest first, for verification."""
        return list(account.all("charge").values())

    def set_mood(self, account: Account, payment_method: str, declines: list[str]) -> Obj:
        """The next results of a saved card: decline codes in order, empty text for a success."""
        account.moods[payment_method] = list(declines)
        if self.provider.memory:
            self.provider.memory.write({"account": account.id, "moods": {payment_method: list(declines)}})
        return {"ok": True}

    def set_fee(self, account: Account, basis_points: int, dispute: int = 0) -> Obj:
        """The provider's fee in the balance report: of each charge, and in won of each dispute."""
        account.fee_bp, account.dispute_fee = basis_points, dispute
        return {"ok": True}

    def pay_out(self, account: Account, amount: int) -> Obj:
        """Send won to the merchant's bank."""
        return balance.pay_out(account, amount)

    def open_dispute(self, account: Account, charge: str = "", payment: str = "", reason: str = "fraudulent") -> Obj:
        """The card holder disputes a charge, or the one of a payment."""
        return paying.open_dispute(account, charge or account.find("payment_intent", payment)["latest_charge"], reason)

    def close_dispute(self, account: Account, dispute: str, status: str) -> Obj:
        """A dispute is won or lost."""
        return paying.close_dispute(account, {}, dispute, status)

    def settle_refund(self, account: Account, refund: str, status: str) -> Obj:
        """A pending refund succeeds or fails."""
        return paying.settle_refund(account, refund, status)

    def finish_setup(self, account: Account, setup_intent: str) -> Obj:
        """The card holder agrees to a setup that waited for it."""
        return saving.finish_setup(account, account.find("setup_intent", setup_intent))

    def forge(
        self, account: Account, url: str, kind: str = "payment_intent.succeeded", thing: Obj | None = None
    ) -> Obj:
        """Post a forged event; returns the mall's status."""
        event = new_event(kind, thing or {"id": "pi_forged", "object": "payment_intent"}, self.provider.clock.now(), "")
        return {"status": self.postman.forge(account, url, event)}

    def again(self, account: Account, event: str, copies: int = 1) -> Obj:
        """Deliver an old event again."""
        return {"statuses": self.postman.again(account, account.find("event", event), copies)}
