"""Who acts in the tests of settlement, and payees with something earned."""

from datetime import UTC, datetime

from core.actor import Actor
from settlement.statements.actions import earn_many, ensure_payee, verify_bank
from settlement.statements.models import Payee
from settlement.statements.rules import EarningDraft

MAKER = Actor("person", "작성 담당", 1)
CHECKER = Actor("person", "결재 담당", 2)
PAYER = Actor("person", "지급 담당", 3)
DESK = Actor("person", "입점 담당", 4)

IN_OCTOBER = datetime(2026, 10, 12, 3, tzinfo=UTC)
NOVEMBER_FIRST = datetime(2026, 10, 31, 15, tzinfo=UTC)  # midnight in Korea
BEFORE_MIDNIGHT = datetime(2026, 10, 31, 14, 59, 59, tzinfo=UTC)


def payee(ref: str = "merchant:1", *, name: str = "데모 장류", verified: bool = True) -> Payee:
    made = ensure_payee(
        ref, kind="merchant", name=name, business_no="2208162517", bank_code="011", account="302-0123-4567-81",
        holder="데모장류", by=DESK,
    )  # fmt: skip
    return verify_bank(made, by=MAKER) if verified else made


def draft(source: str, gross: int = 10_000, ref: str = "merchant:1", **fields) -> EarningDraft:
    values = {"kind": "goods", "description": "재래된장 500g", "earned_at": IN_OCTOBER, **fields}
    return EarningDraft(payee_ref=ref, source=source, gross=gross, **values)


def earn(*drafts: EarningDraft) -> int:
    return earn_many(drafts, at=IN_OCTOBER)
