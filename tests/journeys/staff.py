"""The town hall's desks in the CMS: onboarding, bundles, shipping."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tests.journeys.people import Someone, message

LISTS = Path(__file__).parent.parent / "malls" / "merchants" / "data"
MERCHANTS, PRODUCTS = "/cms/snippets/merchants/merchant/", "/cms/snippets/catalog/product/"
PARTNERS = "/cms/snippets/vouchers/partner/"


@dataclass(frozen=True)
class Box:
    """A bundle as its editor composes it."""

    month: date
    products: Sequence[str]
    """As the chooser names them."""
    price: int
    too_high: int
    """A price above the sum of the parts, which must be refused."""
    name: str = "데모 달마다 상자"
    slug: str = "box"
    shelf: str = "장류·발효"
    shipping: int = 3_000
    partner: str = "데모 체험마을"
    voucher: str = "데모 체험권"

    @property
    def total(self) -> str:
        """What a resident pays."""
        return f"{self.price + self.shipping:,}원"


def take_in(clerk: Someone, file: str, *, rows: int) -> None:
    """Upload a list, look at every row, confirm."""
    clerk.go("/cms/onboarding/")
    clerk.page.locator("input[type=file]").set_input_files(LISTS / file)
    clerk.button("명부 읽기")
    clerk.page.wait_for_url("**/cms/onboarding/*/")
    clerk.sees("아직 아무것도 저장하지 않았습니다")
    clerk.button(f"{rows}줄 저장하기")
    assert message(clerk) == "받을 수 있는 줄을 모두 저장했습니다."


def approve_everyone(clerk: Someone, address: str) -> str:
    """Choose the whole list and approve it; what the desk says."""
    clerk.go(address)
    clerk.page.locator("[data-bulk-action-select-all-checkbox]").first.check()
    foot = clerk.page.locator("[data-bulk-action-footer]")
    every = foot.get_by_text("목록의 스니펫 모두 선택")
    if every.is_visible():
        every.click()
    clerk.press(foot.get_by_text("승인", exact=True))
    clerk.button("승인합니다")
    return message(clerk)


def enter_account(clerk: Someone, address: str) -> None:
    """Enter the bank account of whoever is edited at an address; it cannot be confirmed by the same person."""
    clerk.go(address)
    clerk.link("계좌 변경·확인")
    clerk.page.locator("[name=bank_code]").select_option("011")
    clerk.write(account_no="301-0000-1234-51", account_holder="데모 체험마을")
    clerk.button("계좌 저장")
    assert message(clerk) == "계좌를 저장했습니다. 지급하기 전에 다른 사람이 확인해야 합니다."


def verify_account(manager: Someone, address: str) -> None:
    """Confirm the bank account that somebody else entered."""
    manager.go(address)
    manager.link("계좌 변경·확인")
    manager.button("계좌 확인")
    assert message(manager) == "계좌를 확인했습니다. 이제 지급할 수 있습니다."


def compose(editor: Someone, box: Box) -> None:
    """Partner, voucher, bundle and its monthly edition; a price that makes no sense first; then publish."""
    _partner(editor, box)
    editor.go("/cms/snippets/plans/bundle/add/")
    editor.write(name=box.name, slug=box.slug, tagline="고을의 맛을 나눠 받는 기분")
    choose(editor, "category", box.shelf)
    editor.page.locator("#id_plans-ADD").click()
    editor.page.locator("[name=plans-0-cadence]").select_option("monthly")
    save(editor)
    editor.go("/cms/snippets/plans/edition/add/")
    choose(editor, "bundle", box.name)
    editor.write(month=box.month.isoformat())
    editor.page.locator("[name=month]").press("Escape")
    editor.write(price=str(box.too_high), shipping=str(box.shipping))
    things = [("product", one) for one in box.products] + [("voucher_type", f"{box.partner} {box.voucher}")]
    for number, (kind, name) in enumerate(things):
        editor.page.locator("#id_components-ADD").click()
        choose(editor, f"components-{number}-{kind}", name)
    save(editor)
    editor.sees(f"가격 {box.too_high:,}원이")
    editor.write(price=str(box.price))
    save(editor)
    editor.link(box.name)
    editor.sees(f"{box.price:,}원", box.total)
    editor.button("발행하고 고정")
    assert "발행하고 고정" in message(editor)
    editor.sees("발행됨")


def _partner(editor: Someone, box: Box) -> None:
    editor.go("/cms/snippets/vouchers/partner/add/")
    editor.write(name=box.partner)
    save(editor)
    editor.go("/cms/snippets/vouchers/vouchertype/add/")
    editor.write(name=box.voucher, slug="voucher", face_value="8000", charge="8000")
    choose(editor, "partner", box.partner)
    save(editor)


def choose(editor: Someone, field: str, name: str) -> None:
    """Find something in a chooser."""
    page = editor.page
    page.locator(f"#id_{field}-chooser button[data-chooser-action-choose]").first.click()
    modal = page.locator(".modal-body")
    modal.wait_for()
    search = modal.locator("input[name=q]")
    if search.count():
        search.fill(name.partition(" (")[0])
    modal.get_by_role("link", name=name, exact=True).first.click()
    page.locator(".modal-dialog").wait_for(state="detached")


def save(editor: Someone) -> None:
    """Keep the form."""
    editor.press(editor.page.locator("main form footer button[type=submit]"))


def send_boxes(clerk: Someone, day: date, *, expected: int) -> None:
    """Print the pick list, ship what must leave by a day, mark it delivered."""
    clerk.go(f"/cms/shipping/pick-list/?day={day}")
    assert clerk.page.locator("table").count() > 0
    clerk.go(f"/cms/shipping/?day={day}")
    fields = clerk.page.locator("input[name^=number-]")
    assert fields.count() == expected
    for number in range(expected):
        fields.nth(number).fill(f"60000000{number:04}")
    clerk.button("선택한 상자 출고")
    assert message(clerk) == f"상자 {expected}개를 출고했습니다."
    clerk.go("/cms/shipping/under-way/")
    for one in clerk.page.locator("input[name=box]").all():
        one.check()
    clerk.button("배송완료로 표시")
    message(clerk)
