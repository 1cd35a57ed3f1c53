"""Objects and errors of the Korean shape, drawn from the same store."""

import hashlib
import hmac
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from malls.payments.simulator.account import Account
from malls.payments.simulator.shapes import Obj, Refused

KST = ZoneInfo("Asia/Seoul")
VAT = 11
"""One eleventh of what is taxed is VAT."""
WORDS = {
    "ALREADY_CANCELED_PAYMENT": "이미 취소된 결제 입니다.",
    "CARD_PROCESSING_ERROR": "카드사에서 오류가 발생했습니다.",
    "DUPLICATED_ORDER_ID": "이미 승인 및 취소가 진행된 중복된 주문번호 입니다.",
    "EXCEED_MAX_AUTH_COUNT": "최대 인증 횟수를 초과했습니다.",
    "FAILED_INTERNAL_SYSTEM_PROCESSING": "내부 시스템 처리 작업이 실패했습니다.",
    "IDEMPOTENT_REQUEST_PROCESSING": "이전 멱등 요청이 처리중입니다.",
    "INVALID_AUTHORIZE_AUTH": "카드 본인 인증이 필요합니다.",
    "INVALID_BILL_KEY_REQUEST": "빌링키 인증이 완료되지 않았거나 유효하지 않은 빌링 거래 건입니다.",
    "INVALID_CARD_EXPIRATION": "카드 유효기간이 지났거나 올바르지 않습니다.",
    "INVALID_CARD_LOST_OR_STOLEN": "분실 혹은 도난 카드입니다.",
    "INVALID_CARD_NUMBER": "카드번호를 다시 확인해주세요.",
    "INVALID_CARD_PASSWORD": "카드 정보를 다시 확인해주세요.",
    "INVALID_CUSTOMER_KEY": "구매자 키가 올바르지 않습니다.",
    "INVALID_IDEMPOTENCY_KEY": "같은 멱등키로 다른 요청이 들어왔습니다.",
    "INVALID_REQUEST": "잘못된 요청입니다.",
    "INVALID_STOPPED_CARD": "정지된 카드 입니다.",
    "INVALID_TAX_FREE_AMOUNT": "취소할 수 있는 비과세 금액을 넘었습니다.",
    "NOT_CANCELABLE_AMOUNT": "취소 할 수 없는 금액 입니다.",
    "NOT_CANCELABLE_PAYMENT": "취소 할 수 없는 결제 입니다.",
    "NOT_FOUND": "존재하지 않는 주소입니다.",
    "NOT_FOUND_BILLING_KEY": "존재하지 않는 빌링키 입니다.",
    "NOT_FOUND_PAYMENT": "존재하지 않는 결제 정보 입니다.",
    "NOT_FOUND_PAYMENT_SESSION": "결제 시간이 만료되어 인증 정보가 존재하지 않습니다.",
    "NOT_MATCHES_CUSTOMER_KEY": "빌링 인증 구매자 정보와 결제요청 구매자 정보가 일치하지 않습니다.",
    "REJECT_ACCOUNT_PAYMENT": "잔액부족으로 결제에 실패했습니다.",
    "REJECT_CARD_COMPANY": "결제 승인이 거절되었습니다.",
    "SUSPECTED_PHISHING_PAYMENT": "부정 거래가 의심되어 거절되었습니다.",
    "TOO_MANY_REQUESTS": "요청이 너무 많습니다.",
    "UNAUTHORIZED_KEY": "인증되지 않은 시크릿 키 입니다.",
}
DECLINES = {
    "authentication_required": "INVALID_AUTHORIZE_AUTH",
    "card_velocity_exceeded": "EXCEED_MAX_AUTH_COUNT",
    "expired_card": "INVALID_CARD_EXPIRATION",
    "fraudulent": "SUSPECTED_PHISHING_PAYMENT",
    "incorrect_cvc": "INVALID_CARD_PASSWORD",
    "incorrect_number": "INVALID_CARD_NUMBER",
    "insufficient_funds": "REJECT_ACCOUNT_PAYMENT",
    "lost_card": "INVALID_CARD_LOST_OR_STOLEN",
    "pickup_card": "INVALID_STOPPED_CARD",
    "processing_error": "CARD_PROCESSING_ERROR",
    "revocation_of_authorization": "INVALID_BILL_KEY_REQUEST",
    "stolen_card": "INVALID_CARD_LOST_OR_STOLEN",
}
"""How this company words a decline; all others are plainly rejected."""


def refused(code: str, status: int = 400) -> Refused:
    """A refusal in this shape."""
    return Refused(status, {"code": code, "message": WORDS[code]})


def declined(decline: str) -> Refused:
    """The card's company said no."""
    return refused(DECLINES.get(decline, "REJECT_CARD_COMPANY"), 403)


def translated(other: Refused) -> Refused:
    """A refusal of the other shape in this one."""
    kind = other.error.get("type")
    if kind == "card_error":
        return declined(str(other.error.get("decline_code")))
    if kind == "idempotency_error":
        return refused("INVALID_IDEMPOTENCY_KEY")
    by_status = {
        401: "UNAUTHORIZED_KEY", 409: "IDEMPOTENT_REQUEST_PROCESSING", 429: "TOO_MANY_REQUESTS",
        500: "FAILED_INTERNAL_SYSTEM_PROCESSING",
    }  # fmt: skip
    if other.error.get("code") == "charge_disputed":
        return refused("NOT_CANCELABLE_PAYMENT", 403)
    return refused(by_status.get(other.status, "INVALID_REQUEST"), other.status)


