"""`platform/` is a folder of ours on the path; the name stays the standard library's."""

import importlib
import platform
import sysconfig
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_name_platform_is_the_standard_library_s():
    assert Path(importlib.reload(platform).__file__ or "").parent == Path(sysconfig.get_path("stdlib"))
    assert not (ROOT / "platform" / "__init__.py").exists()
