"""The public names, and that they cost nothing before they are used."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import ecogview

PACKAGE = Path(ecogview.__file__).parent
NAMES = [
    "DataFile",
    "errors",
    "grow_bool_array",
    "open_recording",
    "read_mask",
    "view",
    "write_mask",
]


def loaded_after(code: str) -> set[str]:
    """Top-level modules that a fresh interpreter has loaded after running `code`."""
    code += "\nimport sys\nsys.stdout.write(' '.join({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=PACKAGE.parent, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return set(done.stdout.split())


def test_names() -> None:
    assert sorted(ecogview.__all__) == sorted(NAMES)
    assert set(NAMES) <= set(dir(ecogview))


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_there(name: str) -> None:
    assert getattr(ecogview, name) is not None


def test_other_names_are_attribute_errors() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Datafile'"):
        _ = ecogview.Datafile


def test_importing_costs_nothing() -> None:
    assert not {"numpy", "numba", "scipy", "PyQt6", "psygnal"} & loaded_after("import ecogview")


def test_data_needs_no_qt() -> None:
    code = "from ecogview import DataFile, grow_bool_array, open_recording, read_mask, write_mask"
    assert not {"numba", "scipy", "PyQt6", "psygnal"} & loaded_after(code)


def test_the_package_is_typed() -> None:
    assert (PACKAGE / "py.typed").is_file()


@pytest.mark.parametrize(
    "banned",
    [r"pickle\.loads?\b", r"\bUnpickler\b", r"\ballow_pickle\s*=\s*True", r"\bmemmap\b",
     r"\bimport mmap\b"],
)  # fmt: skip
def test_what_could_run_or_kill_is_not_in_the_source(banned: str) -> None:
    found = [
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if re.search(banned, path.read_text(encoding="utf-8"))
    ]
    assert found == []
