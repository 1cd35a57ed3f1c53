"""Each fact is told once, never when it is not true any more; what fails is tried again or left to a person."""

from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core.mail.backends import locmem
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bundles.subscriptions.models import Cycle
from core.laws import violations
from core.state import Transition
from malls.customers.actions import leave
from malls.notices.actions import note, reset_wording, save_wording, send_again, send_notices
from malls.notices.channels import Delivered, Doubtful, NotDelivered, Parcel
from malls.notices.channels.mail import Mail
from malls.notices.channels.post import Post
from malls.notices.errors import MissingVariable, NotToBeSentAgain
from malls.notices.kinds import kind_of
from malls.notices.laws import LAWS
from malls.notices.models import Letter, Notice, Wording
from malls.payments.gateways.memory import MemoryGateway
from tests.bundles.world import BY, NOON, offer, resident, send, subscribed

PARCEL = Parcel("charged.1.sunchang@goeul", "r@example.kr", "제목", "내용")


class Script:
    """A carrier that answers what it is told to, then takes everything."""

    def __init__(self, *answers: object) -> None:
        self.answers = list(answers)
        self.taken: list[Parcel] = []

    def send(self, parcel: Parcel):
        answer = self.answers.pop(0) if self.answers else Delivered("email")
        if isinstance(answer, Delivered):
            self.taken.append(parcel)
        return answer

    def close(self) -> None:
        """Nothing to hang up."""


@pytest.fixture
def paid(sunchang):
    return subscribed(offer(), MemoryGateway())


def charged() -> Notice:
    return Notice.objects.get(kind="charged")


def test_what_was_told_is_kept_word_for_word(paid, mailoutbox):
    assert (send(NOON), send(NOON)) == (1, 0)
    letter, (mail,) = Letter.objects.get(), mailoutbox
    assert (letter.title, letter.text, letter.to) == (mail.subject, mail.body, paid.resident.user.email)
    assert (letter.title, charged().facts["amount"], charged().letter) == (
        "첫 장독 상자: 33,000원이 결제됐어요", 33_000, letter,
    )  # fmt: skip
    assert f"http://sunchang.localhost/my/subscriptions/{paid.pk}/" in mail.body
    assert violations(LAWS) == []


def test_noting_again_tells_nothing_twice(paid):
    boxes = Cycle.objects.filter(subscription=paid)
    assert note("charged", boxes.filter(number=1), at=NOON) == 0
    assert note("charged", boxes.none(), at=NOON) == 0
    assert Notice.objects.filter(kind="charged").count() == 1


def test_what_is_not_true_any_more_is_dropped_and_what_is_true_again_is_told(sunchang, mailoutbox):
    made = subscribed(offer(), MemoryGateway(), charge=False)
    box = Cycle.objects.filter(subscription=made, number=1)
    note("failed", box, at=NOON)
    assert (send(NOON), Notice.objects.get().outcome, mailoutbox) == (0, "dropped", [])
    box.update(state="failed", last_decline="insufficient_funds")
    assert (note("failed", box, at=NOON), send(NOON), len(mailoutbox)) == (1, 1, 1)


def test_who_left_the_mall_is_told_nothing(paid, mailoutbox):
    leave(paid.resident, by=BY, at=NOON)
    assert (send(NOON), charged().outcome, mailoutbox) == (0, "dropped", [])


def test_addresses_are_forgotten_when_the_resident_leaves(paid):
    send(NOON)
    leave(paid.resident, by=BY, at=NOON)
    assert (Letter.objects.get().to, Letter.objects.get().title != "") == ("", True)


def test_what_fails_is_tried_again_later_and_given_up_in_the_end(paid):
    away = NotDelivered("connection refused", is_final=False)
    at, tries = NOON, []
    for _number in range(7):
        send(at, Post(Script(away)))
        tries.append((charged().outcome, charged().attempts))
        at += timedelta(days=2)
    assert tries == [*(("waiting", number) for number in range(1, 6)), ("failed", 6), ("failed", 6)]
    assert (charged().problem, Letter.objects.count()) == ("connection refused", 0)


def test_a_doubtful_letter_is_not_sent_again_by_itself_but_by_a_person(paid, mailoutbox):
    send(NOON, Post(Script(Doubtful("cut"))))
    assert (charged().outcome, send(NOON + timedelta(days=3)), mailoutbox) == ("unknown", 0, [])
    send_again(charged(), by=BY, at=NOON)
    assert (send(NOON), len(mailoutbox)) == (1, 1)
    kept = Transition.objects.get(thing="notices.Notice")
    assert (kept.before, kept.after, kept.by_name) == ("unknown", "waiting", BY.name)


