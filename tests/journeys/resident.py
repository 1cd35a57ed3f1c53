"""A resident's road: sign up, subscribe, change one's mind, use the voucher, confirm, leave."""

from tests.journeys.people import Someone
from tests.journeys.staff import Box

EMAIL = "haneul@demo.example"
CARD = "4242 4242 4242 4242"


def find_the_box(who: Someone, box: Box) -> None:
    """From the home page through the category to the bundle: total and dates stand before anything else."""
    who.go("/")
    who.go("/subscriptions/")
    who.link(box.name)
    who.sees(box.total, "첫 배송일", *(name.partition(" (")[0] for name in box.products), box.voucher)
    text = who.page.locator("main").inner_text()
    assert text.index(box.total) < text.index("담긴 것")


def sign_up(who: Someone) -> None:
    """Join the mall on the way to subscribing."""
    who.link("구독하기")
    who.press(who.page.locator("main").get_by_role("link", name="회원가입"))
    who.write(email=EMAIL, password="goeul-journey-1", name="한하늘", phone="010-0000-0001")
    for kind in ("age", "terms", "privacy"):
        who.page.locator(f"[name=agree_{kind}]").check()
    who.button("회원가입")
    who.sees("구독하기", "아직 등록한 주소가 없어요", "아직 등록한 카드가 없어요")


def add_address_and_card(who: Someone) -> None:
    """Both lead back to the page of subscribing; the card is entered on the provider's own page."""
    who.link("배송지 더하기")
    who.write(recipient="한하늘", phone="010-0000-0001", postcode="56042", line1="데모시 장독길 1")
    who.button("배송지 저장")
    who.link("카드 등록")
    who.button("카드 등록 화면으로 가기")
    who.page.get_by_label(CARD).check()
    who.button("이 카드로 등록")
    assert who.page.url.endswith("/subscribe/")


def join(who: Someone, box: Box) -> int:
    """See the amount and the dates, agree, pay; how many presses it took from the bundle's page."""
    who.go(f"/bundles/{box.slug}/")
    who.presses = 0
    who.link("구독하기")
    who.sees(box.total, "오늘 결제,")
    agreed = who.page.locator("[name=agreed]")
    assert not agreed.is_checked()
    who.press(agreed)
    who.button("결제하고 구독 시작")
    who.sees(f"{box.total}이 결제되었어요", "받을 상자")
    return who.presses


def change_ones_mind(who: Someone) -> None:
    """Skip a box and take it after all; pause and go on."""
    who.link("건너뛰기")
    who.sees("오지 않고", "되돌릴 수 있어요")
    who.button("건너뛰기")
    who.sees("이번 상자를 건너뛰었어요", "건너뜀")
    who.link("받기")
    who.button("받기")
    who.sees("다시 받기로 했어요")
    who.link("쉬기", exact=True)
    who.button("바뀌는 내용 보기")
    who.button("쉬기")
    who.sees("쉬는 중이에요")
    who.link("지금 다시 받기")
    who.button("다시 시작")
    who.sees("다시 받기로 했어요", "구독 중")


def open_voucher(who: Someone, box: Box) -> str:
    """The QR picture is really drawn; the code beneath it."""
    who.go("/my/vouchers/")
    who.link(box.voucher)
    picture = who.page.locator(".voucher-qr")
    picture.evaluate("one => one.decode()")
    assert picture.evaluate("one => one.naturalWidth") > 100
    return who.page.locator(".voucher-code").inner_text()


def use_voucher(gate: Someone, code: str) -> tuple[bool, str]:
    """Type or scan a code at the gate: whether it was green, and what was said."""
    gate.go("/redeem/")
    gate.page.locator("#gate-code").fill(code)
    gate.button("사용 처리")
    result = gate.page.locator(".gate-result")
    result.wait_for()
    return "is-good" in (result.get_attribute("class") or ""), result.inner_text()


def confirm(who: Someone) -> None:
    """Say that the first box arrived well."""
    who.go("/my/orders/")
    who.press(who.page.locator("main a[href*='/my/orders/2']"))
    who.button("구매 확정하기")
    who.sees("구매를 확정했어요")


def leave(who: Someone, box: Box) -> int:
    """Cancel from my page; how many presses it took."""
    who.go("/my/")
    who.presses = 0
    who.link(box.name)
    who.link("해지하기")
    who.button("해지하기")
    who.sees("해지")
    return who.presses
