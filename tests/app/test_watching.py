"""What becomes of the mask on the disk while it is open: noticed, told, answered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ecogview.app import saving
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

MINE, HF_S, THEIRS_S = (5.0, 6.0), (1.0, 2.0), (20.0, 20.5)


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


# -- the folder is gone


def unplug(mask: Path) -> Path:
    return mask.parent.rename(mask.parent.with_name(f"{mask.parent.name}-unplugged"))


def test_an_unplugged_drive_is_no_doing_of_another_program(
    viewer: Viewer,
    bench: Workbench,
    qtbot: QtBot,
    mask: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said, there, before = Said(bench), mask.parent, mask.read_bytes()
    away = unplug(mask)
    look(qtbot, bench, times=2)
    bar = said.standing["mask on disk"]
    assert "folder of the mask is gone" in bar.text
    assert str(there) in bar.detail
    assert "still here" in bar.detail
    assert [action.text for action in bar.actions] == ["Save a copy …"]
    dialog = asked(qtbot, bench)
    assert set(dialog.buttons) == {"copy", "cancel"}
    copy = tmp_path_factory.mktemp("other") / "mine.mask.pkl"
    monkeypatch.setattr(saving.QFileDialog, "getSaveFileName", lambda *_: (str(copy), ""))
    qtbot.mouseClick(dialog.buttons["copy"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not bench.saving.is_at_work and copy.exists())
    assert spans_in(copy) == [HF_S, MINE]
    bench.saving.save(overwrite=True)  # "Keep mine" of a dialog from before
    qtbot.waitUntil(lambda: "save" in said.standing)
    assert f"its folder {there} is missing" in said.standing["save"].detail
    assert "Save a copy …" in [action.text for action in said.standing["save"].actions]
    away.rename(there)
    look(qtbot, bench)
    assert "mask on disk" not in said.standing
    assert mask.read_bytes() == before
    viewer.save_mask()
    assert spans_in(mask) == [HF_S, MINE]


# -- noticed while open


@pytest.mark.parametrize("answer", ["mine", "theirs"])
def test_what_was_noticed_goes_with_the_answer(
    viewer: Viewer, bench: Workbench, qtbot: QtBot, mask: Path, answer: str
) -> None:
    said = Said(bench)
    saved_by_another(mask, sat=THEIRS)
    look(qtbot, bench)
    press(qtbot, bench, "cancel")
    assert "mask on disk" in said.standing
    press(qtbot, bench, answer)
    qtbot.waitUntil(lambda: not viewer.is_modified)
    assert "mask on disk" not in said.standing


def test_a_change_on_the_disk_is_noticed_and_loaded_with_mine(
    viewer: Viewer, bench: Workbench, qtbot: QtBot, mask: Path
) -> None:
    said = Said(bench)
    look(qtbot, bench)
    assert "mask on disk" not in said.standing
    saved_by_another(mask, hf=HF, sat=THEIRS)
    look(qtbot, bench, times=2)
    assert [m.text for m in said].count(
        "The mask on the disk was changed by another program."
    ) == 1  # told once
    assert "unsaved" in said.standing["mask on disk"].detail
    said.press("mask on disk", "Load it")
    qtbot.waitUntil(lambda: THEIRS_S in viewer.bad_spans)
    assert viewer.bad_spans == [HF_S, MINE, THEIRS_S]
    assert viewer.bad_channels == ["E07"]
    look(qtbot, bench)
    assert "mask on disk" not in said.standing
    viewer.undo()
    assert viewer.bad_spans == [HF_S, MINE]


def test_the_difference_is_shown_and_the_offer_stays(
    viewer: Viewer, bench: Workbench, qtbot: QtBot, mask: Path
) -> None:
    said, session = Said(bench), bench.session
    saved_by_another(mask, hf=HF, sat=THEIRS)
    look(qtbot, bench)
    said.press("mask on disk", "Show difference")
    qtbot.waitUntil(lambda: session.compared_mask is not None)
    assert session.shows_changes
    assert not bench.safekeeping.panel.is_folded
    assert [list(edit.added) for edit in session.changes.tracks if edit.added] == [[THEIRS]]
    assert session.changes.made_good == (3,)
    said.press("mask on disk", "Keep mine")
    qtbot.waitUntil(lambda: not viewer.is_modified)
    assert spans_in(mask) == [HF_S, MINE]
    assert spans_in(mask.with_name(f"{MASK_NAME}.2.bak")) == [HF_S, THEIRS_S]


def test_what_was_saved_here_is_no_change(
    viewer: Viewer, bench: Workbench, qtbot: QtBot, mask: Path
) -> None:
    said = Said(bench)
    viewer.save_mask()
    look(qtbot, bench)
    touched = mask.read_bytes()
    mask.write_bytes(touched)  # other times, same content
    look(qtbot, bench, times=2)
    assert "mask on disk" not in said.standing


def test_a_mask_that_is_gone_for_a_moment_is_not_told(
    bench: Workbench, qtbot: QtBot, mask: Path
) -> None:
    said, content = Said(bench), mask.read_bytes()
    mask.unlink()
    look(qtbot, bench)
    assert "mask on disk" not in said.standing
    look(qtbot, bench)
    assert "removed" in said.standing["mask on disk"].text
    mask.write_bytes(content)
    look(qtbot, bench)
    assert "mask on disk" not in said.standing


def test_a_mask_that_appears(show: Callable[..., Viewer], qtbot: QtBot, tmp_path: Path) -> None:
    viewer = show(a_recording(tmp_path))
    bench = bench_of(viewer)
    said = Said(bench)
    saved_by_another(tmp_path / MASK_NAME, sat=THEIRS)
    look(qtbot, bench)
    assert said.standing["mask on disk"].detail == ""
    said.press("mask on disk", "Load it")
    qtbot.waitUntil(lambda: viewer.bad_spans == [THEIRS_S])
    assert not viewer.is_modified
