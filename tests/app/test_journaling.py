"""Unsaved marks of a window: in the journal soon, and there as long as they are unsaved."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from ecogview.app import running
from ecogview.app.viewer import Viewer
from ecogview.app.wiring import Workbench
from ecogview.errors import EcogviewError
from ecogview.services.journal import Journal, pending
from tests.app.safe_desk import HF, MASK_NAME, Said, bench_of, journals, marks_of, masked, opened
from tests.app.test_marking import answer
from tests.app.windows import a_recording

KEY = "unsaved marks"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return a_recording(tmp_path, mask=masked(hf=HF))


def test_a_recording_without_unsaved_marks_has_no_journal(
    show: Callable[..., Viewer], path: Path
) -> None:
    viewer = show(path)
    bench = bench_of(viewer)
    assert bench.safekeeping.journaling._keeper is None
    viewer.mark_span(5, 6)
    assert bench.safekeeping.journaling.flush()
    assert len(journals()) == 1
    viewer.save_mask()
    assert bench.safekeeping.journaling.flush()
    assert journals() == []
    viewer.mark_span(7, 8)
    viewer.undo()
    assert bench.safekeeping.journaling.flush()
    assert journals() == []


def test_closing_leaves_it_and_discarding_removes_it(
    show: Callable[..., Viewer], path: Path, qtbot: QtBot
) -> None:
    viewer = show(path)
    bench_of(viewer)
    viewer.mark_span(5, 6)
    viewer.close()  # not asked: nothing is given up
    assert marks_of(path) == [(5000, 6000)]
    viewer, said = opened(show, qtbot, path)
    said.press(KEY, "Restore")
    answer(QMessageBox.StandardButton.Discard)
    viewer.main_window.close()
    assert not viewer._bench.window.isVisible()
    assert journals() == []


def test_marks_made_after_discard_are_kept(
    show: Callable[..., Viewer], path: Path, tmp_path: Path
) -> None:
    """While the next recording is being opened the user can still mark in this one."""
    other = a_recording(tmp_path / "other", "rec002")
    viewer = show(path)
    bench, said = bench_of(viewer), Said(viewer._bench)
    viewer.mark_span(5, 6)
    answer(QMessageBox.StandardButton.Discard)
    viewer.open(other)
    bench.marking.mark_span((7000, 8000))
    assert viewer.wait_until_drawn()
    assert bench.session.info is not None
    assert bench.session.info.path == other
    assert "offered when it is opened again" in said.standing["left unsaved"].detail
    assert marks_of(path) == [(5000, 6000), (7000, 8000)]


def test_marks_given_up_for_a_recording_that_does_not_open_are_still_kept(
    show: Callable[..., Viewer], path: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "rec009.LM1_ECOG_3.clfp.dat"
    broken.write_bytes(b"\0" * 4000)
    viewer = show(path)
    bench_of(viewer)
    viewer.mark_span(5, 6)
    answer(QMessageBox.StandardButton.Discard)
    viewer.open(broken)
    assert viewer.wait_until_drawn()
    viewer.close()
    assert marks_of(path) == [(5000, 6000)]


def test_a_journal_that_cannot_be_written_is_told_once_and_taken_back(
    show: Callable[..., Viewer], path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = show(path)
    bench, said = bench_of(viewer), Said(viewer._bench)
    fails = [True]
    keep = Journal.keep

    def fail(journal: Journal, *marks: object) -> None:
        if fails[0]:
            raise EcogviewError(journal.path, "the disk is full", "free some")
        keep(journal, *marks)  # type: ignore[arg-type]

    monkeypatch.setattr(Journal, "keep", fail)
    for start in (3, 5):
        viewer.mark_span(start, start + 1)
        assert not bench.safekeeping.journaling.flush()
    qtbot.waitUntil(lambda: "journal" in said.standing)
    assert sum("not kept" in text for text in said.texts) == 1
    assert "the disk is full" in said.standing["journal"].detail
    fails[0] = False
    viewer.mark_span(7, 8)
    assert bench.safekeeping.journaling.flush()
    qtbot.waitUntil(lambda: "journal" not in said.standing)


def test_an_unforeseen_error_writes_what_waits(
    path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    said: list[str] = []

    def use(_application: object, bench: Workbench) -> int:
        bench.messages.posted.connect(lambda message: said.append(message.text))
        qtbot.waitUntil(lambda: bench.session.mask is not None)
        bench.marking.mark_span((5000, 6000))
        try:
            raise RuntimeError("a mistake")
        except RuntimeError as error:
            sys.excepthook(RuntimeError, error, None)
        assert len(journals()) == 1
        bench.close_now()
        return 0

    monkeypatch.setattr(running, "run_event_loop", use)
    assert running.run_window([path], demo=False) == 0
    assert "Something went wrong; your marks are still here." in said
    assert marks_of(path) == [(5000, 6000)]


def test_a_mask_that_gets_another_place_takes_its_journal_along(
    show: Callable[..., Viewer], path: Path, tmp_path: Path
) -> None:
    viewer = show(path)
    bench = bench_of(viewer)
    viewer.mark_span(5, 6)
    assert bench.safekeeping.journaling.flush()
    elsewhere = tmp_path / "elsewhere.mask.pkl"
    bench.session.mask_path = elsewhere
    viewer.save_mask()
    assert not viewer.is_modified
    viewer.mark_span(7, 8)
    viewer.close()
    assert pending(path.with_name(MASK_NAME)).unsaved == ()
    (unsaved,) = pending(elsewhere).unsaved
    assert list(unsaved.record.tracks.manual) == [(5000, 6000), (7000, 8000)]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_a_read_only_folder_keeps_marks_in_the_journal(
    show: Callable[..., Viewer], path: Path, qtbot: QtBot
) -> None:
    viewer = show(path)
    bench, said = bench_of(viewer), Said(viewer._bench)
    viewer.mark_span(5, 6)
    path.parent.chmod(0o555)
    try:
        bench.actions["save_mask"].trigger()
        qtbot.waitUntil(lambda: "save" in said.standing)
        viewer.close()
    finally:
        path.parent.chmod(0o755)
    assert marks_of(path) == [(5000, 6000)]
