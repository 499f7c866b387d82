"""Whether the mask on the disk is the version that is open."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from ecogview.data.file_signature import FileSignature
from ecogview.services.mask_watch import MaskState, MaskWatch


@pytest.fixture
def watch(qtbot: QtBot) -> Iterator[MaskWatch]:
    watch = MaskWatch()
    yield watch
    watch.close()
    watch.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "rec001.mask.pkl"
    path.write_bytes(b"first")
    return path


def looked(qtbot: QtBot, watch: MaskWatch, path: Path, expected: FileSignature | None) -> MaskState:
    with qtbot.waitSignal(watch.looked) as heard:
        watch.look(path, expected)
    state = heard.args[0]
    assert state.path == path
    assert state.expected is expected
    return state


def test_the_same_version_is_no_change(watch: MaskWatch, path: Path, qtbot: QtBot) -> None:
    assert looked(qtbot, watch, path, FileSignature.read(path)).change is None


def test_changed_removed_appeared(watch: MaskWatch, path: Path, qtbot: QtBot) -> None:
    expected = FileSignature.read(path)
    path.write_bytes(b"other")
    first = looked(qtbot, watch, path, expected)
    assert first.change == "changed"
    path.write_bytes(b"yet another")
    assert looked(qtbot, watch, path, expected) != first
    assert looked(qtbot, watch, path, None).change == "appeared"
    path.unlink()
    assert looked(qtbot, watch, path, expected).change == "removed"
    assert looked(qtbot, watch, path, None).change is None
    path.parent.rename(path.parent.with_name("unplugged"))
    assert looked(qtbot, watch, path, expected).change == "unreachable"


def test_content_decides_and_is_read_once(
    watch: MaskWatch, path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = FileSignature.read(path)
    os.utime(path, ns=(7_000_000_000, 7_000_000_000))
    read: list[object] = []
    once = FileSignature.read
    monkeypatch.setattr(FileSignature, "read", lambda path: read.append(path) or once(path))
    for _ in range(3):
        assert looked(qtbot, watch, path, expected).change is None
    assert len(read) == 1


def test_where_nothing_can_be_told_nothing_is(
    watch: MaskWatch, path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = FileSignature.read(path)
    heard: list[MaskState] = []
    watch.looked.connect(heard.append)

    def unreachable(path: object) -> FileSignature:
        raise OSError("no such share")

    of = FileSignature.of
    monkeypatch.setattr(FileSignature, "of", unreachable)
    watch.look(path, expected)
    qtbot.waitUntil(lambda: watch._worker is not None and watch._worker._task is None)
    monkeypatch.setattr(FileSignature, "of", of)
    looked(qtbot, watch, path, None)
    assert [state.change for state in heard] in (["appeared"], [None, "appeared"])


def test_closed_it_looks_no_more(path: Path) -> None:
    watch = MaskWatch()
    watch.close()
    watch.look(path, None)
    assert watch._worker is None
