"""Marks that an earlier run left unsaved: offered, looked at, restored, discarded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

import ecogview
from ecogview.app.viewer import Viewer
from ecogview.services.journal import journal_folder
from ecogview.views.message_bar import MessageBar
from tests.app.safe_desk import (
    HF,
    MASK_NAME,
    THEIRS,
    Said,
    bench_of,
    journals,
    left_unsaved,
    look,
    masked,
    opened,
    saved_by_another,
)
from tests.app.windows import a_recording

KEY, START_KEY = "unsaved marks", "unsaved elsewhere"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return a_recording(tmp_path, mask=masked(hf=HF))


def test_unsaved_marks_are_offered_and_restored_as_one_step(
    show: Callable[..., Viewer], path: Path, qtbot: QtBot
) -> None:
    left_unsaved(show, path, (5, 6), (9, 9.5))
    viewer, said = opened(show, qtbot, path)
    offer = said.standing[KEY]
    assert offer.text.startswith("Marks of today ")
    assert offer.text.endswith(" were not saved: 1 channel, 2 spans. They are kept.")
    assert [action.text for action in offer.actions] == ["Restore", "Look", "Discard"]
    assert not viewer.is_modified  # nothing is applied unasked
    said.press(KEY, "Restore")
    assert viewer.bad_spans == [(1, 2), (5, 6), (9, 9.5)]
    assert viewer.bad_channels == ["E07"]
    assert viewer._bench.undo_stack.count() == 1
    viewer.undo()
    assert viewer.bad_spans == [(1, 2)]
    viewer.redo()
    assert viewer._bench.safekeeping.journaling.flush()
    assert len(journals()) == 1  # taken over: the old one has gone
    viewer.save_mask()
    assert viewer._bench.safekeeping.journaling.flush()
    assert journals() == []
    viewer.close()
    _, said = opened(show, qtbot, path)
    assert KEY not in said.standing


def test_looking_changes_nothing_and_the_offer_stays(
    show: Callable[..., Viewer], path: Path, qtbot: QtBot
) -> None:
    left_unsaved(show, path, (5, 6))
    viewer, said = opened(show, qtbot, path)
    session = viewer._bench.session
    said.press(KEY, "Look")
    assert session.shows_changes
    assert [list(edit.added) for edit in session.changes.tracks] == [[(5000, 6000)]]
    assert session.changes.made_bad == (3,)
    assert not viewer.is_modified
    assert viewer._bench.window.shows_dock
    said.press(KEY, "Restore")
    assert session.compared_mask is None
    assert viewer.bad_spans == [(1, 2), (5, 6)]


def test_discarding_can_be_taken_back(
    show: Callable[..., Viewer], path: Path, qtbot: QtBot
) -> None:
    left_unsaved(show, path, (5, 6))
    viewer, said = opened(show, qtbot, path)
    said.press(KEY, "Discard")
    assert KEY not in said.standing
    assert len(journals()) == 1
    said[-1].actions[0].run()
    said.press(KEY, "Discard")
    viewer.close()
    assert journals() == []


def test_not_answering_keeps_them(show: Callable[..., Viewer], path: Path, qtbot: QtBot) -> None:
    left_unsaved(show, path, (5, 6))
    for _ in range(2):
        viewer, said = opened(show, qtbot, path)
        assert KEY in said.standing
        viewer.close()


def test_marks_on_a_mask_that_has_changed_since_say_what_would_change(
    show: Callable[..., Viewer], path: Path, qtbot: QtBot
) -> None:
    left_unsaved(show, path, (5, 6), (20.1, 20.3))
    saved_by_another(path.with_name(MASK_NAME), hf=HF, sat=THEIRS)
    viewer, said = opened(show, qtbot, path)
    assert said.standing[KEY].detail == (
        "The mask has changed since; restoring them now: 1 span added (1.0 s), 1 channel bad"
    )
    said.press(KEY, "Restore")
    assert viewer.bad_spans == [(1, 2), (5, 6), (20, 20.5)]


def test_marks_of_several_crashes_are_offered_one_after_the_other(
    show: Callable[..., Viewer], path: Path, qtbot: QtBot
) -> None:
    left_unsaved(show, path, (5, 6))
    left_unsaved(show, path, (9, 10))
    assert len(journals()) == 2
    viewer, said = opened(show, qtbot, path)
    assert said.standing[KEY].detail == "1 older after these"
    said.press(KEY, "Restore")
    assert said.standing[KEY].detail == ""
    said.press(KEY, "Restore")
    assert viewer.bad_spans == [(1, 2), (5, 6), (9, 10)]
    assert viewer._bench.safekeeping.journaling.flush()
    assert len(journals()) == 1


def test_marks_that_are_in_the_mask_already_are_not_offered(
    show: Callable[..., Viewer], path: Path, qtbot: QtBot
) -> None:
    left_unsaved(show, path, (5, 6))
    mask = path.with_name(MASK_NAME)
    held = ecogview.read_mask(mask)
    held["hf"][5000:6000], held["ch"][3] = True, True
    held["manual"] = np.arange(len(held["hf"])) // 1000 == 5
    ecogview.write_mask(mask, held)
    viewer, said = opened(show, qtbot, path)
    assert KEY not in said.standing
    viewer.close()
    assert journals() == []


def test_marks_for_a_mask_that_cannot_be_read_are_kept(
    show: Callable[..., Viewer], path: Path, qtbot: QtBot
) -> None:
    left_unsaved(show, path, (5, 6))
    path.with_name(MASK_NAME).write_bytes(b"damaged")
    viewer, said = opened(show, qtbot, path)
    assert said.standing[KEY].actions == ()
    viewer.close()
    assert len(journals()) == 1


def test_a_damaged_journal_is_told(show: Callable[..., Viewer], path: Path, qtbot: QtBot) -> None:
    left_unsaved(show, path, (5, 6))
    (journal,) = journals()
    journal.write_bytes(journal.read_bytes()[:-1])
    _, said = opened(show, qtbot, path)
    assert any("cannot be read" in text for text in said.texts)
    assert len(list(journal_folder().glob("*.damaged"))) == 1


def test_the_start_names_recordings_with_unsaved_marks(
    show: Callable[..., Viewer], path: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    gone = a_recording(tmp_path / "gone", "rec007")
    left_unsaved(show, gone, (1, 2))
    left_unsaved(show, path, (5, 6))
    gone.unlink()
    viewer = show(tmp_path / "gone")
    bench, said = viewer._bench, Said(viewer._bench)
    recovering = bench.safekeeping.recovering
    recovering._at_start.setInterval(0)
    with qtbot.waitSignal(recovering._search_all.found):
        recovering.look_at_start()
    message = said.standing[START_KEY]
    assert "rec001.LM1_ECOG_3.clfp" in message.detail
    assert "rec007" not in message.detail  # its marks wait for it
    said.press(START_KEY, "Open")
    qtbot.waitUntil(lambda: KEY in said.standing)
    assert bench.session.info is not None
    assert bench.session.info.path == path


def test_a_later_change_on_the_disk_is_not_hidden_behind_the_offer(
    show: Callable[..., Viewer], path: Path, qtbot: QtBot
) -> None:
    left_unsaved(show, path, (5, 6))
    viewer, said = opened(show, qtbot, path)
    bar = viewer.main_window.findChild(MessageBar)
    assert bar.message.key == KEY
    saved_by_another(path.with_name(MASK_NAME), hf=HF, sat=THEIRS)
    look(qtbot, viewer._bench)
    assert bar.message.key == "mask on disk"
    assert KEY in said.standing


def test_zeros_are_left_out(show: Callable[..., Viewer], path: Path, qtbot: QtBot) -> None:
    viewer = show(path)
    bench_of(viewer)
    viewer.mark_span(5, 6)
    assert viewer._bench.safekeeping.journaling.flush()
    viewer.close()
    _, said = opened(show, qtbot, path)
    assert said.standing[KEY].text.endswith(" were not saved: 1 span. They are kept.")
