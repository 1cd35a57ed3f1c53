"""Staff are invited, get and lose duties, and leave; every change is on record, and nobody decides about themselves."""

import re
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core import mail
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test.utils import CaptureQueriesContext
from django_otp.plugins.otp_totp.models import TOTPDevice

from core.actor import Actor
from core.clock import now
from core.laws import violations
from tenants.municipalities.door import inside
from tenants.people.actions import (
    accept_invitation,
    change_duties,
    deactivate,
    invite,
    invite_staff,
    issue_recovery_codes,
    open_invitation,
    reactivate,
    record_access,
    reset_second_factor,
    withdraw_invitation,
)
from tenants.people.actions.rights import duties_of
from tenants.people.duties import Duty
from tenants.people.errors import (
    DutiesApart,
    EmailTaken,
    InvitationSpent,
    LastManager,
    NoDuty,
    NotWaiting,
    OwnRights,
)
from tenants.people.laws import LAWS
from tenants.people.models import AccessRecord, RecoveryCode, RightsRecord, User
from tenants.people.queries import staff_rows
from tests.factories.town import staff

EMAIL = "new@sunchang.example"
PASSWORD = "a-Long-enough-1"


@pytest.fixture
def boss(sunchang):
    return staff("boss", "DESK", Duty.MANAGER)


@pytest.fixture
def by(boss):
    return Actor.of(boss)


def records():
    return list(RightsRecord.objects.order_by("id").values_list("change", "right", "by_name"))


def test_an_invited_person_waits_sets_a_password_once_and_is_in(by):
    user, token = invite_staff(EMAIL, [Duty.BUNDLES, Duty.SHOWROOM], name="새 사람", by=by, at=now())
    assert user.is_waiting
    assert duties_of(user) == {Duty.BUNDLES, Duty.SHOWROOM}
    assert records() == [
        ("invited", "", "DESK boss"),
        ("granted", Duty.BUNDLES, "DESK boss"),
        ("granted", Duty.SHOWROOM, "DESK boss"),
    ]
    accept_invitation(token, PASSWORD, at=now())
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    with pytest.raises(InvitationSpent):
        accept_invitation(token, "another-One-2", at=now())
    with pytest.raises(NotWaiting):
        invite(user, by=by, at=now())
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_link_ends_after_seven_days_and_when_it_is_sent_again(by):
    user, old = invite_staff(EMAIL, [Duty.SUPPORT], by=by, at=now())
    with pytest.raises(InvitationSpent):
        open_invitation(old, at=now() + timedelta(days=7))
    new = invite(user, by=by, at=now())
    with pytest.raises(InvitationSpent):
        open_invitation(old, at=now())
    assert open_invitation(new, at=now()).user == user


def test_an_address_in_use_is_refused_and_leaves_nothing(by, boss):
    with pytest.raises(EmailTaken):
        invite_staff(boss.email.upper(), [Duty.SUPPORT], by=by, at=now())
    assert (User.objects.count(), records()) == (1, [])


def test_a_withdrawn_invitation_frees_the_address(by, boss):
    user, token = invite_staff(EMAIL, [Duty.SUPPORT], by=by, at=now())
    withdraw_invitation(user, by=by, at=now())
    with pytest.raises(InvitationSpent):
        open_invitation(token, at=now())
    assert records()[-1] == ("withdrawn", "", "DESK boss")
    invite_staff(EMAIL, [Duty.SUPPORT], by=by, at=now())
    with pytest.raises(NotWaiting):
        withdraw_invitation(boss, by=by, at=now())
    assert User.objects.filter(pk=boss.pk).exists()


def test_duties_change_and_every_change_is_kept(by):
    clerk = staff("clerk", "DESK", Duty.SUPPORT)
    assert change_duties(clerk, {Duty.ONBOARDING, Duty.SUPPORT}, by=by, at=now()) == {Duty.ONBOARDING}
    assert change_duties(clerk, {Duty.ONBOARDING}, by=by, at=now()) == {Duty.SUPPORT}
    assert change_duties(clerk, {Duty.ONBOARDING}, by=by, at=now()) == set()
    assert records() == [("granted", Duty.ONBOARDING, "DESK boss"), ("removed", Duty.SUPPORT, "DESK boss")]
    assert duties_of(clerk) == {Duty.ONBOARDING}
    assert violations(LAWS) == []


