"""A recording in a read-only folder: its mask gets another place, and is found there again."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

import ecogview
from ecogview.app.mask_places import is_refusal
from ecogview.app.viewer import Viewer
from ecogview.data.mask_elsewhere import entry_of, mask_elsewhere, remember_elsewhere
from ecogview.errors import MaskFileError
from ecogview.views.message_bar import MessageBar
from tests.app.safe_desk import MASK_NAME, Said, bench_of, masked, saved_by_another
from tests.app.windows import a_recording
from tests.read_only import read_only


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "share"


@pytest.fixture
def recording(folder: Path) -> Path:
    return a_recording(folder)


@pytest.fixture
def locked(recording: Path, folder: Path) -> Iterator[None]:
    with read_only(folder):
        yield


def press(qtbot: QtBot, viewer: Viewer, word: str) -> None:
    """Click a button of the bar above the traces."""
    bar = viewer.main_window.findChild(MessageBar)
    qtbot.waitUntil(lambda: bar.message is not None)
    buttons = [b for b in bar.findChildren(QPushButton) if b.text() == word and b.isVisible()]
    qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)


def marked(show: Callable[..., Viewer], recording: Path) -> Viewer:
    viewer = show(recording)
    bench_of(viewer)
    viewer.mark_channel("E07")
    viewer.mark_span(5.0, 6.0)
    return viewer


def refused(qtbot: QtBot, viewer: Viewer) -> Said:
    said = Said(viewer._bench)
    viewer._bench.actions["save_mask"].trigger()
    qtbot.waitUntil(lambda: "save" in said.standing)
    return said


@pytest.mark.usefixtures("locked")
def test_it_is_kept_elsewhere_and_found_again_everywhere(
    show: Callable[..., Viewer], recording: Path, folder: Path, qtbot: QtBot
) -> None:
    viewer = marked(show, recording)
    said = refused(qtbot, viewer)
    assert "read-only" in said.standing["save"].text
    assert "Your marks are safe" in said.standing["save"].text
    assert viewer.is_modified
    press(qtbot, viewer, "Keep it elsewhere")
    qtbot.waitUntil(lambda: not viewer.is_modified)
    place = mask_elsewhere(recording)
    assert place is not None
    assert place.name == MASK_NAME
    assert f"Mask saved: {place}" in said.texts
    assert "save" not in said.standing
    assert "mask kept elsewhere" in viewer.main_window._title.text()  # type: ignore[attr-defined]
    assert str(place) in viewer.main_window._title.toolTip()  # type: ignore[attr-defined]
    assert [path.name for path in folder.iterdir() if "mask" in path.name] == []
    # From now on it is saved there, and changes there are noticed.
    viewer.mark_channel("E09")
    viewer.save_mask()
    assert ecogview.read_mask(place)["ch"].tolist() == [False, False, False, True, True, False]
    viewer.close()

    with ecogview.DataFile(recording) as data_file:
        assert data_file.mask_file_path == place
        assert data_file.bad_channels == ["E07", "E09"]
        assert data_file.bad_spans == [(5.0, 6.0)]
        assert any("not beside the recording" in text for text in data_file.warnings)
    again = show(recording)
    bench = bench_of(again)
    assert again.bad_channels == ["E07", "E09"]
    assert not again.is_modified
    assert "mask kept elsewhere" in bench.window._title.text()
    entries = bench.browser._model.entries
    qtbot.waitUntil(lambda: entries()[0].mask_elsewhere == place)
    assert entries()[0].masked_fraction == pytest.approx(1 / 30)


@pytest.mark.usefixtures("locked")
def test_a_place_can_be_chosen(
    show: Callable[..., Viewer], recording: Path, tmp_path: Path, qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    chosen = tmp_path / "mine" / "own.mask.pkl"
    chosen.parent.mkdir()
    chosen.write_bytes(b"of somebody else")
    viewer = marked(show, recording)
    refused(qtbot, viewer)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(chosen), ""))
    press(qtbot, viewer, "Choose a place …")
    qtbot.waitUntil(lambda: not viewer.is_modified)
    assert mask_elsewhere(recording) == chosen
    assert ecogview.read_mask(chosen)["ch"].any()
    assert chosen.with_name("own.mask.pkl.2.bak").read_bytes() == b"of somebody else"


def test_a_mask_that_is_there_but_read_only_is_carried_over_whole(
    show: Callable[..., Viewer], folder: Path, qtbot: QtBot
) -> None:
    recording = a_recording(folder, mask={**masked(hf=(1000, 2000)), "who": "the detector"})
    mask = folder / MASK_NAME
    before = mask.read_bytes()
    with read_only(folder):
        viewer = marked(show, recording)
        refused(qtbot, viewer)
        press(qtbot, viewer, "Keep it elsewhere")
        qtbot.waitUntil(lambda: not viewer.is_modified)
    place = mask_elsewhere(recording)
    assert place is not None
    assert ecogview.read_mask(place)["who"] == "the detector"
    assert mask.read_bytes() == before
    viewer.close()
    again = show(recording)
    said = Said(again._bench)
    bench_of(again)
    qtbot.waitUntil(lambda: "mask place" in said.standing)
    assert "two masks" in said.standing["mask place"].text
    assert again.bad_spans == [(1.0, 2.0), (5.0, 6.0)]
    said.press("mask place", "Look beside the recording")
    qtbot.waitUntil(lambda: again.bad_spans == [(1.0, 2.0)])
    assert place.exists()
    assert mask_elsewhere(recording) is None


@pytest.mark.parametrize("has_other", [False, True])
def test_it_is_moved_beside_once_that_can_be_written(
    show: Callable[..., Viewer], folder: Path, qtbot: QtBot, has_other: bool
) -> None:
    recording = a_recording(folder, mask=masked(hf=(1000, 2000)) if has_other else None)
    mask = folder / MASK_NAME
    before = mask.read_bytes() if has_other else b""
    with read_only(folder):
        viewer = marked(show, recording)
        refused(qtbot, viewer)
        press(qtbot, viewer, "Keep it elsewhere")
        qtbot.waitUntil(lambda: not viewer.is_modified)
        viewer.close()
    place = mask_elsewhere(recording)
    assert place is not None
    again = show(recording)
    said = Said(again._bench)
    bench_of(again)
    qtbot.waitUntil(lambda: "mask place" in said.standing)
    said.press("mask place", "Move it beside the recording")
    qtbot.waitUntil(lambda: again._bench.session.mask_path == mask)
    assert mask_elsewhere(recording) is None
    assert ecogview.read_mask(mask)["ch"].sum() == 1
    assert place.exists()
    if has_other:
        assert mask.with_name(f"{MASK_NAME}.2.bak").read_bytes() == before
    assert "mask place" not in said.standing
    assert not again.is_modified
    again.mark_channel("E01")
    again.save_mask()
    assert ecogview.read_mask(mask)["ch"].sum() == 2


@pytest.mark.parametrize("amiss", ["read-only", "changed there"])
def test_a_move_that_fails_leaves_it_where_it_is(
    show: Callable[..., Viewer], recording: Path, folder: Path, qtbot: QtBot, amiss: str
) -> None:
    viewer = marked(show, recording)
    place = folder.parent / "elsewhere.mask.pkl"
    viewer._bench.places.keep_in(place)
    qtbot.waitUntil(lambda: not viewer.is_modified)
    said = Said(viewer._bench)
    if amiss == "changed there":
        saved_by_another(place, hf=(3, 9))
        viewer._bench.places.move_beside()
        qtbot.waitUntil(lambda: "mask place" in said.standing)
    else:
        with read_only(folder):
            viewer._bench.places.move_beside()
            qtbot.waitUntil(lambda: "mask place" in said.standing)
    assert "kept where it was" in said.standing["mask place"].text
    assert mask_elsewhere(recording) == place
    assert not (folder / MASK_NAME).exists()


def test_one_that_is_gone_is_an_error_and_not_no_mask(
    show: Callable[..., Viewer], recording: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    remember_elsewhere(recording, tmp_path / "unplugged" / MASK_NAME)
    viewer = show(recording)
    said = Said(viewer._bench)
    assert viewer.wait_until_drawn()
    qtbot.waitUntil(lambda: "mask" in said.standing)
    assert "unplugged" in said.standing["mask"].detail
    assert viewer._bench.session.mask is None
    with ecogview.DataFile(recording) as data_file, pytest.raises(MaskFileError):
        _ = data_file.data_mask
    press(qtbot, viewer, "Look beside the recording")
    qtbot.waitUntil(lambda: viewer._bench.session.mask is not None)
    assert mask_elsewhere(recording) is None


def test_an_entry_that_cannot_be_read_is_told_and_can_be_dropped(
    show: Callable[..., Viewer], recording: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    remember_elsewhere(recording, tmp_path / MASK_NAME)
    entry_of(recording).write_bytes(b"{")
    viewer = show(recording)
    assert viewer.wait_until_drawn()
    with ecogview.DataFile(recording) as data_file, pytest.raises(MaskFileError, match="JSON"):
        _ = data_file.bad_channels
    press(qtbot, viewer, "Look beside the recording")
    qtbot.waitUntil(lambda: viewer._bench.session.mask is not None)


@pytest.mark.usefixtures("locked")
def test_where_the_other_place_fails_too_the_marks_stay(
    show: Callable[..., Viewer], recording: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    viewer = marked(show, recording)
    said = refused(qtbot, viewer)
    viewer._bench.places.keep_in(tmp_path / "none" / "mask.pkl")
    qtbot.waitUntil(lambda: "not saved" in said.standing["save"].text)
    assert viewer.is_modified
    assert mask_elsewhere(recording) is None


@pytest.mark.usefixtures("locked")
def test_a_second_save_there_notices_another_program(
    show: Callable[..., Viewer], recording: Path, qtbot: QtBot
) -> None:
    viewer = marked(show, recording)
    refused(qtbot, viewer)
    press(qtbot, viewer, "Keep it elsewhere")
    qtbot.waitUntil(lambda: not viewer.is_modified)
    place = mask_elsewhere(recording)
    assert place is not None
    theirs = saved_by_another(place, hf=(0, 10))
    viewer.mark_channel("E01")
    with pytest.raises(MaskFileError, match="changed since"):
        viewer.save_mask()
    assert place.read_bytes() == theirs


def test_what_is_a_refusal() -> None:
    def failure(code: int) -> MaskFileError:
        error = MaskFileError("mask", "cannot be written")
        error.__cause__ = OSError(code, "as the system says")
        return error

    assert is_refusal(failure(errno.EROFS))
    assert is_refusal(failure(errno.EACCES))
    assert not is_refusal(failure(errno.ENOSPC))
    assert is_refusal(MaskFileError("mask", "is read-only"))
    assert not is_refusal(MaskFileError("mask", "is not a regular file"))
    assert not is_refusal(OSError(errno.EACCES, "not of a save"))


def test_a_full_disk_offers_no_other_place(
    show: Callable[..., Viewer], recording: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        error = MaskFileError(MASK_NAME, "cannot be written (No space left on device)")
        raise error from OSError(errno.ENOSPC, "No space left on device")

    viewer = marked(show, recording)
    monkeypatch.setattr("ecogview.app.saving.save_tracks", full)
    said = refused(qtbot, viewer)
    assert [a.text for a in said.standing["save"].actions] == ["Try again", "Save a copy …"]
