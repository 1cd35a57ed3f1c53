"""PostgreSQL and Valkey for a while: for `goeul up`, and for tests and benchmarks that bring their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from config.up import postgres


@contextmanager
def ephemeral_postgres(data_dir: Path, *, superuser: bool = True) -> Iterator[str]:
    """A private PostgreSQL with its data in `data_dir`, stopped at the end; yields the address of an empty database."""
    server = postgres.place(data_dir)
    try:
        postgres.start(server)
        ensure_database(server, superuser=superuser)
        yield server.dsn("goeul", "goeul")
    finally:
        postgres.stop(server)


def ensure_database(server: postgres.Postgres, *, superuser: bool = False) -> None:
    """Make the role and the database `goeul`, unless they are there."""
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = 'goeul'").fetchone():
            power = sql.SQL("SUPERUSER" if superuser else "CREATEDB")
            connection.execute(sql.SQL("CREATE ROLE goeul LOGIN {}").format(power))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'goeul'").fetchone():
            connection.execute("CREATE DATABASE goeul OWNER goeul")
