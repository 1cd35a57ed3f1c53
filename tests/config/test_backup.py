"""`deploy/backup` and the runbook's way back: what is restored is what was there."""

import os
import subprocess
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from psycopg import sql
from psycopg.conninfo import make_conninfo

from config.up import postgres
from tests.database import NAME
from tests.journeys.house import database_url

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).parents[2] / "deploy" / "backup"
TABLES = "SELECT format('%%I.%%I', schemaname, tablename) FROM pg_tables WHERE schemaname = ANY(%s) ORDER BY 1"
SCHEMAS = ["public", "portal", "goeul_template", "sunchang", "boseong"]


@pytest.fixture
def values(django_db_setup: None, tmp_path: Path) -> dict[str, str]:
    """What the script is told; a picture lies in the files."""
    data = tmp_path / "data"
    (data / "media" / "sunchang").mkdir(parents=True)
    (data / "media" / "sunchang" / "picture.svg").write_text("<svg/>")
    return {
        **os.environ,
        "GOEUL_DATABASE_URL": database_url(),
        "GOEUL_DATA_DIR": str(data),
        "GOEUL_PG_BIN": str(postgres.client_binaries()),
    }


def test_what_is_restored_is_what_was_there(values: dict[str, str], tmp_path: Path) -> None:
    done = subprocess.run([SCRIPT, tmp_path / "kept"], env=values, capture_output=True, text=True, check=True)
    kept = Path(done.stdout.strip())
    assert sorted(one.name for one in kept.iterdir()) == ["SHA256SUMS", "database.dump", "files.tar"]
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=kept, check=True)
    other = f"{NAME}_restored"
    with _admin() as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(other)))
    try:
        target = make_conninfo(database_url(), dbname=other)
        restore = postgres.client_binaries() / "pg_restore"
        subprocess.run(
            [restore, "--no-owner", "--exit-on-error", "--dbname", target, kept / "database.dump"], check=True
        )
        assert _counts(target) == _counts(database_url())
    finally:
        with _admin() as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(other)))
    subprocess.run(["tar", "--extract", "--file", kept / "files.tar", "--directory", tmp_path], check=True)
    assert (tmp_path / "media" / "sunchang" / "picture.svg").read_text() == "<svg/>"


def test_a_backup_that_fails_leaves_nothing_that_looks_whole(values: dict[str, str], tmp_path: Path) -> None:
    nowhere = make_conninfo(database_url(), dbname="nowhere")
    done = subprocess.run(
        [SCRIPT, tmp_path / "kept"], env={**values, "GOEUL_DATABASE_URL": nowhere}, capture_output=True, check=False
    )
    assert (done.returncode != 0, list((tmp_path / "kept").iterdir())) == (True, [])


def _counts(address: str) -> dict[str, int]:
    """Rows of every table."""
    with psycopg.connect(address) as connection:
        tables = [name for (name,) in connection.execute(TABLES, [SCHEMAS])]
        count = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in tables)  # noqa: S608  our own names
        return dict(connection.execute(count).fetchall())


def _admin() -> psycopg.Connection[Any]:
    assert settings.DATABASES["default"]["NAME"] == NAME
    return psycopg.connect(make_conninfo(database_url(), dbname="postgres"), autocommit=True)
