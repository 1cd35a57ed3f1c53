"""What a resident is asked to agree to at sign-up (개인정보 보호법 §15②, §22): each apart, none pre-ticked. Pure."""

from dataclasses import dataclass

from malls.customers.models import ConsentKind

VERSION = "2026-12-01"


@dataclass(frozen=True, slots=True)
class ConsentText:
    """One agreement as it is shown. `facts` are purpose, items, period and the right to refuse."""

    kind: ConsentKind
    label: str
    is_required: bool
    facts: tuple[tuple[str, str], ...] = ()
    href: str = ""


CONSENTS: tuple[ConsentText, ...] = (
    ConsentText(ConsentKind.AGE, "만 14세 이상입니다", is_required=True),
    ConsentText(ConsentKind.TERMS, "이용약관에 동의합니다", is_required=True, href="/terms/"),
    ConsentText(
        ConsentKind.PRIVACY,
        "개인정보 수집·이용에 동의합니다",
        is_required=True,
        facts=(
            ("목적", "회원 식별, 주문·구독의 이행, 상담과 고지"),
            ("항목", "이메일, 비밀번호, 이름, 휴대전화번호"),
            ("보유 기간", "탈퇴할 때까지 (법이 정한 거래 기록은 5년)"),
            ("거부권", "거부하실 수 있지만, 그러면 가입할 수 없어요"),
        ),
        href="/privacy/",
    ),
    ConsentText(
        ConsentKind.MARKETING,
        "새 꾸러미와 혜택 소식을 받겠습니다",
        is_required=False,
        facts=(
            ("목적", "새 꾸러미, 기획전, 할인 소식 보내기 (광고)"),
            ("항목", "이메일, 휴대전화번호"),
            ("보유 기간", "동의를 거두거나 탈퇴할 때까지"),
            ("거부권", "동의하지 않아도 모든 서비스를 쓸 수 있어요"),
        ),
    ),
)
REQUIRED = frozenset(one.kind for one in CONSENTS if one.is_required)