def test_what_was_sent_is_not_sent_again(paid):
    send(NOON)
    with pytest.raises(NotToBeSentAgain):
        send_again(charged(), by=BY, at=NOON)
    assert (charged().outcome, Letter.objects.count()) == ("sent", 1)


def test_a_worker_that_was_killed_leaves_doubt_and_no_second_letter(paid, mailoutbox):
    class Killed(Script):
        def send(self, parcel: Parcel):
            raise KeyboardInterrupt(parcel.key)

    subscribed(offer(), MemoryGateway())
    with pytest.raises(KeyboardInterrupt):
        send(NOON, Post(Killed()))
    assert list(Notice.objects.order_by("pk").values_list("outcome", "attempts")) == [("sending", 1), ("waiting", 0)]
    assert (send(NOON + timedelta(minutes=1)), len(mailoutbox)) == (1, 1)
    assert (send(NOON + timedelta(minutes=31)), len(mailoutbox)) == (0, 1)
    assert Notice.objects.earliest("pk").outcome == "unknown"


def test_noting_is_one_statement_and_sending_one_more_for_each_letter(sunchang, django_assert_num_queries):
    sold, counts = offer(), []
    for many in (2, 6):
        while Cycle.objects.filter(number=1).count() < many:
            subscribed(sold, MemoryGateway())
        Notice.objects.all().delete()
        with django_assert_num_queries(1):
            assert note("charged", Cycle.objects.filter(number=1), at=NOON) == many
        with CaptureQueriesContext(connection) as seen:
            send_notices(at=NOON, post=Post(Script(*[NotDelivered("x", is_final=False)] * many)))
        counts.append(len(seen))
    assert counts[1] - counts[0] == 4


def test_own_words_are_used_from_now_on_and_kept_with_who_and_when(paid, mailoutbox):
    kind = kind_of("charged")
    save_wording(kind, "{{bundle}} 결제", "{{name}} 님, {{amount}}\r\n고맙습니다.", by=BY, at=NOON)
    save_wording(kind, "{{bundle}} 결제", "{{name}} 님, {{amount}}\n고맙습니다.", by=BY, at=NOON)
    send(NOON)
    assert (mailoutbox[0].subject, mailoutbox[0].body) == (
        "첫 장독 상자 결제", f"{paid.resident} 님, 33,000원\n고맙습니다.",
    )  # fmt: skip
    reset_wording(kind, by=BY, at=NOON)
    reset_wording(kind, by=BY, at=NOON)
    kept = Wording.objects.order_by("pk").values_list("title", "by_name")
    assert list(kept) == [("{{bundle}} 결제", BY.name), ("", BY.name)]


def test_a_refused_wording_changes_nothing(sunchang, boseong):
    with pytest.raises(MissingVariable):
        save_wording(kind_of("charged"), "결제", "금액이 없어요", by=BY, at=NOON)
    assert Wording.objects.count() == 0


def test_laws_find_a_letter_to_somebody_else_and_a_variable_left_over(paid):
    send(NOON)
    Letter.objects.update(text="{{name}} 님")
    assert [one.code for one in violations(LAWS)] == ["letter_is_filled_in"]
    Letter.objects.update(text="내용", resident=resident())
    assert [one.code for one in violations(LAWS)] == ["letter_to_the_resident"]


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (ConnectionResetError("reset"), NotDelivered),
        (SMTPServerDisconnected("gone"), Doubtful),
        (TimeoutError("slow"), Doubtful),
        (SMTPRecipientsRefused({"r@example.kr": (550, b"no such user")}), NotDelivered),
    ],
)
def test_a_mail_server_that_fails_is_understood(db, monkeypatch, error, answer):
    def fail(*_: object) -> int:
        raise error

    monkeypatch.setattr(locmem.EmailBackend, "send_messages", fail)
    said = Mail().send(PARCEL)
    assert isinstance(said, answer)
    assert getattr(said, "is_final", False) is isinstance(error, SMTPRecipientsRefused)


def test_a_mail_server_that_is_away_took_nothing(db, monkeypatch):
    def refuse(*_: object) -> bool:
        raise ConnectionRefusedError("refused")

    monkeypatch.setattr(locmem.EmailBackend, "open", refuse)
    assert Mail().send(PARCEL) == NotDelivered("ConnectionRefusedError: refused", is_final=False)
