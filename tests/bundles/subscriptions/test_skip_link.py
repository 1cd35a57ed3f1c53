"""The link of a notice that skips one box without log-in: this box, this mall, once, until the cut-off."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from bundles.billing.notices import AHEAD
from bundles.plans.models import Payment, Plan
from bundles.subscriptions.actions import cancel_subscription, skip_cycle, unskip_cycle
from bundles.subscriptions.links import gift_path, skip_path
from bundles.subscriptions.models import Cycle, Subscription
from core.clock import now
from malls.payments.gateways.memory import MemoryGateway
from tenants.municipalities.door import inside_slug
from tests.bundles.world import BY, offer, prepaid, send, subscribed
from tests.ui.browser import WIDTHS, problems
from ui.templatetags.ui import kdate

HOST = "http://sunchang.localhost"


@pytest.fixture
def made(sunchang: Any) -> Subscription:
    return subscribed(offer(), MemoryGateway(), at=now())


@pytest.fixture
def box(made: Subscription) -> Cycle:
    found: Cycle = made.cycles.select_related("subscription").get(number=2)
    return found


def standing() -> list[Any]:
    """Everything that a link could touch."""
    changes = Subscription.objects.get().changes.order_by("pk")
    boxes = Cycle.objects.order_by("pk")
    return [list(boxes.values_list("pk", "state", "cutoff_at")), list(changes.values_list("kind", "undoes"))]


def test_the_notice_carries_both_links_and_the_other_one_lands_on_the_box_after_log_in(made, box, mall, mailoutbox):
    assert send(box.cutoff_at - AHEAD) >= 1
    body = mailoutbox[-1].body
    words = [word.removeprefix(HOST) for word in body.split() if word.startswith(HOST)]
    skip = next(word for word in words if word.startswith("/links/skip/"))
    assert words == [f"/my/boxes/{box.pk}/", skip]
    assert mall.get(skip).status_code == 200
    answer = mall.get(f"/my/boxes/{box.pk}/")
    assert answer.url == f"/login/?next=/my/boxes/{box.pk}/"
    known = {"email": made.resident.user.email, "password": "goeul-demo", "next": f"/my/boxes/{box.pk}/"}
    landed = mall.post(answer.url, known, follow=True)
    assert (landed.redirect_chain, landed.status_code) == ([(f"/my/boxes/{box.pk}/", 302)], 200)


def test_opening_shows_what_follows_and_names_nobody_and_the_button_skips_once(made, box, mall):
    path, before = skip_path(box, now()), standing()
    for _ in range(2):
        page = mall.get(path).content.decode()
    for word in ("첫 장독 상자", kdate(box.deliver_on, "short"), "33,000원", "되돌릴 수 있어요"):
        assert word in page, word
    person = made.resident
    place = person.addresses.get()
    for word in (str(person), person.user.email, place.line1, place.phone, "4242"):
        assert word not in page, word
    assert (page.count('method="post"'), standing()) == (1, before)
    answers = [mall.post(path), mall.post(path)]
    box.refresh_from_db()
    assert [answer.status_code for answer in answers] == [302, 200]
    change = made.changes.get()
    assert (box.state, change.kind, change.by_kind, change.why) == ("skipped", "skip", "resident", "알림의 링크로")
    page = mall.get(path)
    assert (page.status_code, "상자는 오지 않아요" in page.content.decode()) == (200, True)


def test_a_term_paid_in_advance_says_that_the_box_comes_later(sunchang, mall):
    sold = offer()
    Plan.objects.create(bundle=sold, cadence="monthly", term_months=3, payment=Payment.PREPAID, discount_bp=1_000)
    made = prepaid(sold, MemoryGateway(), at=now())
    second = made.cycles.select_related("subscription").get(number=2)
    page = mall.get(skip_path(second, now())).content.decode()
    assert "이미 낸 상자라서 나중에 와요." in page
    mall.post(skip_path(second, now()))
    second.refresh_from_db()
    assert (second.state, made.cycles.count()) == ("skipped", 4)


def test_a_box_taken_after_all_is_not_skipped_by_the_old_link(box, mall):
    path = skip_path(box, now())
    mall.post(path)
    unskip_cycle(box, by=BY, at=now())
    before = standing()
    for answer in (mall.get(path), mall.post(path)):
        assert (answer.status_code, "이미 쓴 링크" in answer.content.decode()) == (410, True)
    assert standing() == before
    assert mall.get(skip_path(box, now())).status_code == 200


def test_after_the_cut_off_the_link_is_over(box, mall):
    path, before = skip_path(box, now()), standing()
    for after, status in ((timedelta(seconds=-1), 200), (timedelta(0), 410), (timedelta(days=300), 410)):
        with time_machine.travel(box.cutoff_at + after, tick=False):
            answer = mall.get(path)
            assert (answer.status_code, "더는 건너뛸 수 없어요" in answer.content.decode()) == (status, status == 410)
    with time_machine.travel(box.cutoff_at, tick=False):
        assert mall.post(path).status_code == 410
    assert standing() == before


def test_a_box_that_does_not_come_any_more_has_nothing_to_skip(made, box, mall):
    path = skip_path(box, now())
    cancel_subscription(made, by=BY, at=now())
    before = standing()
    for answer in (mall.get(path), mall.post(path)):
        assert (answer.status_code, "상태라 할 수 없어요" in answer.content.decode()) == (409, True)
    assert standing() == before


def test_another_town_another_purpose_and_made_up_links_change_nothing(made, box, mall, other_mall):
    path, before = skip_path(box, now()), standing()
    with inside_slug("boseong"):
        theirs = subscribed(offer(), MemoryGateway(), at=now()).cycles.get(number=2)
        here = Cycle.objects.values_list("pk", "state")
        known = list(here)
    assert theirs.number == box.number
    token = path.strip("/").split("/")[-1]
    wrong = [
        (other_mall, path), (mall, path[:-3] + "xx/"), (mall, "/links/skip/x/"), (mall, "/links/skip/1:2:3/"),
        (mall, f"/links/skip/{gift_path(made).strip('/').split('/')[-1]}/"),
    ]  # fmt: skip
    for client, link in wrong:
        for answer in (client.get(link), client.post(link)):
            assert (answer.status_code, "이 링크는 열리지 않아요" in answer.content.decode()) == (404, True), link
    for link in (f"/links/gift/{token}/", f"/links/price/{token}/", f"/links/payment/{token}/"):
        assert mall.get(link).status_code == 404, link
    with inside_slug("boseong"):
        assert list(here.all()) == known
    assert standing() == before


def test_skipped_elsewhere_it_says_so(box, mall):
    path = skip_path(box, now())
    skip_cycle(box, by=BY, at=now())
    before = standing()
    for answer in (mall.get(path), mall.post(path)):
        assert (answer.status_code, "상자는 오지 않아요" in answer.content.decode()) == (200, True)
    assert standing() == before


@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS)
def test_its_pages_have_no_flaw(box, mall, width):
    good, broken = skip_path(box, now()), "/links/skip/x/"
    said = problems(mall, "sunchang.localhost", [broken], width)[broken]
    assert [
        one for one in said if not one.startswith("Failed to load resource: the server responded with a status of 404")
    ] == []
    assert problems(mall, "sunchang.localhost", [good], width) == {}
    skip_cycle(box, by=BY, at=now())
    assert problems(mall, "sunchang.localhost", [good], width) == {}