@pytest.mark.parametrize(
    "pair", [(Duty.FINANCE, Duty.APPROVER), (Duty.FINANCE, Duty.PAYER), (Duty.APPROVER, Duty.PAYER)]
)
def test_maker_checker_and_payer_are_never_one_person(by, pair):
    clerk = staff("clerk", "DESK", pair[0])
    with pytest.raises(DutiesApart):
        change_duties(clerk, pair, by=by, at=now())
    with pytest.raises(DutiesApart):
        invite_staff(EMAIL, pair, by=by, at=now())
    assert duties_of(clerk) == {pair[0]}
    assert (User.objects.filter(email=EMAIL).count(), records()) == (0, [])


def test_somebody_without_a_duty_is_refused(by):
    clerk = staff("clerk", "DESK", Duty.SUPPORT)
    with pytest.raises(NoDuty):
        change_duties(clerk, [], by=by, at=now())
    assert duties_of(clerk) == {Duty.SUPPORT}


def test_nobody_changes_their_own_rights(by, boss):
    staff("second", "DESK", Duty.MANAGER)
    TOTPDevice.objects.create(user=boss, confirmed=True)
    for act in (
        lambda: change_duties(boss, {Duty.MANAGER, Duty.FINANCE}, by=by, at=now()),
        lambda: deactivate(boss, by=by, at=now()),
        lambda: reset_second_factor(boss, by=by, at=now()),
    ):
        with pytest.raises(OwnRights):
            act()
    boss.refresh_from_db()
    assert (duties_of(boss), boss.is_active, TOTPDevice.objects.count(), records()) == ({Duty.MANAGER}, True, 1, [])


def test_the_last_manager_stays(boss):
    """One who was invited and never came does not count."""
    operator = Actor("operator", "운영자")
    waiting, _token = invite_staff(EMAIL, [Duty.MANAGER], by=operator, at=now())
    with pytest.raises(LastManager):
        deactivate(boss, by=Actor.of(waiting), at=now())
    with pytest.raises(LastManager):
        change_duties(boss, {Duty.SUPPORT}, by=operator, at=now())
    boss.refresh_from_db()
    assert (boss.is_active, duties_of(boss)) == (True, {Duty.MANAGER})
    staff("second", "DESK", Duty.MANAGER)
    change_duties(boss, {Duty.SUPPORT}, by=operator, at=now())
    assert duties_of(boss) == {Duty.SUPPORT}


def test_a_closed_account_cannot_log_in_and_comes_back_with_its_duties(by, mall):
    clerk = staff("clerk", "DESK", Duty.SUPPORT)
    mall.force_login(clerk)
    deactivate(clerk, by=by, at=now())
    deactivate(clerk, by=by, at=now())
    assert mall.get("/cms/").status_code == 302
    reactivate(clerk, by=by, at=now())
    assert mall.get("/cms/").status_code == 200
    assert records() == [("deactivated", Duty.SUPPORT, "DESK boss"), ("reactivated", Duty.SUPPORT, "DESK boss")]


def test_resetting_the_second_factor_forgets_app_and_codes(by):
    clerk = staff("clerk", "DESK", Duty.SUPPORT)
    TOTPDevice.objects.create(user=clerk, confirmed=True)
    issue_recovery_codes(clerk)
    reset_second_factor(clerk, by=by, at=now())
    reset_second_factor(clerk, by=by, at=now())
    assert (TOTPDevice.objects.count(), RecoveryCode.objects.count()) == (0, 0)
    assert records() == [("second_factor_reset", "", "DESK boss")]


