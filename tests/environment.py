"""Loaded before Django's settings: the values of a test machine, and a PostgreSQL of our own when none is given.

`GOEUL_DATABASE_URL` names a server to use instead; it must allow creating databases.
"""

import atexit
import os
import tempfile
from pathlib import Path

CACHE = Path(__file__).parent.parent / ".cache"

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the browser driver runs an event loop in the test's thread
VALUES = {
    "GOEUL_MODE": "test",
    "GOEUL_SECRET_KEY": "for-tests-only-for-tests-only-for-tests-only",
    "GOEUL_FIELD_KEYS": "BAgwda60Kh-ZhkUPNYncwLNJkPK79eBBh-9HPWJ_QRQ=",
    "GOEUL_REDIS_URL": "",
    "GOEUL_HTTPS": "false",
    "GOEUL_BASE_HOST": "localhost",
}
os.environ.update(VALUES)


def _data_dir() -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        folder = tempfile.TemporaryDirectory(prefix="goeul-test-")
        atexit.register(folder.cleanup)
        os.environ["GOEUL_DATA_DIR"] = folder.name


def _postgres() -> None:
    if os.environ.get("GOEUL_DATABASE_URL"):
        return
    from config.up import postgres

    server = postgres.place(
        CACHE / "postgres", is_lasting="PYTEST_VERSION" not in os.environ
    )  # benches measure real disks
    postgres.start(server)
    atexit.register(postgres.stop, server)
    os.environ["GOEUL_DATABASE_URL"] = server.dsn()
    os.environ["GOEUL_PG_BIN"] = str(postgres.client_binaries())


_data_dir()
_postgres()
