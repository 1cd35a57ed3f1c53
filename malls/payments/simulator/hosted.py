"""What happens on the provider's own pages: a card is chosen, or its holder agrees to one payment."""

from urllib.parse import urlencode

from malls.payments.simulator import korean, paying, saving
from malls.payments.simulator.account import Account
from malls.payments.simulator.shapes import Obj, Refused, invalid, new_id

OPEN_FOR = 24 * 3600
CANCELED = "PAY_PROCESS_CANCELED"
CANCELED_WORDS = "사용자가 카드 등록을 취소했습니다."


def create_session(account: Account, params: Obj) -> Obj:
    """A visit to the page where a card is saved."""
    if params.get("mode") != "setup":
        raise invalid("Only setup mode is known here.", param="mode")
    if not str(params.get("success_url", "")).startswith(("http://", "https://")):
        raise invalid("Not a valid URL", param="success_url", code="url_invalid")
    if params.get("customer"):
        account.find("customer", params["customer"])
    setup = saving.create_setup(account, {"customer": params.get("customer"), "usage": "off_session"})
    session_id = new_id("cs_test")
    session = {
        "id": session_id,
        "object": "checkout.session",
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "created": account.clock.now(),
        "currency": params.get("currency"),
        "customer": params.get("customer"),
        "expires_at": account.clock.now() + OPEN_FOR,
        "livemode": False,
        "locale": params.get("locale"),
        "metadata": params.get("metadata") or {},
        "mode": "setup",
        "payment_intent": None,
        "payment_status": "no_payment_required",
        "setup_intent": setup["id"],
        "status": "open",
        "success_url": params["success_url"],
        "url": f"{account.address}/pages/card/{session_id}",
    }
    return account.put(session)


def retrieve_session(account: Account, _params: Obj, session_id: str) -> Obj:
    """A visit as it stands now; one that nobody finished in a day is over."""
    session = account.find("checkout.session", session_id)
    if session["status"] == "open" and session["expires_at"] <= account.clock.now():
        account.put(session, status="expired", url=None)
    return session


def save_card(account: Account, session: Obj, number: str) -> str:
    """The holder chose a card and agreed at the bank where it asks; where to go next. Raises Refused."""
    if session["status"] != "open":
        return str(session["success_url"])
    method = _method(account, number)
    setup = saving.confirm_setup(account, {"payment_method": method["id"]}, session["setup_intent"])
    if setup["status"] == "requires_action":
        saving.finish_setup(account, setup)
    account.put(session, status="complete", url=None)
    account.emit("checkout.session.completed", session)
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def authorize(account: Account, asked: Obj, number: str) -> str:
    """The same for a billing key: back with an auth key that is good for one. Raises Refused."""
    method = _method(account, number)
    decline = saving.why_not_saved(account, method)
    if decline:
        raise Refused(402, {"type": "card_error", "decline_code": decline})
    key = korean.authorize(account, str(asked["customerKey"]), method)
    return _with(str(asked["successUrl"]), customerKey=asked["customerKey"], authKey=key)


def give_up(asked: Obj) -> str:
    """The holder went back without a card."""
    return _with(str(asked["failUrl"]), code=CANCELED, message=CANCELED_WORDS)


def _method(account: Account, number: str) -> Obj:
    return saving.create_method(account, {"type": "card", "card": {"number": number}})


def _with(url: str, **values: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(values)}"


def decide(account: Account, intent: Obj, *, agrees: bool) -> str:
    """The holder agrees to one payment at the bank, or does not; where to go next. Deciding twice changes nothing."""
    back = str(intent["metadata"].get("return_url") or "")
    if intent["status"] == "requires_action":
        back = str(intent["next_action"]["redirect_to_url"]["return_url"])
        paying.finish_confirming(account, intent, agrees=agrees)
    return back