@pytest.mark.parametrize("change", ["UPDATE {} SET user_name = 'x'", "DELETE FROM {}"])
@pytest.mark.parametrize("table", ["people_rightsrecord", "people_accessrecord"])
def test_the_database_keeps_the_records(by, boss, table, change):
    invite_staff(EMAIL, [Duty.SUPPORT], by=by, at=now())
    record_access(boss, "view", "someone", at=now())
    before = [list(model.objects.values()) for model in (RightsRecord, AccessRecord)]
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format(table))
    assert [list(model.objects.values()) for model in (RightsRecord, AccessRecord)] == before


def test_the_laws_find_what_went_past_the_actions(by):
    clerk = staff("clerk", "DESK", Duty.SUPPORT)
    change_duties(clerk, {Duty.FINANCE}, by=by, at=now())
    from django.contrib.auth.models import Group

    clerk.groups.add(*Group.objects.filter(name__in=[Duty.SUPPORT, Duty.PAYER]))
    assert {found.code for found in violations(LAWS)} == {
        "people.removed_rights_are_gone",
        "people.maker_checker_payer_apart",
    }


def test_two_managers_who_remove_each_other_leave_one(scratch):
    users = [staff(name, "RACE", Duty.MANAGER) for name in ("a", "b")]
    gate, refused = Barrier(2), []

    def remove(mine: User, other: User) -> None:
        with inside(scratch):
            gate.wait()
            try:
                deactivate(other, by=Actor.of(mine), at=now())
            except LastManager:
                refused.append(mine)
        connection.close()

    threads = [Thread(target=remove, args=pair) for pair in (users, users[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (User.objects.filter(is_active=True).count(), len(refused)) == (1, 1)


def test_a_link_opened_twice_at_the_same_moment_lets_one_in(scratch):
    user, token = invite_staff(EMAIL, [Duty.SUPPORT], by=Actor("operator", "운영자"), at=now())
    gate, refused = Barrier(4), []

    def accept(number: int) -> None:
        with inside(scratch):
            gate.wait()
            try:
                accept_invitation(token, f"{PASSWORD}{number}", at=now())
            except InvitationSpent:
                refused.append(number)
        connection.close()

    threads = [Thread(target=accept, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    user.refresh_from_db()
    (winner,) = set(range(4)) - set(refused)
    assert user.check_password(f"{PASSWORD}{winner}")


# ── The screens ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def desk(mall, boss):
    mall.force_login(boss)
    return mall


def test_the_desk_invites_and_the_mail_alone_carries_the_link(desk, mall):
    form = {"name": "김새롬", "email": EMAIL, "duties": [Duty.BUNDLES.value]}
    answer = desk.post("/cms/staff/invite/", form, follow=True)
    (sent,) = mail.outbox
    path = re.search(r"http://sunchang\.localhost(/invitation/[\w-]+/)", sent.body)[1]
    assert (sent.to, "순창군" in sent.subject, path in answer.content.decode()) == ([EMAIL], True, False)
    assert "새롬" in answer.content.decode()
    guest = type(desk)("sunchang.localhost")
    answer = guest.post(path, {"new_password1": PASSWORD, "new_password2": PASSWORD})
    assert answer["Location"] == "/cms/"
    assert guest.get(path).status_code == 410


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"name": "가", "email": "nonsense", "duties": [Duty.SUPPORT.value]},
        {"name": "가", "email": EMAIL},
        {"name": "가", "email": EMAIL, "duties": ["대장"]},
        {"name": "가", "email": EMAIL, "duties": [Duty.FINANCE.value, Duty.PAYER.value]},
        {"name": "가", "email": "boss@desk.example", "duties": [Duty.SUPPORT.value]},
    ],
)
def test_a_bad_invitation_is_explained_and_nothing_leaves(desk, form):
    answer = desk.post("/cms/staff/invite/", form)
    assert (answer.status_code, "staff-error" in answer.content.decode()) == (200, True)
    assert (User.objects.count(), mail.outbox, records()) == (1, [], [])


def test_the_desk_says_when_the_mail_server_is_away(desk, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    form = {"name": "가", "email": EMAIL, "duties": [Duty.SUPPORT.value]}
    assert "메일을 보내지 못했습니다" in desk.post("/cms/staff/invite/", form, follow=True).content.decode()
    assert User.objects.get(email=EMAIL).is_waiting


def test_the_desk_changes_duties_closes_and_opens(desk):
    clerk = staff("clerk", "DESK", Duty.SUPPORT)
    page = f"/cms/staff/{clerk.pk}/"
    desk.post(page, {"verb": "duties", "duties": [Duty.AUDITOR.value]})
    assert duties_of(clerk) == {Duty.AUDITOR}
    for verb, active in (("deactivate", False), ("reactivate", True)):
        desk.post(page, {"verb": verb})
        clerk.refresh_from_db()
        assert clerk.is_active is active
    assert [change for change, *_rest in records()] == ["granted", "removed", "deactivated", "reactivated"]
    for verb in ("withdraw", "resend", "nonsense", ""):
        assert desk.post(page, {"verb": verb}, follow=True).status_code == 200
    assert User.objects.filter(pk=clerk.pk).exists()


def test_the_desk_finds_by_words_duty_and_state(desk, by, boss):
    clerk = staff("clerk", "DESK", Duty.SUPPORT)
    waiting, _token = invite_staff(EMAIL, [Duty.SHOWROOM], by=by, at=now())
    late, _token = invite_staff("late@sunchang.example", [Duty.SHOWROOM], by=by, at=now() - timedelta(days=8))
    deactivate(clerk, by=by, at=now())

    def found(**asked):
        return set(staff_rows(at=now(), **asked))

    assert found(q="CLERK") == {clerk}
    assert found(duty=Duty.SHOWROOM) == {waiting, late}
    assert [found(state=state) for state in ("active", "invited", "expired", "closed")] == [
        {boss}, {waiting}, {late}, {clerk},
    ]  # fmt: skip
    assert "clerk@desk.example" not in desk.get("/cms/staff/?state=active").content.decode()
    assert "조건에 맞는" in desk.get("/cms/staff/?q=nobody%00").content.decode()


def test_the_list_takes_the_same_statements_for_one_and_for_thirty(desk):
    counts = []
    for many in (1, 29):
        for n in range(many):
            staff(f"clerk{many}-{n}", "DESK", Duty.SUPPORT)
        desk.get("/cms/staff/")
        with CaptureQueriesContext(connection) as asked:
            desk.get("/cms/staff/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_auditor_reads_and_takes_the_record_away_but_changes_nothing(mall, by, boss):
    auditor = staff("auditor", "DESK", Duty.AUDITOR)
    invite_staff(EMAIL, [Duty.SUPPORT], name="=1+1", by=by, at=now())
    mall.force_login(auditor)
    assert mall.get("/cms/people/rights/").status_code == 200
    assert "=1+1" in mall.get("/cms/staff/").content.decode()
    assert mall.get("/cms/people/rights/?export=xlsx").status_code == 200
    csv = b"".join(mall.get("/cms/people/rights/?export=csv").streaming_content).decode()
    assert (csv.count("'=1+1"), Duty.SUPPORT in csv) == (2, True)
    assert mall.get("/cms/staff/invite/").status_code == 302
    assert mall.post(f"/cms/staff/{boss.pk}/", {"verb": "deactivate"}).status_code in {302, 403}
    boss.refresh_from_db()
    assert boss.is_active


@pytest.mark.parametrize("duty", list(Duty), ids=lambda duty: duty.name)
def test_wagtails_own_screens_of_users_and_groups_are_closed_to_every_duty(mall, sunchang, duty):
    clerk = staff("clerk", "DESK", duty)
    mall.force_login(clerk)
    wanted = ("/cms/users/", "/cms/users/new/", f"/cms/users/edit/{clerk.pk}/", "/cms/groups/", "/cms/groups/new/")
    assert [mall.get(path).status_code for path in wanted] == [302] * len(wanted)
    mall.post(f"/cms/users/edit/{clerk.pk}/", {"email": clerk.email, "is_superuser": "on"})
    assert not User.objects.filter(is_superuser=True).exists()


def test_another_town_knows_nothing_of_it(by, boseong):
    assert (User.objects.count(), RightsRecord.objects.count()) == (0, 0)
