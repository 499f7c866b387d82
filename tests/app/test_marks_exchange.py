"""Marks imported as one step after a look at them, and exported without replacing unasked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from ecogview.app.viewer import Viewer
from ecogview.views.marks_export_dialog import MarksExportDialog
from ecogview.views.marks_import_dialog import MarksImportDialog
from tests.app.safe_desk import Said, bench_of, masked
from tests.app.windows import N_SAMPLES, a_recording

LEFT = Qt.MouseButton.LeftButton
EVENTS = "onset\tduration\ttrial_type\n3.0\t1.5\tBAD_eye\n7.25\t0.5\tBAD_sat\n9\tn/a\tstimulus\n"
CHANNELS = "name\tstatus\nE01\tgood\nE05\tbad\nE07\tgood\nX9\tbad\n"


class Desk:
    def __init__(self, viewer: Viewer, folder: Path, qtbot: QtBot) -> None:
        self.viewer, self.folder, self.qtbot = viewer, folder, qtbot
        self.bench = bench_of(viewer)
        self.said = Said(self.bench)
        viewer.mark_channel("E07")
        viewer.mark_span(1.0, 2.0)

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def choose(self, monkeypatch: pytest.MonkeyPatch, *paths: Path) -> MarksImportDialog:
        """Pick files in the file dialog, and wait for what they hold."""
        names = [str(path) for path in paths]
        monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: (names, ""))
        self.bench.actions["import_marks"].trigger()
        dialog = self.bench.exchange.import_dialog
        self.counted()
        return dialog

    def counted(self) -> None:
        label = self.bench.exchange.import_dialog.change_label
        self.qtbot.waitUntil(lambda: label.text() not in ("", "Counting …"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "day"


@pytest.fixture
def desk(show: Callable[..., Viewer], folder: Path, qtbot: QtBot) -> Desk:
    return Desk(show(a_recording(folder, mask=masked())), folder, qtbot)


# -- import


def test_tables_are_shown_and_become_one_step(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    events, channels = desk.write("a.tsv", EVENTS), desk.write("b.txt", CHANNELS)
    dialog = desk.choose(monkeypatch, events, channels)
    assert [label.text() for label in dialog.file_labels] == [
        "a.tsv",
        "BIDS events: 2 bad spans (1 sat, 1 manual), 2.000 s",
        "1 row is no bad span: left out",
        "b.txt",
        "BIDS channels: 1 bad and 2 good channels",
        "1 channel does not occur here: left out (X9)",
    ]
    assert dialog.change_label.text() == "2 spans added (2.0 s), 1 channel bad"
    before = desk.viewer.bad_spans, desk.viewer.bad_channels
    steps = desk.bench.undo_stack.count()
    qtbot.mouseClick(dialog.import_button, LEFT)
    assert not dialog.isVisible()
    assert desk.viewer.bad_spans == [(1.0, 2.0), (3.0, 4.5), (7.25, 7.75)]
    assert desk.viewer.bad_channels == ["E05", "E07"]  # E07 stays: nothing becomes good
    assert desk.bench.undo_stack.count() == steps + 1
    assert desk.bench.undo_stack.undoText() == "Marks imported from a.tsv and 1 more"
    assert "Marks imported from a.tsv and 1 more" in desk.said.texts
    desk.viewer.undo()
    assert (desk.viewer.bad_spans, desk.viewer.bad_channels) == before


def test_marks_here_are_replaced_when_told_so(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = desk.choose(monkeypatch, desk.write("a", EVENTS), desk.write("b", CHANNELS))
    qtbot.mouseClick(dialog.replace_button, LEFT, pos=dialog.replace_button.rect().topLeft())
    dialog.replace_button.click()
    desk.counted()
    assert dialog.change_label.text() == (
        "2 spans added (2.0 s), 1 removed (1.0 s), 1 channel bad, 1 good"
    )
    qtbot.mouseClick(dialog.import_button, LEFT)
    assert desk.viewer.bad_spans == [(3.0, 4.5), (7.25, 7.75)]
    assert desk.viewer.bad_channels == ["E05"]


def test_channels_alone_leave_the_spans(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = desk.choose(monkeypatch, desk.write("b", CHANNELS))
    dialog.replace_button.click()
    desk.counted()
    qtbot.mouseClick(dialog.import_button, LEFT)
    assert desk.viewer.bad_spans == [(1.0, 2.0)]
    assert desk.viewer.bad_channels == ["E05"]


def test_what_changes_nothing_cannot_be_imported(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "onset,duration,description\n1970-01-01 00:00:01,0.5,bad\n"
    dialog = desk.choose(monkeypatch, desk.write("a.csv", text))
    assert dialog.file_labels[1].text().startswith("MNE annotations: 1 bad span (1 manual)")
    assert dialog.change_label.text() == "Nothing would change"
    assert not dialog.import_button.isEnabled()


def test_the_count_follows_the_marks(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    dialog = desk.choose(monkeypatch, desk.write("a", EVENTS))
    desk.viewer.mark_span(3.0, 4.5)
    assert not dialog.import_button.isEnabled()
    desk.counted()
    assert dialog.change_label.text() == "1 span added (0.5 s)"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a;b\n1;2\n", "is no table of marks that is known"),
        ("onset\tduration\ttrial_type\nx\t1\tBAD\n", "line 2, column 'onset'"),
        ("onset,duration,description\n2018-03-25 14:10:07,1,BAD\n", "add a row 'recording start'"),
        ("", "is no table of marks"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    path = desk.write("wrong.tsv", text)
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(path)], ""))
    desk.bench.actions["import_marks"].trigger()
    desk.qtbot.waitUntil(lambda: "marks files" in desk.said.standing)
    assert said in desk.said.standing["marks files"].detail
    assert "wrong.tsv" in desk.said.standing["marks files"].detail


# -- export


def export(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, name: str, *, mne: bool = False
) -> MarksExportDialog:
    target = desk.folder / name
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    desk.bench.actions["export_marks"].trigger()
    dialog = desk.bench.exchange.export_dialog
    assert dialog.isVisible()
    if mne:
        dialog.buttons["mne"].click()
    desk.qtbot.mouseClick(dialog.export_button, LEFT)
    return dialog


def test_both_tables_of_bids_are_written_and_come_back(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(desk, monkeypatch, "sub-1")
    events, channels = desk.folder / "sub-1_events.tsv", desk.folder / "sub-1_channels.tsv"
    qtbot.waitUntil(lambda: any("exported to" in text for text in desk.said.texts))
    assert "Marks exported to sub-1_channels.tsv and sub-1_events.tsv" in desk.said.texts
    assert events.read_text().splitlines()[1:] == ["1\t1\tBAD_manual"]
    assert channels.read_text().splitlines()[4].split("\t")[::5] == ["E07", "bad"]
    before = desk.viewer.bad_spans, desk.viewer.bad_channels
    desk.viewer.undo()
    desk.viewer.undo()
    dialog = desk.choose(monkeypatch, events, channels)
    qtbot.mouseClick(dialog.import_button, LEFT)
    assert (desk.viewer.bad_spans, desk.viewer.bad_channels) == before


def test_nothing_is_replaced_unasked(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    channels = desk.write("sub-1_channels.tsv", "mine")
    asked: list[Path] = []
    answers = [False, True]

    def ask(_parent: object, path: Path) -> bool:
        asked.append(path)
        return answers.pop(0)

    monkeypatch.setattr("ecogview.app.marks_exchange.may_replace", ask)
    dialog = export(desk, monkeypatch, "sub-1_events.tsv")
    assert asked == [channels]
    assert dialog.isVisible()
    assert channels.read_text() == "mine"
    qtbot.mouseClick(dialog.export_button, LEFT)
    qtbot.waitUntil(lambda: channels.read_text() != "mine")
    qtbot.waitUntil((desk.folder / "sub-1_events.tsv").exists)


def test_an_export_that_fails_is_told(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(desk, monkeypatch, "gone/a-annot.csv", mne=True)
    qtbot.waitUntil(lambda: "marks files" in desk.said.standing)
    assert "a-annot.csv" in desk.said.standing["marks files"].detail


def test_annotations_say_that_they_hold_no_channels(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(desk, monkeypatch, "a-annot.csv", mne=True)
    qtbot.waitUntil(lambda: any("exported to" in text for text in desk.said.texts))
    assert any("without the 1 bad channel" in text for text in desk.said.texts)


def test_mne_rejects_what_was_exported_and_gives_it_back(
    desk: Desk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pandas", reason="MNE reads and writes CSV by pandas")
    mne: Any = pytest.importorskip("mne")
    export(desk, monkeypatch, "a-annot.csv", mne=True)
    qtbot.waitUntil(lambda: any("exported to" in text for text in desk.said.texts))
    raw = mne.io.RawArray(
        np.zeros((1, N_SAMPLES)), mne.create_info(["E01"], 1000.0, "ecog"), verbose="error"
    )
    raw.set_annotations(mne.read_annotations(desk.folder / "a-annot.csv"))
    kept = raw.get_data(reject_by_annotation="NaN", verbose="error")[0]
    assert np.flatnonzero(np.isnan(kept)).tolist() == list(range(1000, 2000))
    raw.annotations.append(5.0, 0.25, "BAD_seen in MNE")
    raw.annotations.save(desk.folder / "back-annot.csv")
    dialog = desk.choose(monkeypatch, desk.folder / "back-annot.csv")
    qtbot.mouseClick(dialog.import_button, LEFT)
    assert desk.viewer.bad_spans == [(1.0, 2.0), (5.0, 5.25)]
