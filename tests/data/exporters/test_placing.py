"""Files that appear whole and together or not at all, whenever the writer dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ecogview.data.exporters import placing
from ecogview.data.exporters.placing import place, sweep, workshop_beside
from ecogview.errors import ExportError

NAMES = ("a.json", "a.pkl", "a.dat")  # the main one last
OLD = {name: f"old {name}".encode() for name in NAMES}
NEW = {name: f"new {name}".encode() for name in NAMES}


def make(folder: Path, contents: dict[str, bytes]) -> None:
    for name, content in contents.items():
        (folder / name).write_bytes(content)


def held(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def hidden(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


def put(folder: Path, names: tuple[str, ...] = NAMES, *, force: bool = False) -> None:
    files = [folder / name for name in names]
    with workshop_beside(files[-1]) as workshop:
        make(workshop, {name: NEW[name] for name in names})
        place(workshop, files, force=force)


@pytest.mark.parametrize("names", [NAMES, NAMES[-1:]])
@pytest.mark.parametrize("old", [{}, OLD, {"a.json": b"old a.json"}])
def test_all_take_their_places(
    tmp_path: Path, names: tuple[str, ...], old: dict[str, bytes]
) -> None:
    make(tmp_path, old)
    put(tmp_path, names, force=bool(old))
    assert held(tmp_path) == {**old, **{name: NEW[name] for name in names}}
    assert not hidden(tmp_path)


@pytest.mark.parametrize("taken", NAMES)
def test_without_force_nothing_is_replaced(tmp_path: Path, taken: str) -> None:
    make(tmp_path, {taken: b"old"})
    with pytest.raises(ExportError, match="exists already"):
        put(tmp_path)
    assert held(tmp_path) == {taken: b"old"}
    assert not hidden(tmp_path)


@pytest.mark.parametrize("force", [False, True])
def test_a_disk_without_hard_links_does_too(
    tmp_path: Path, force: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    make(tmp_path, OLD if force else {})
    put(tmp_path, force=force)
    assert held(tmp_path) == NEW
    with pytest.raises(ExportError, match="exists already"):
        put(tmp_path, NAMES[-1:])
    assert held(tmp_path) == NEW


@pytest.mark.parametrize("old", [{}, OLD, {"a.json": b"old a.json"}, {"a.dat": b"old a.dat"}])
@pytest.mark.parametrize("failing", range(8))
def test_what_fails_is_undone(
    tmp_path: Path, old: dict[str, bytes], failing: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The moves fail one after the other, with a disk that is gone."""
    make(tmp_path, old)
    calls = iter(range(100))
    link, rename = Path.hardlink_to, Path.rename

    def failing_link(path: Path, target: Path) -> None:
        if next(calls) == failing:
            raise OSError(5, "Input/output error")
        link(path, target)

    def failing_rename(path: Path, target: Path) -> Path:
        if next(calls) == failing:
            raise OSError(5, "Input/output error")
        return rename(path, target)

    monkeypatch.setattr(Path, "hardlink_to", failing_link)
    monkeypatch.setattr(Path, "rename", failing_rename)
    try:
        put(tmp_path, force=bool(old))
    except OSError:
        assert held(tmp_path) == old
    else:
        assert held(tmp_path) == {**old, **NEW}
    assert not hidden(tmp_path)


_VICTIM = """
import os, signal, sys
from pathlib import Path
from ecogview.data.exporters import placing
folder, names, dies_at, force = Path(sys.argv[1]), sys.argv[2].split(), int(sys.argv[3]), True
calls = iter(range(100))
def deadly(function):
    def call(*arguments, **named):
        if next(calls) == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **named)
    return call
for name in ("hardlink_to", "rename", "unlink", "replace"):
    setattr(Path, name, deadly(getattr(Path, name)))
os.fsync = deadly(os.fsync)
files = [folder / name for name in names]
with placing.workshop_beside(files[-1]) as workshop:
    for name in names:
        (workshop / name).write_bytes(f"new {name}".encode())
    placing.place(workshop, files, force=sys.argv[4] == "force")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize("old", [{}, OLD, {"a.json": b"old a.json"}])
def test_a_kill_at_any_moment_leaves_the_old_or_the_new(
    tmp_path: Path, old: dict[str, bytes]
) -> None:
    n_died = 0
    for moment in range(40):
        folder = tmp_path / str(moment)
        folder.mkdir()
        make(folder, old)
        command = [sys.executable, "-c", _VICTIM, str(folder), " ".join(NAMES), str(moment)]
        done = subprocess.run([*command, "force" if old else ""], check=False)
        if done.returncode == 0:
            assert held(folder) == {**old, **NEW}
            break
        assert done.returncode == -signal.SIGKILL
        n_died += 1
        # Whatever stands is whole, and the main file never stands among others' companions.
        now = held(folder)
        assert all(content in (OLD[name], NEW[name]) for name, content in now.items())
        if "a.dat" in now:
            assert now in ({**old, **NEW}, old)
        sweep(folder)
        assert held(folder) in (old, {**old, **NEW})
        assert not hidden(folder)
    assert n_died > 5


def test_what_is_at_work_is_not_swept(tmp_path: Path) -> None:
    target = tmp_path / "a.npy"
    with workshop_beside(target) as workshop:
        (workshop / "a.npy").write_bytes(b"half")
        assert sweep(tmp_path) == []
        assert (workshop / "a.npy").exists()
    assert not hidden(tmp_path)


def test_others_are_swept_once_they_are_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / ".a.npy.01234567-1-89abcdef.ecogview-export"
    folder.mkdir()
    (folder / "a.npy").write_bytes(b"half")
    monkeypatch.setattr(placing, "_HOST", "76543210")
    assert sweep(tmp_path) == []
    past = folder.stat().st_mtime - 90_000
    os.utime(folder / "a.npy", (past, past))
    assert sweep(tmp_path) == []
    os.utime(folder, (past, past))
    assert sweep(tmp_path) == [folder]


def test_other_hidden_files_stay(tmp_path: Path) -> None:
    for name in (".a.npy.ecogview-export", ".hidden", ".x.01234567-1-89abcdef.ecogview-tmp"):
        (tmp_path / name).write_bytes(b"")
    assert sweep(tmp_path) == []
    assert len(hidden(tmp_path)) == 3


def test_a_long_name_is_no_trouble(tmp_path: Path) -> None:
    name = "x" * 250 + ".npy"
    with workshop_beside(tmp_path / name) as workshop:
        (workshop / name).write_bytes(b"x")
        place(workshop, [tmp_path / name], force=False)
    assert held(tmp_path) == {name: b"x"}


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no process tells its start")
def test_a_number_that_another_process_has_got_since_blocks_nothing(tmp_path: Path) -> None:
    host, parent = placing._HOST, os.getppid()
    mine = tmp_path / f".a.npy.{host}-{parent}-{placing._began(parent)}-89abcdef.ecogview-export"
    gone = tmp_path / f".a.npy.{host}-{parent}-1-89abcdef.ecogview-export"
    for folder in (mine, gone):
        folder.mkdir()
    assert sweep(tmp_path) == [gone]
    assert mine.exists()


def test_a_process_that_does_not_tell_its_start_blocks_for_a_day(tmp_path: Path) -> None:
    folder = tmp_path / f".a.npy.{placing._HOST}-{os.getppid()}-89abcdef.ecogview-export"
    folder.mkdir()
    assert placing.is_leftover(folder.name)
    assert sweep(tmp_path) == []
    past = folder.stat().st_mtime - 90_000
    os.utime(folder, (past, past))
    assert sweep(tmp_path) == [folder]
