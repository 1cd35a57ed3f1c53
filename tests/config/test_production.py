"""The settings of production, by what visitors and staff meet."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.usefixtures("scratch")
def test_production_is_guarded() -> None:
    values = {
        "GOEUL_MODE": "production",
        "GOEUL_HTTPS": "true",
        "GOEUL_TRUSTED_PROXIES": "1",
        "GOEUL_DATABASE_URL": make_conninfo(os.environ["GOEUL_DATABASE_URL"], dbname=connection.settings_dict["NAME"]),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    command = [sys.executable, "-m", "tests.config.production"]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **values}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "log-in": [302, "/cms/"],
        "cms": [302, "/second-factor/?next=/cms/"],
        "cookies": [["__Host-csrf", "/", "", True, True], ["__Host-goeul", "/", "", True, True]],
        "let in while guessing": 0,
        "guessed too often": 429,
        "the same from elsewhere": 302,
        "claims to be elsewhere": 429,
        "plain": [301, "https://scratch.localhost/login/"],
        "hosts": [404, 404, 404],
        "health": 200,
    }