def when(seconds: int) -> str:
    """An instant as this company writes it."""
    return datetime.fromtimestamp(seconds, UTC).astimezone(KST).isoformat()


def card(method: Obj) -> Obj:
    """A card with most of its number hidden."""
    return {"number": f"{'*' * 12}{method['card']['last4']}", "cardType": "신용", "ownerType": "개인"}


def billing(method: Obj, now: int) -> Obj:
    """A billing key."""
    return {
        "mId": "simulator", "customerKey": method["customer"], "authenticatedAt": when(now), "method": "카드",
        "billingKey": method["id"], "cardCompany": method["card"]["brand"], "cardNumber": card(method)["number"],
        "card": card(method),
    }  # fmt: skip


def payment(account: Account, intent: Obj) -> Obj:
    """A payment with what was given back of it."""
    charge = account.all("charge").get(intent["latest_charge"] or "")
    back = charge["amount_refunded"] if charge else 0
    tax_free, total = int(intent["metadata"].get("tax_free") or 0), intent["amount"]
    vat = round((total - tax_free) / VAT)
    return {
        "mId": "simulator",
        "paymentKey": intent["id"],
        "orderId": intent["metadata"].get("order_id", intent["id"]),
        "orderName": intent["description"],
        "type": "BILLING",
        "method": "카드",
        "currency": "KRW",
        "status": status(intent, back),
        "requestedAt": when(intent["created"]),
        "approvedAt": when(charge["created"]) if intent["status"] == "succeeded" and charge else None,
        "totalAmount": total,
        "balanceAmount": total - back,
        "taxFreeAmount": tax_free,
        "vat": vat,
        "suppliedAmount": total - tax_free - vat,
        "metadata": {name: value for name, value in intent["metadata"].items() if name not in ("order_id", "tax_free")},
        "cancels": [given_back(row) for row in refunds_of(account, intent)] or None,
        "failure": failure(intent),
    }


def status(intent: Obj, back: int) -> str:
    """How a payment stands."""
    if intent["status"] != "succeeded":
        return "ABORTED" if intent["last_payment_error"] else "IN_PROGRESS"
    return "DONE" if not back else "CANCELED" if back == intent["amount"] else "PARTIAL_CANCELED"


def failure(intent: Obj) -> Obj | None:
    """Why a payment failed."""
    error = intent["last_payment_error"]
    return declined(str(error["decline_code"])).error if error else None


def refunds_of(account: Account, intent: Obj) -> list[Obj]:
    """What was given back of a payment, oldest first."""
    return [row for row in account.all("refund").values() if row["payment_intent"] == intent["id"]]


def given_back(refund: Obj) -> Obj:
    """A part that was given back, or is on its way."""
    state = {"succeeded": "DONE", "pending": "IN_PROGRESS"}.get(refund["status"], "ABORTED")
    return {
        "transactionKey": refund["id"], "cancelReason": refund["metadata"].get("key", ""), "cancelStatus": state,
        "cancelAmount": refund["amount"], "taxFreeAmount": int(refund["metadata"].get("tax_free") or 0),
        "canceledAt": when(refund["created"]),
    }  # fmt: skip


def tax_free_rest(account: Account, intent: Obj) -> int:
    """How much of the tax-free part was not given back."""
    rows = refunds_of(account, intent)
    given = sum(int(row["metadata"].get("tax_free") or 0) for row in rows if row["status"] != "failed")
    return int(intent["metadata"].get("tax_free") or 0) - given


def subject(account: Account, line: Obj) -> tuple[Obj | None, Obj | None]:
    """The payment and the refund that a line of the report is about."""
    source = account.anything(line["source"])
    if isinstance(source, str) or source["object"] not in ("charge", "refund"):
        return None, None
    return account.find("payment_intent", source["payment_intent"]), source if source["object"] == "refund" else None


def transaction(account: Account, line: Obj) -> Obj:
    """A movement of money."""
    intent, refund = subject(account, line)
    return {
        "transactionKey": line["id"],
        "paymentKey": intent and intent["id"],
        "orderId": intent and intent["metadata"].get("order_id"),
        "status": "CANCELED" if refund else "DONE",
        "transactionAt": when(line["created"]),
        "amount": line["amount"],
        "currency": "KRW",
    }


def settlement(account: Account, line: Obj) -> Obj:
    """A line of what the company owes; what is neither payment nor cancellation is an adjustment."""
    intent, refund = subject(account, line)
    return {
        **transaction(account, line),
        "method": "카드" if intent else "조정",
        "fee": line["fee"],
        "payOutAmount": line["net"],
        "approvedAt": when(line["created"]),
        "cancel": given_back(refund) if refund else None,
    }


def mac(secret: str, text: bytes) -> bytes:
    """HMAC-SHA256."""
    return hmac.new(secret.encode(), text, hashlib.sha256).digest()
