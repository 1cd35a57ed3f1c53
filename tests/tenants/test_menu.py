"""The staff's menu: grouped by duties, each sees only its own, in words that staff know."""

import json
import re
from typing import Any

import pytest
from django.utils.translation import trans_real

from tenants.people.duties import Duty
from tests.factories.town import staff

PROPS = re.compile(r'id="wagtail-sidebar-props"[^>]*>(.*?)</script>', re.DOTALL)
SHOPS, BUNDLES, VOUCHERS, ORDERS, PAYMENTS = "상점·상품", "꾸러미·구독", "체험·관광권", "주문·배송", "결제"
SETTLEMENT, SCREENS, PEOPLE, SETTINGS = "정산", "홈페이지·전시화면", "회원·직원", "설정"
MENUS = {
    Duty.MANAGER: [SHOPS, BUNDLES, VOUCHERS, ORDERS, PAYMENTS, SETTLEMENT, SCREENS, PEOPLE, SETTINGS],
    Duty.ONBOARDING: [SHOPS, SCREENS],
    Duty.BUNDLES: [SHOPS, BUNDLES, VOUCHERS, SCREENS, SETTINGS],
    Duty.FINANCE: [SHOPS, VOUCHERS, ORDERS, PAYMENTS, SETTLEMENT],
    Duty.APPROVER: [SETTLEMENT],
    Duty.PAYER: [SETTLEMENT],
    Duty.SHOWROOM: [SCREENS],
    Duty.SUPPORT: [BUNDLES, VOUCHERS, ORDERS, PAYMENTS, PEOPLE],
    Duty.AUDITOR: [SHOPS, BUNDLES, VOUCHERS, ORDERS, PAYMENTS, SETTLEMENT, SCREENS, PEOPLE],
}


@pytest.mark.parametrize("duty", list(Duty), ids=lambda duty: duty.name)
def test_each_duty_sees_its_own_parts(mall, duty):
    mall.force_login(staff("clerk", "MENU", duty))
    shown = entries(mall.get("/cms/").content.decode())
    assert [entry["label"] for entry in shown] == MENUS[duty]
    assert [entry["label"] for entry in shown if not entry["icon_name"]] == []


def test_staff_are_spoken_to_in_their_own_words():
    catalog = trans_real.translation("ko")._catalog
    ours = [str(catalog[said]) for said in dict(catalog.items())]  # by key: what wins where several translate it
    assert [text for text in ours if "스니펫" in text or "웨그테일" in text] == []


def entries(page: str) -> list[dict[str, Any]]:
    """What stands on the first level."""
    sidebar = json.loads(PROPS.findall(page)[0])
    (menu,) = [part for part in sidebar["modules"] if part["_type"] == "wagtail.sidebar.MainMenuModule"]
    return [item["_args"][0] for item in menu["_args"][0]]
