"""What one machine keeps in its data folder: `goeul.env`, written once, and the lock of the running `goeul up`."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

from config.errors import CannotStart
from config.up import postgres
from config.up.ports import free_port


@dataclass(frozen=True, slots=True)
class Machine:
    """One data folder."""

    folder: Path

    @property
    def env_file(self) -> Path:
        """The values that `config.env` reads."""
        return self.folder / "goeul.env"

    def values(self) -> dict[str, str]:
        """What the file says, by full name."""
        return {name: value or "" for name, value in dotenv_values(self.env_file).items()}

    def write(self, values: dict[str, str]) -> None:
        """Write the file anew, readable for us alone, all of it or nothing."""
        part = self.env_file.with_suffix(".part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(HEAD + "".join(f"{name}={_quoted(value)}\n" for name, value in values.items()))
        part.rename(self.env_file)


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


HEAD = "# This machine's values, written by `goeul up`. Keep this file: its keys open what is stored encrypted.\n"


@contextmanager
def locked(folder: Path) -> Iterator[Machine]:
    """Own a data folder while we run. The kernel lets go of the lock when we die, so it is never stale."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / "up.lock").open("w")
    except OSError as error:
        raise CannotStart(f"The data folder {folder} cannot be used: {error.strerror}.") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CannotStart(f"`goeul up` already runs on {folder}; stop it or choose another data folder.") from error
        yield Machine(folder)


def settle_values(machine: Machine, server: postgres.Postgres, port: int) -> dict[str, str]:
    """The machine's values: secrets as first written, addresses as they are today."""
    kept = machine.values()
    if kept.get("GOEUL_MODE", "demo") == "production":
        raise CannotStart(
            f"{machine.env_file} is set up for production: start its services with systemd or containers (deploy/)."
        )
    values = {**_first_values(), **kept}
    valkey = free_port(int(values.get("GOEUL_VALKEY_PORT", 0)))
    simulator = free_port(int(values.get("GOEUL_SIMULATOR_PORT", 0)))
    values |= {
        "GOEUL_PUBLIC_PORT": str(port),
        "GOEUL_DATABASE_URL": server.dsn("goeul", "goeul"),
        "GOEUL_PG_BIN": str(postgres.client_binaries()),
        "GOEUL_VALKEY_PORT": str(valkey),
        "GOEUL_REDIS_URL": f"redis://:{values['GOEUL_VALKEY_PASSWORD']}@127.0.0.1:{valkey}",
        "GOEUL_SIMULATOR_PORT": str(simulator),
        "GOEUL_STRIPE_API_BASE": f"http://127.0.0.1:{simulator}",
    }
    if values != kept:
        machine.write(values)
    return values


def _first_values() -> dict[str, str]:
    from cryptography.fernet import Fernet  # noqa: PLC0415  a second start needs no new key

    return {
        "GOEUL_MODE": "demo",
        "GOEUL_HTTPS": "false",
        "GOEUL_BASE_HOST": "localhost",
        "GOEUL_SECRET_KEY": secrets.token_urlsafe(48),
        "GOEUL_FIELD_KEYS": Fernet.generate_key().decode(),
        "GOEUL_VALKEY_PASSWORD": secrets.token_urlsafe(24),
    }
