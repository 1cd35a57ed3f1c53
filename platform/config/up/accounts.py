"""Which system account runs a server. PostgreSQL refuses root; we never open a folder that was closed."""

import os
import pwd
import shutil
import stat
import subprocess
from pathlib import Path

from config.errors import CannotStart

ACCOUNT = "goeul"


def server_account() -> pwd.struct_passwd | None:
    """The account to drop to when we are root (created at first use); None when we are an ordinary user."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        return _create_account()


def _create_account() -> pwd.struct_passwd:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        raise CannotStart(
            f"PostgreSQL does not run as root: create a system account named {ACCOUNT}, or start as another user."
        )
    shell = "/usr/sbin/nologin"
    command = [
        useradd,
        "--system",
        "--user-group",
        "--no-create-home",
        "--home-dir",
        "/nonexistent",
        "--shell",
        shell,
        ACCOUNT,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotStart(f"The system account {ACCOUNT} could not be created: {done.stderr.strip()}")
    return pwd.getpwnam(ACCOUNT)


def may_reach(path: Path, account: pwd.struct_passwd | None) -> bool:
    """Whether `account` can walk down to `path` (its nearest existing folder) without any mode being changed."""
    if account is None:
        return True
    folders = [folder for folder in [path, *path.parents] if folder.is_dir()]
    return all(_may_enter(folder.stat(), account) for folder in folders)


def _may_enter(status: os.stat_result, account: pwd.struct_passwd) -> bool:
    if status.st_uid == account.pw_uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == account.pw_gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)
