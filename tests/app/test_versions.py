"""Two programs with one mask: whichever way it is answered, nothing is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

import ecogview
from ecogview.app import leaving, saving
from ecogview.app.viewer import Viewer
from ecogview.app.wiring import Workbench
from tests.app.safe_desk import (
    HF,
    MASK_NAME,
    THEIRS,
    Said,
    asked,
    bench_of,
    look,
    masked,
    press,
    saved_by_another,
    spans_in,
)
from tests.app.windows import a_recording


@pytest.fixture
def mask(tmp_path: Path) -> Path:
    return tmp_path / MASK_NAME


@pytest.fixture
def viewer(show: Callable[..., Viewer], tmp_path: Path) -> Viewer:
    viewer = show(a_recording(tmp_path, mask=masked(hf=HF)))
    bench_of(viewer)
    viewer.mark_channel("E07")
    viewer.mark_span(5.0, 6.0)
    return viewer


@pytest.fixture
def bench(viewer: Viewer) -> Workbench:
    return viewer._bench


MINE, HF_S, THEIRS_S = (5.0, 6.0), (1.0, 2.0), (20.0, 20.5)


def test_keeping_mine_keeps_theirs_beside(
    viewer: Viewer, bench: Workbench, qtbot: QtBot, mask: Path
) -> None:
    theirs, said = saved_by_another(mask, sat=THEIRS), Said(bench)
    press(qtbot, bench, "mine")
    qtbot.waitUntil(lambda: not viewer.is_modified)
    assert spans_in(mask) == [HF_S, MINE]
    assert mask.with_name(f"{MASK_NAME}.2.bak").read_bytes() == theirs
    assert any(f"{MASK_NAME}.2.bak" in text for text in said.texts)


def test_loading_theirs_can_be_undone(
    viewer: Viewer, bench: Workbench, qtbot: QtBot, mask: Path
) -> None:
    theirs = saved_by_another(mask, sat=THEIRS)
    press(qtbot, bench, "theirs")
    assert viewer.bad_spans == [THEIRS_S]
    assert viewer.bad_channels == []
    assert not viewer.is_modified
    assert bench.undo_stack.isClean()
    assert mask.read_bytes() == theirs
    viewer.undo()
    assert viewer.bad_spans == [HF_S, MINE]
    assert viewer.bad_channels == ["E07"]
    assert viewer.is_modified
    viewer.undo()  # and so do the steps before
    assert viewer.bad_spans == [HF_S]
    viewer.redo()
    viewer.save_mask()
    assert spans_in(mask) == [HF_S, MINE]


@pytest.mark.parametrize("answer", ["theirs", "both"])
def test_undoing_a_take_over_and_saving_keeps_theirs_beside(
    viewer: Viewer, bench: Workbench, qtbot: QtBot, mask: Path, answer: str
) -> None:
    theirs, said = saved_by_another(mask, hf=HF, sat=THEIRS), Said(bench)
    press(qtbot, bench, answer)
    if answer == "both":
        viewer.save_mask()  # has all of theirs: no copy of it is needed
        assert not mask.with_name(f"{MASK_NAME}.2.bak").exists()
    held = mask.read_bytes()
    viewer.undo()
    bench.actions["save_mask"].trigger()
    qtbot.waitUntil(lambda: not viewer.is_modified)
    assert spans_in(mask) == [HF_S, MINE]
    assert mask.with_name(f"{MASK_NAME}.2.bak").read_bytes() == held
    assert THEIRS_S in spans_in(mask.with_name(f"{MASK_NAME}.2.bak"))
    assert (held == theirs) == (answer == "theirs")
    assert any(f"kept as {MASK_NAME}.2.bak" in text for text in said.texts)
    viewer.mark_span(9.0, 9.5)
    viewer.save_mask()
    assert not mask.with_name(f"{MASK_NAME}.3.bak").exists()


def test_what_was_loaded_as_noticed_is_kept_as_well(
    viewer: Viewer, bench: Workbench, qtbot: QtBot, mask: Path
) -> None:
    said, theirs = Said(bench), saved_by_another(mask, hf=HF, sat=THEIRS)
    look(qtbot, bench)
    said.press("mask on disk", "Load it")
    qtbot.waitUntil(lambda: THEIRS_S in viewer.bad_spans)
    viewer.undo()
    bench.saving.save(overwrite=True)
    qtbot.waitUntil(lambda: not viewer.is_modified)
    assert mask.with_name(f"{MASK_NAME}.2.bak").read_bytes() == theirs


def test_the_same_marks_are_no_question(
    viewer: Viewer, bench: Workbench, qtbot: QtBot, mask: Path
) -> None:
    held = masked(hf=(5000, 6000))
    held["hf"][1000:2000] = True
    held["ch"][3] = True
    held["manual"] = masked(hf=(5000, 6000))["hf"]
    ecogview.write_mask(mask, held)
    theirs = mask.read_bytes()
    bench.actions["save_mask"].trigger()
    qtbot.waitUntil(lambda: not viewer.is_modified)
    assert bench.safekeeping.versions.dialog is None
    assert mask.read_bytes() == theirs


def test_the_question_says_where_the_changes_are_and_shows_them(
    viewer: Viewer, bench: Workbench, qtbot: QtBot, mask: Path
) -> None:
    saved_by_another(mask, hf=HF, sat=THEIRS)
    dialog = asked(qtbot, bench)
    said = [label.text() for label in dialog.findChildren(QLabel)]
    assert "1 span added (1.0 s), 1 channel bad; first at 0:05.000, manual" in said
    assert "1 span added (0.5 s); first at 0:20.000, sat" in said
    assert (
        "1 span added (0.5 s), 1 removed (1.0 s), 1 channel good; first at 0:05.000, sat, manual"
        in said
    )
    told = Said(bench)
    qtbot.mouseClick(dialog.buttons["show"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "mask on disk" in told.standing)
    assert bench.session.shows_changes
    assert bench.session.compared_mask is not None
    assert viewer.is_modified


def test_taking_both_makes_my_changes_to_theirs(
    viewer: Viewer, bench: Workbench, qtbot: QtBot, mask: Path
) -> None:
    saved_by_another(mask, hf=HF, sat=THEIRS)
    press(qtbot, bench, "both")
    assert viewer.bad_spans == [HF_S, MINE, THEIRS_S]
    assert viewer.bad_channels == ["E07"]
    assert viewer.is_modified
    assert not bench.undo_stack.isClean()
    viewer.save_mask()
    assert spans_in(mask) == [HF_S, MINE, THEIRS_S]
    viewer.undo()
    assert viewer.bad_spans == [HF_S, MINE]


def test_cancelling_and_closing_the_dialog_write_nothing(
    viewer: Viewer, bench: Workbench, qtbot: QtBot, mask: Path
) -> None:
    theirs = saved_by_another(mask, sat=THEIRS)
    press(qtbot, bench, "cancel")
    dialog = asked(qtbot, bench)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: bench.safekeeping.versions.dialog is None)
    dialog = asked(qtbot, bench)
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bench.safekeeping.versions.dialog is None)
    assert mask.read_bytes() == theirs
    assert viewer.bad_spans == [HF_S, MINE]
    assert viewer.is_modified


def test_a_copy_leaves_theirs_and_counts_as_a_place(
    viewer: Viewer,
    bench: Workbench,
    qtbot: QtBot,
    mask: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    theirs, copy = saved_by_another(mask, sat=THEIRS), tmp_path / "mine.mask.pkl"
    monkeypatch.setattr(saving.QFileDialog, "getSaveFileName", lambda *_: (str(copy), ""))
    press(qtbot, bench, "copy")
    qtbot.waitUntil(copy.exists)
    qtbot.waitUntil(lambda: bench.saving._copied is not None)
    assert mask.read_bytes() == theirs
    assert spans_in(copy) == [HF_S, MINE]
    assert ecogview.read_mask(copy)["ch"].tolist() == [False, False, False, True, False, False]
    assert viewer.is_modified
    told: list[Path | None] = []
    monkeypatch.setattr(
        leaving, "ask_about_unsaved", lambda _parent, _name, place: told.append(place) or "cancel"
    )
    bench.window.close()
    viewer.mark_channel("E01")
    bench.window.close()
    assert told == [copy, None]  # the copy lacks the newest mark


def test_a_copy_onto_the_mask_itself_is_a_save_that_asks(
    bench: Workbench, qtbot: QtBot, mask: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = saved_by_another(mask, sat=THEIRS)
    monkeypatch.setattr(saving.QFileDialog, "getSaveFileName", lambda *_: (str(mask), ""))
    bench.saving.save_copy()
    qtbot.waitUntil(lambda: bench.safekeeping.versions.dialog is not None)
    bench.safekeeping.versions.dialog.close()
    assert mask.read_bytes() == theirs


def test_a_removed_mask_is_written_anew(
    viewer: Viewer, bench: Workbench, qtbot: QtBot, mask: Path
) -> None:
    mask.unlink()
    dialog = asked(qtbot, bench)
    assert set(dialog.buttons) == {"mine", "copy", "cancel"}
    qtbot.mouseClick(dialog.buttons["mine"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not viewer.is_modified)
    assert spans_in(mask) == [HF_S, MINE]


def test_theirs_that_cannot_be_read_can_be_kept_beside(
    viewer: Viewer, bench: Workbench, qtbot: QtBot, mask: Path
) -> None:
    mask.write_bytes(b"half written")
    dialog = asked(qtbot, bench)
    assert "theirs" not in dialog.buttons
    qtbot.mouseClick(dialog.buttons["mine"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not viewer.is_modified)
    assert mask.with_name(f"{MASK_NAME}.2.bak").read_bytes() == b"half written"


def test_leaving_goes_on_only_once_it_is_saved(
    viewer: Viewer, bench: Workbench, qtbot: QtBot, mask: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved_by_another(mask, sat=THEIRS)
    monkeypatch.setattr(leaving, "ask_about_unsaved", lambda *_: "save")
    left: list[bool] = []
    for answer, expected in (("theirs", [True]), ("mine", [True, True])):
        bench.saving.ask_before_leaving(bench.window, lambda: left.append(True))
        qtbot.waitUntil(lambda: bench.safekeeping.versions.dialog is not None)
        bench.safekeeping.versions.dialog.buttons[answer].click()
        qtbot.waitUntil(lambda: not bench.saving.is_busy and not viewer.is_modified)
        assert left == expected
        viewer.undo()
        saved_by_another(mask, sat=(7, 9))


# -- saves that follow each other


def test_two_saves_in_a_row_are_no_conflict(
    viewer: Viewer, bench: Workbench, qtbot: QtBot, mask: Path
) -> None:
    failures: list[Exception | None] = []
    bench.saving.write(None, failures.append)
    viewer.mark_span(7.0, 8.0)
    bench.saving.write(None, failures.append)
    bench.saving.write(None, failures.append)
    qtbot.waitUntil(lambda: len(failures) == 3)
    assert failures == [None, None, None]
    assert not viewer.is_modified
    assert spans_in(mask) == [HF_S, MINE, (7.0, 8.0)]


def test_a_save_that_takes_long_says_so(
    viewer: Viewer, bench: Workbench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    said, go_on, save = Said(bench), threading.Event(), saving.save_tracks
    monkeypatch.setattr(
        saving, "save_tracks", lambda *args, **kwargs: go_on.wait(5) and save(*args, **kwargs)
    )
    bench.saving._slow.setInterval(1)
    bench.saving.save()
    qtbot.waitUntil(lambda: "Saving the mask …" in said.texts)
    go_on.set()
    qtbot.waitUntil(lambda: not viewer.is_modified)
    assert said[-1].text.startswith("Mask saved to ")


def test_reverting_is_one_step(viewer: Viewer, bench: Workbench) -> None:
    bench.actions["revert"].trigger()
    assert viewer.bad_spans == [HF_S]
    assert viewer.bad_channels == []
    assert not viewer.is_modified
    assert bench.undo_stack.undoText() == "Reverted to the saved mask"
    viewer.undo()
    assert viewer.bad_spans == [HF_S, MINE]
    viewer.redo()
    said = Said(bench)
    bench.actions["revert"].trigger()
    assert said.texts == ["The marks are as they were saved"]
