"""Leaving takes no more pages and presses than joining, counted by following the real links and forms."""

from typing import Any

from bs4 import BeautifulSoup

from bundles.subscriptions.models import Subscription
from core.clock import now
from malls.payments.accounts import open_gateway
from malls.payments.gateways.memory import MemoryGateway
from tests.bundles.world import card, offer, resident, subscribed


class Walker:
    """Follows links and sends forms as a person does, and counts the pages seen and the things pressed."""

    def __init__(self, mall: Any, start: str) -> None:
        self.mall, self.pages, self.presses = mall, 0, 0
        self.look(start)

    def look(self, path: str) -> None:
        self.path, self.pages = path, self.pages + 1
        self.page = BeautifulSoup(self.mall.get(path).content.decode(), "html.parser")

    def follow(self, label: str) -> None:
        self.presses += 1
        link = next(one for one in self.page.find_all("a") if one.get_text(strip=True) == label)
        self.look(link["href"])

    def send(self, label: str, tick: str = "") -> Any:
        """Press a button of a form; the fields are sent as they stand, `tick` after ticking it."""
        form = next(
            one for one in self.page.find_all("form")
            if any(label == button.get_text(strip=True) for button in one.find_all("button"))
        )  # fmt: skip
        values = {
            field["name"]: field.get("value", "on")
            for field in form.find_all("input")
            if field.get("type") not in {"radio", "checkbox"} or field.has_attr("checked") or field["name"] == tick
        }
        self.presses += 2 if tick else 1
        assert form["method"].upper() == "POST"
        return self.mall.post(self.path, values)


def entered(mall: Any, who: Any) -> None:
    mall.force_login(who.user, backend="django.contrib.auth.backends.ModelBackend")


def joined(mall: Any, sold: Any, who: Any) -> Walker:
    joining = Walker(mall, f"/bundles/{sold.slug}/")
    joining.follow("구독하기")
    answer = joining.send("결제하고 구독 시작", tick="agreed")
    assert answer.url == f"/my/subscriptions/{Subscription.objects.get(resident=who).pk}/"
    return joining


def test_leaving_takes_no_more_than_joining(mall, sunchang):
    sold, who = offer(), resident()
    card(who, open_gateway())
    entered(mall, who)
    joining = joined(mall, sold, who)
    made = Subscription.objects.get()
    leaving = Walker(mall, f"/my/subscriptions/{made.pk}/")
    leaving.follow("해지하기")
    answer = leaving.send("해지하기")
    made.refresh_from_db()
    assert (answer.url, made.state) == (f"/my/subscriptions/{made.pk}/", "cancelled")
    assert (joining.pages, joining.presses) == (2, 3)
    assert (leaving.pages, leaving.presses) == (2, 2)


def test_keeping_and_leaving_look_alike(mall, sunchang):
    made = subscribed(offer(), MemoryGateway(), at=now())
    entered(mall, made.resident)
    page = Walker(mall, f"/my/subscriptions/{made.pk}/cancel/").page
    pair = page.find(class_="button-pair")
    keep, leave = pair.find("a"), pair.find("button")
    assert keep["class"] == leave["class"] == ["krds-btn", "secondary", "large"]
