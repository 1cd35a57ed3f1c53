"""Remove a data folder that no `goeul up` is using: `python -m config.up.reset FOLDER`."""

import shutil
import sys
from pathlib import Path

from config.errors import CannotStart
from config.up import postgres
from config.up.machine import locked

OURS = ("goeul.env", "postgres", "prepared")


def reset(folder: Path) -> None:
    """Stop a leftover PostgreSQL, then remove everything, also where a closed folder made the data live elsewhere."""
    if not folder.exists():
        return
    if not any((folder / name).exists() for name in OURS) and any(folder.iterdir()):
        raise CannotStart(f"{folder} does not look like a data folder of Goeul; nothing was removed.")
    with locked(folder):
        data = folder / "postgres"
        if data.exists():
            postgres.stop(postgres.place(data))
        if data.is_symlink():
            shutil.rmtree(data.resolve().parent, ignore_errors=True)
        shutil.rmtree(folder)


if __name__ == "__main__":
    try:
        reset(Path(sys.argv[1]).absolute())
    except CannotStart as error:
        sys.exit(str(error))
