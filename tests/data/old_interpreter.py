"""Python 3.7 with NumPy 1.19, if there is one: what the lab's scripts run on."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

VARIABLE = "ECOGVIEW_OLD_PYTHON"
REASON = f"no Python 3.7 with NumPy 1.19 found; name one in {VARIABLE}"
_ASK = "import sys, numpy; print(sys.version_info[:2] == (3, 7), numpy.__version__[:4] == '1.19')"


@cache
def old_interpreter() -> Path | None:
    """The interpreter that the environment names, else one found on the path or in pyenv."""
    named = os.environ.get(VARIABLE)
    if named:
        if not _is_right(Path(named)):
            raise AssertionError(f"{named}, of {VARIABLE}, is no Python 3.7 with NumPy 1.19")
        return Path(named)
    return next(filter(_is_right, _candidates()), None)


def _candidates() -> list[Path]:
    on_path = shutil.which("python3.7")
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    found = sorted(pyenv.glob("versions/3.7.*/bin/python"))
    return [*([Path(on_path)] if on_path else []), *found]


def _is_right(path: Path) -> bool:
    try:
        asked = subprocess.run([path, "-c", _ASK], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return asked.stdout.split() == ["True", "True"]
