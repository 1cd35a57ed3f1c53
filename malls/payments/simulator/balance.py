"""The balance report, and what goes to the merchant's bank."""

from typing import Any

from malls.payments.simulator.account import Account
from malls.payments.simulator.paying import expanded
from malls.payments.simulator.shapes import Obj, new_balance_line, new_id, page


def list_balance(account: Account, params: Obj) -> Obj:
    """The balance report, newest first."""
    wanted = params.get("type")
    rows = [row for row in account.newest("balance_transaction") if wanted in (None, row["type"])]
    found = page(rows, params, "/v1/balance_transactions")
    if "data.source" in expanded(params):
        found["data"] = [{**row, "source": account.anything(row["source"])} for row in found["data"]]
    return found


def pay_out(account: Account, amount: int) -> Obj:
    """The balance, or a part of it, goes to the merchant's bank."""
    payout = account.put(
        {
            "id": new_id("po"), "object": "payout", "amount": amount, "created": account.clock.now(),
            "currency": "krw", "description": None, "status": "paid",
        }
    )  # fmt: skip
    account.put(new_balance_line(payout, "payout", -amount, 0, payout["created"]))
    account.emit("payout.paid", payout)
    return payout


def retrieve_balance_line(account: Account, _params: Obj, line_id: str) -> Obj:
    """One line of the balance report."""
    return account.find("balance_transaction", line_id)


def balance(account: Account, _params: Obj) -> Obj:
    """What the account holds."""
    now = account.clock.now()
    lines = list(account.all("balance_transaction").values())
    ripe = sum(line["net"] for line in lines if line["available_on"] <= now)
    whole_sum = sum(line["net"] for line in lines)
    parts: dict[str, Any] = {"available": ripe, "pending": whole_sum - ripe}
    rows = {name: [{"amount": amount, "currency": "krw"}] for name, amount in parts.items()}
    return {"object": "balance", "livemode": False, **rows}
