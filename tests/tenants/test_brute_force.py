"""Guessing passwords ends after ten tries: of one person, from one address, in one municipality."""

import pytest
from django.conf import settings
from django.test import Client, override_settings

from tenants.municipalities.door import inside_slug
from tenants.people.models import User

WHO, OTHER, PASSWORD = "kim@guess.example", "lee@guess.example", "correct-horse-9"
CMS, MALL = ("/cms/login/", "username", "sunchang.localhost"), ("/login/", "email", "sunchang.localhost")
CONSOLE = ("/console/login/", "username", "localhost")
ELSEWHERE = ("/cms/login/", "username", "boseong.localhost")


@pytest.fixture(autouse=True)
def _guarded(db):
    for slug in ("sunchang", "boseong", "portal"):
        with inside_slug(slug):
            for email in (WHO, OTHER):
                User.objects.create_superuser(email, PASSWORD)
    with override_settings(AXES_ENABLED=True):
        yield


def log_in(door, email, password, address="203.0.113.5"):
    """Whether it was let in, and the status."""
    path, field, host = door
    client = Client(HTTP_HOST=host, REMOTE_ADDR=address)
    answer = client.post(path, {field: email, "password": password})
    return settings.SESSION_COOKIE_NAME in client.cookies and answer.status_code == 302, answer.status_code


@pytest.mark.parametrize("door", [CMS, MALL, CONSOLE], ids=["staff", "residents", "operators"])
def test_the_eleventh_try_is_refused_even_with_the_right_password(door):
    tries = [
        log_in(door, (WHO, WHO.upper())[number % 2], f"wrong-{number}") for number in range(settings.AXES_FAILURE_LIMIT)
    ]
    assert [let_in for let_in, _status in tries] == [False] * settings.AXES_FAILURE_LIMIT
    assert log_in(door, WHO, PASSWORD) == (False, 429)
    assert log_in(door, OTHER, PASSWORD)[0], "a colleague at the same address"
    assert log_in(door, WHO, PASSWORD, address="203.0.113.6")[0], "the same person elsewhere"
    assert log_in(ELSEWHERE, WHO, PASSWORD)[0], "another municipality"
