"""The walk through a folder tree; `test_folder_scan` has what the window makes of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ecogview.data.exporters import placing
from ecogview.errors import EcogviewError
from ecogview.services.recording_walk import recordings_below


def place(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_files_come_before_folders_and_numbers_in_their_order(tmp_path: Path) -> None:
    place(tmp_path, "day10/a.dat", "day9/b.dat", "day9/sub.dat/c.dat", "z.dat", "notes.txt")
    place(tmp_path, ".trash/d.dat", "day9/.e.dat")
    found = [path.relative_to(tmp_path) for path in recordings_below(tmp_path)]
    names = ["z.dat", "day9/b.dat", "day9/sub.dat/c.dat", "day10/a.dat"]
    assert found == [Path(name) for name in names]


def test_a_folder_that_cannot_be_read_does_not_end_the_walk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place(tmp_path, "1/a.dat", "2/b.dat")
    real = os.scandir

    def refused(folder: Path) -> object:
        if folder == tmp_path / "1":
            raise PermissionError(13, "Permission denied")
        return real(folder)

    monkeypatch.setattr(os, "scandir", refused)
    problem, found = recordings_below(tmp_path)
    assert isinstance(problem, EcogviewError)
    assert (problem.path, problem.reason) == (tmp_path / "1", "cannot be read: Permission denied")
    assert found == tmp_path / "2" / "b.dat"


def test_giving_up(tmp_path: Path) -> None:
    place(tmp_path, "a.dat", "1/b.dat")
    is_stale = iter([False, True])
    assert list(recordings_below(tmp_path, lambda: next(is_stale))) == [tmp_path / "a.dat"]


def test_a_recording_that_a_dead_export_was_replacing_is_put_back(tmp_path: Path) -> None:
    """As a kill between putting the old set aside and placing the new one leaves it."""
    host = placing._HOST
    workshop = tmp_path / f".a.dat.{host}-{os.getpid()}-1-89abcdef.ecogview-export"
    place(workshop, ".replaced/a.dat", ".replaced/a.mask.pkl", "a.dat", "a.mask.pkl")
    (workshop / ".names").write_text('{"a.mask.pkl": [1, 2, 3], "a.dat": [4, 5, 6]}')
    place(tmp_path, "other/b.dat")
    found = [path.relative_to(tmp_path) for path in recordings_below(tmp_path)]
    assert found == [Path("a.dat"), Path("other/b.dat")]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.dat", "a.mask.pkl", "other"]


def test_an_export_at_work_is_left_alone(tmp_path: Path) -> None:
    place(tmp_path, "a.dat")
    with placing.workshop_beside(tmp_path / "b.dat") as workshop:
        place(workshop, "b.dat")
        assert list(recordings_below(tmp_path)) == [tmp_path / "a.dat"]
        assert (workshop / "b.dat").exists()
