"""Watches PostgreSQL and Valkey, which are no children of the process manager: ends when one is gone for good."""

import os
import sys
import time
from collections.abc import Callable, Mapping

import psycopg

from config.up import valkey

EVERY = 5.0
PATIENCE = 60.0
"""Seconds a service may be away (a restart, say) before we give up."""


def watch(services: Mapping[str, Callable[[], bool]], *, patience: float = PATIENCE, every: float = EVERY) -> str:
    """Look at the services until one has been away for `patience` seconds; its name."""
    seen = dict.fromkeys(services, time.monotonic())
    while True:
        for name, answers in services.items():
            if answers():
                seen[name] = time.monotonic()
            elif time.monotonic() - seen[name] > patience:
                return name
        time.sleep(every)


def database_answers() -> bool:
    """Whether PostgreSQL takes connections; a full house counts as alive."""
    try:
        psycopg.connect(os.environ["GOEUL_DATABASE_URL"], connect_timeout=5).close()
    except psycopg.OperationalError as error:
        return "too many" in str(error) or "remaining connection slots" in str(error)
    return True


def main() -> None:
    """Watch until something is wrong."""
    port, password = int(sys.argv[1]), os.environ["GOEUL_VALKEY_PASSWORD"]
    gone = watch({"PostgreSQL": database_answers, "Valkey": lambda: valkey.answers(port, password)})
    sys.exit(f"{gone} has not answered for {PATIENCE:.0f} seconds; stopping everything.")


if __name__ == "__main__":
    main()
