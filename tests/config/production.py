"""A visitor and a member of staff in a house that is set up for production; says as JSON what they met.

Runs in a process of its own: the settings are read once. Nothing was collected and hashes are quick, all else is as it is.
"""

import json
import sys
from typing import Any

import django
from django.conf import settings

settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
django.setup()

from django.test import Client  # noqa: E402  after setup

from tenants.municipalities.door import inside_slug  # noqa: E402  likewise
from tenants.people.models import User  # noqa: E402  likewise

EMAIL, PASSWORD = "boss@production.example", "correct-horse-9"
SLUG = "scratch"


def browser(host: str = f"{SLUG}.localhost", address: str = "203.0.113.5", proto: str = "https") -> Client:
    """One behind the proxy of deploy/nginx."""
    return Client(HTTP_HOST=host, REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=address, HTTP_X_FORWARDED_PROTO=proto)


def log_in(client: Client, password: str) -> Any:
    """The answer of the CMS."""
    return client.post("/cms/login/", {"username": EMAIL, "password": password})


def told(cookie: Any) -> list[object]:
    """What a cookie is bound to."""
    return [cookie.key, cookie["path"], cookie["domain"], bool(cookie["secure"]), bool(cookie["httponly"])]


def main() -> None:
    """Walk."""
    with inside_slug(SLUG):
        User.objects.create_superuser(EMAIL, PASSWORD)
    staff = browser()
    staff.get("/login/")
    entered = log_in(staff, PASSWORD)
    guarded = staff.get("/cms/")
    cookies = sorted(told(cookie) for cookie in staff.cookies.values())
    tries = [log_in(browser(), f"wrong-{number}").status_code for number in range(settings.AXES_FAILURE_LIMIT)]
    plain = browser(proto="http").get("/login/")
    met = {
        "log-in": [entered.status_code, entered["Location"]],
        "cms": [guarded.status_code, guarded["Location"]],
        "cookies": cookies,
        "let in while guessing": tries.count(302),
        "guessed too often": log_in(browser(), PASSWORD).status_code,
        "the same from elsewhere": log_in(browser(address="203.0.113.6"), PASSWORD).status_code,
        "claims to be elsewhere": log_in(browser(address="198.51.100.7, 203.0.113.5"), PASSWORD).status_code,
        "plain": [plain.status_code, plain["Location"]],
        "hosts": [browser(host).get("/").status_code for host in ("nowhere.localhost", "evil.example", "10.0.0.1")],
        "health": browser("10.0.0.1", proto="http").get("/healthz").status_code,
    }
    json.dump(met, sys.stdout)


if __name__ == "__main__":
    main()
