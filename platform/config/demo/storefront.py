"""What the storefront of a town says: settings, first page, stories, notices, exhibitions."""
# ruff: noqa: E501  Hangul counts double

from datetime import date, timedelta
from typing import Any

from config.demo.content import Town
from core.clock import kst_at
from malls.catalog.models import Product
from malls.merchants.models import Merchant
from malls.storefront import actions

# Small line, sentence, line of help, objects of the hero.
HEROES = {
    "sunchang": ("순창의 열두 달", "한 해의 순서를\n상자에 담아 보냅니다",
                 "고추장은 3월에 가르고 메주는 12월에 겁니다. 순창 사람 백여 명이 함께 꾸린 상자를 그 달에 맞춰 받아 보세요.",
                 ["onggi", "crock-red", "bottle-soy", "gochu", "garlic", "meju"]),
    "boseong": ("차밭에서 갯벌까지", "초록에서 시작해\n바다에서 끝나는 상자",
                "곡우 전에 딴 찻잎과 벌교 갯벌의 꼬막을 한 고을에서 보냅니다. 철마다 가장 좋은 것을 골라 담아요.",
                ["pouch-tea", "celadon-pot", "celadon-cup", "clam", "leaf-fluttering-in-wind"]),
    "yeongdeok": ("대게 철이 왔습니다", "동해의 아침을\n식탁에 올려 드려요",
                  "강구항에서 건진 대게와 바닷바람에 말린 생선, 지품의 복숭아까지. 배가 들어오는 날에 맞춰 보냅니다.",
                  ["crab", "pouch-sea", "mackerel", "clam", "peach"]),
    "jeongseon": ("장날이 그리운 날에", "오일장을 통째로\n집 앞에 펼칩니다",
                  "곤드레와 찰옥수수, 더덕과 막장. 해발 오백 미터 밭에서 자란 것들을 장날의 인심으로 담았어요.",
                  ["basket", "herb", "ear-of-corn", "potato", "pouch-grain"]),
    "tongyeong": ("오늘 깐 굴", "물길 따라 온\n가장 가까운 바다",
                  "새벽 굴막에서 깐 굴이 다음 날 식탁에 오릅니다. 멸치와 멍게, 섬 고구마와 꿀빵도 함께 보내요.",
                  ["oyster", "pouch-sea", "anchovy", "lemon", "roasted-sweet-potato"]),
    "jeju": ("귤이 익는 순서대로", "섬의 열두 달을\n이어서 받습니다",
             "노지귤이 끝나면 한라봉, 한라봉이 끝나면 카라향. 돌담 안 밭과 해녀의 바다에서 온 것을 그 차례대로 담아요.",
             ["tangerine", "tangerine", "basket", "carrot", "abalone", "bottle-amber"]),
}  # fmt: skip


def write(town: Town, *, today: date) -> None:
    """Settings, first page, stories, notices, exhibitions."""
    actions.dress(_disclosures(town))
    eyebrow, headline, lead, art = HEROES[town.slug]
    actions.write_home(
        {"title": town.brand, "eyebrow": eyebrow, "headline": headline, "lead": lead, "art": art,
         "action_label": "구독 꾸러미 보기", "introduction": town.content["intro"]}
    )  # fmt: skip
    for position, row in enumerate(town.content["stories"]):
        _story(row, today - timedelta(days=11 * position + 2))
    for position, row in enumerate(town.content["notices"]):
        on = today - timedelta(days=6 * (len(town.content["notices"]) - position) - 5)
        actions.announce(row["title"], row["body"], on=on, kind=row["kind"], pinned=row["pinned"])
    _exhibitions(town.content["exhibitions"], today)


def _disclosures(town: Town) -> dict[str, Any]:
    return {
        "name": town.brand, "slogan": f"{town.name} 구독 장터", "brand_color": town.color,
        "operator": f"{town.name} 로컬푸드지원센터 (데모)", "representative": "홍데모", "business_no": "000-00-00000",
        "mail_order_no": f"제2026-{town.name[:-1]}-0001호 (데모)", "mail_order_office": f"{town.name}청",
        "address": f"{town.name} 데모로 1", "phone": "0000-0000", "hours": "평일 9시–18시, 1시간 안에 답해요",
        "email": f"help@{town.slug}.example", "hosting": "고을 데모 서버", "privacy_officer": "김데모 (privacy@goeul.example)",
        "is_demo": True,
    }  # fmt: skip


def _story(row: dict[str, Any], on: date) -> None:
    actions.tell_story(
        row["title"], lead=row["lead"], questions=[(one["q"], one["a"]) for one in row["qa"]], at=kst_at(on, 9),
        merchant=Merchant.objects.filter(business_no=row["merchant_business_no"]).first(), person=row["person"],
        goods=row["product"], bundles=row["related_bundles"],
    )  # fmt: skip


def _exhibitions(rows: list[dict[str, Any]], today: date) -> None:
    """The seasons of the content, moved so that the first one runs today."""
    ahead = today.replace(day=1) - min(date.fromisoformat(row["start"]) for row in rows)
    slugs = {(one.merchant.business_no, one.name): one.slug for one in Product.objects.select_related("merchant")}
    for row in rows:
        named = [slugs.get((one["merchant_business_no"], one["product_name"])) for one in row["products"]]
        actions.exhibit(
            row["title"], row["copy"],
            starts_on=date.fromisoformat(row["start"]) + ahead, ends_on=date.fromisoformat(row["end"]) + ahead,
            goods=row["products"][0]["product_name"] if row["products"] else row["title"],
            bundles=row["bundles"], products=[slug for slug in named if slug],
        )  # fmt: skip
