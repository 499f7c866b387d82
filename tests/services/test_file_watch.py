"""What has become of a file, told at most a second late."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ecogview.services import file_watch
from ecogview.services.file_watch import FileChange, FileWatch


class Clock:
    """Stands still until it is set on; seconds, as that of the computer."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def monotonic(self) -> float:
        return self.now_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(file_watch, "time", clock)
    return clock


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "folder" / "rec.dat"
    path.parent.mkdir()
    path.write_bytes(bytes(100))
    return path


def shorten(path: Path) -> None:
    os.truncate(path, 40)


def grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def replace_it(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(bytes(100))
    other.replace(path)


def rewrite(path: Path) -> None:
    before = path.stat()
    with path.open("r+b") as file:
        file.write(b"else")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))


def put_a_file_in_place_of_its_folder(path: Path) -> None:
    path.parent.rename(path.parent.with_name("elsewhere"))
    path.parent.write_bytes(b"")


@pytest.mark.parametrize(
    ("happens", "change"),
    [
        (lambda path: None, None),
        (Path.read_bytes, None),
        (Path.unlink, "removed"),
        (lambda path: path.parent.rename(path.parent.with_name("elsewhere")), "removed"),
        (replace_it, "replaced"),
        (shorten, "shorter"),
        (grow, "longer"),
        (rewrite, "rewritten"),
        pytest.param(
            put_a_file_in_place_of_its_folder,
            "unreachable",
            marks=pytest.mark.skipif(os.name == "nt", reason="Windows finds no such file"),
        ),
    ],
)
def test_changes(path: Path, happens: object, change: FileChange | None) -> None:
    watch = FileWatch.of(path)
    assert callable(happens)
    happens(path)
    assert watch.change() == change


def test_looks_once_a_second(path: Path, clock: Clock) -> None:
    watch = FileWatch.of(path)
    assert watch.change() is None
    grow(path)
    clock.now_s += 0.99
    assert watch.change() is None
    clock.now_s += 0.01
    assert watch.change() == "longer"
    shorten(path)
    assert watch.change() == "longer"
    clock.now_s += 1
    assert watch.change() == "shorter"


def test_a_drive_that_comes_back_is_as_it_was(path: Path, clock: Clock) -> None:
    watch = FileWatch.of(path)
    away = path.parent.with_name("away")
    path.parent.rename(away)
    assert watch.change() == "removed"
    away.rename(path.parent)
    clock.now_s += 1
    assert watch.change() is None


def test_a_file_that_never_was_has_not_changed(tmp_path: Path) -> None:
    watch = FileWatch.of(tmp_path / "nothing")
    (tmp_path / "nothing").write_bytes(b"now")
    assert watch.change() is None
