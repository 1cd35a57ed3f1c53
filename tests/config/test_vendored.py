"""What we carry of others is listed with its hash, and unchanged."""

import hashlib
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIST = ROOT / "platform/ui/static/ui/vendor/VENDORED.md"


def listed() -> dict[str, str]:
    return dict(re.findall(r"^\| `([^`]+)` \| `([0-9a-f]{64})` \|$", LIST.read_text(), re.MULTILINE))


def test_listed_files_are_unchanged() -> None:
    now = {name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in listed()}
    assert now == listed()


def test_every_vendored_file_is_listed() -> None:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*/vendor/*", "platform/ui/fonts/*"]
    files = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert {name for name in files if not name.endswith("VENDORED.md")} - set(listed()) == set()


def test_notices_name_every_package() -> None:
    notices = (ROOT / "THIRD_PARTY_NOTICES.md").read_text()
    packages = re.findall(r"npm `([^`]+)` ([0-9.]+)", LIST.read_text())
    assert packages
    assert [name for name, version in packages if f"`{name}` {version}" not in notices] == []
