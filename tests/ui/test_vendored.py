import hashlib
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIST = ROOT / "platform/ui/static/ui/vendor/VENDORED.md"
PLACES = ("platform/ui/static/ui/vendor", "platform/ui/fonts", "platform/ui/objects")


def test_the_list_names_every_vendored_file_with_its_hash():
    listed = dict(re.findall(r"^\| `(platform/[^`]+)` \| `([0-9a-f]{64})` \|$", LIST.read_text(), re.MULTILINE))
    files = [path for place in PLACES for path in (ROOT / place).rglob("*") if path.is_file() and path != LIST]
    assert listed == {str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
