"""The export dialog: what is chosen and typed, and what is refused in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from ecogview.data.exporters.edf import EdfPlus
from ecogview.data.exporters.exporter import Exporter
from ecogview.data.mask_tracks import empty_tracks
from ecogview.dsp.runs import Runs
from ecogview.errors import MaskFileError
from ecogview.model.channels import ChannelView
from ecogview.model.display import Display
from ecogview.model.session import Session
from ecogview.model.time_window import TimeWindow
from ecogview.services.export_blocks import SampleTransform
from ecogview.services.export_planning import ExportPlanning
from ecogview.services.sources import ArraySource, FileSource
from ecogview.views.export_dialog import ExportDialog, duration_text
from tests.app.windows import N_SAMPLES, a_recording
from tests.services.export_cases import transform
from tests.views.export_desk import DialogDesk


class Desk(DialogDesk):
    """A dialog for half a second that is selected in a recording on the disk."""

    def __init__(self, folder: Path, qtbot: QtBot, planning: ExportPlanning) -> None:
        self.source = FileSource(a_recording(folder))
        with self.source.open() as recording:
            info = recording.info
        self.session = Session()
        self.session.open(
            info,
            window=TimeWindow.clamped(0, 10_000, info.n_samples),
            channels=ChannelView(info.channels),
            display=Display(),
            mask_path=self.source.mask_path,
        )
        flags = np.arange(6) == 2
        tracks = replace(
            empty_tracks(info.n_samples, 6), manual=Runs.of([(2100, 2200)]), bad_channels=flags
        )
        self.session.set_mask_result(tracks)
        self.session.select((2000, 2500))
        dialog = ExportDialog(self.session, planning)
        qtbot.addWidget(dialog)
        super().__init__(dialog, qtbot)
        self.show()

    def show(self, processing: SampleTransform | None = None) -> None:
        self.dialog.show_for(self.source, self.source.path.parent, processing)
        self.settled()


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot) -> Iterator[Desk]:
    planning = ExportPlanning()
    yield Desk(tmp_path, qtbot, planning)
    planning.close()


def test_the_stretch_can_be_typed_and_follows_the_window(desk: Desk) -> None:
    dialog = desk.dialog
    desk.choose(dialog.stretch.which, "This window")
    desk.session.set_window(TimeWindow.clamped(5000, 4000, N_SAMPLES))
    desk.settled()
    assert dialog.stretch.start_field.text() == "0:05.000"
    desk.type(dialog.stretch.stop_field, "0:06.5")
    assert dialog.stretch.which.currentText() == "As typed"
    assert dialog._facts is not None
    assert (dialog._facts.plan.start, dialog._facts.plan.stop) == (5000, 6500)


def test_a_selection_that_goes_becomes_the_window(desk: Desk) -> None:
    desk.session.select(None)
    desk.settled()
    assert desk.dialog.stretch.which.currentText() == "This window"


@pytest.mark.parametrize(
    ("start", "stop", "said"),
    [
        ("0:04", "0:03", "A stretch must start before it stops"),
        ("0:04", "0:31", "The recording ends at 0:30.000"),
        ("99999", "0:03", "The recording ends at 0:30.000"),
        ("now", "0:31", "'now' is not a time"),
    ],
)
def test_a_stretch_that_is_none_is_refused_in_place(
    desk: Desk, start: str, stop: str, said: str
) -> None:
    desk.type(desk.dialog.stretch.stop_field, stop)
    desk.type(desk.dialog.stretch.start_field, start)
    assert said in desk.dialog.outcome.text.text()
    assert not desk.dialog.export_button.isEnabled()


def test_what_a_format_cannot_hold_is_refused_in_place(desk: Desk) -> None:
    dialog = desk.dialog
    desk.choose(dialog.format_field, "EDF+")
    assert "quantisation step" in dialog.outcome.text.text().lower()
    assert dialog.export_button.isEnabled()
    desk.choose(dialog.bad_samples.which, "NaN")
    assert dialog.outcome.is_problem
    assert "there is no NaN among them" in dialog.outcome.text.text()
    assert not dialog.export_button.isEnabled()
    desk.choose(dialog.bad_samples.which, "As recorded")
    assert dialog.export_button.isEnabled()


def test_a_missing_extra_shows_the_command_that_installs_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Exporter, "missing", property(lambda self: self.module and "pip it"))
    assert EdfPlus().missing == "pip it"
    dialog = desk.dialog
    desk.choose(dialog.format_field, "EDF+")
    assert "edfio, which is not installed; install it: pip it" in dialog.outcome.text.text()
    assert not dialog.export_button.isEnabled()
    desk.qtbot.mouseClick(dialog.outcome.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "pip it"


def test_the_recording_itself_is_no_target(desk: Desk) -> None:
    desk.type(desk.dialog.file.name_field, "rec001.LM1_ECOG_3.clfp.dat")
    assert "belongs to the recording itself" in desk.dialog.outcome.text.text()
    assert not desk.dialog.export_button.isEnabled()


def test_a_name_typed_stays_and_takes_the_ending_of_the_format(desk: Desk) -> None:
    dialog = desk.dialog
    desk.choose(dialog.format_field, "NumPy array")
    desk.type(dialog.file.name_field, "mine.npy")
    desk.choose(dialog.format_field, "NumPy archive")
    assert dialog.file.name_field.text() == "mine.npz"
    desk.choose(dialog.stretch.which, "Whole recording")
    assert dialog.file.name_field.text() == "mine.npz"


def test_channels_are_counted_and_in_the_order_of_the_file(desk: Desk) -> None:
    channels = desk.dialog.channels
    names = [channels.itemText(i) for i in range(channels.count())]
    assert names == [
        "All 6 channels", "5 channels good", "6 channels shown now", "6 channels not hidden",
        "0 channels selected",
    ]  # fmt: skip
    desk.session.channels.select([5, 1])
    desk.session.channels.set_visible([0], visible=False)
    desk.session.channels.set_count(3)
    desk.settled()
    desk.choose(channels, "3 channels shown now")
    assert channels.channels() == (2, 3, 4) == desk.session.channels.shown
    desk.choose(channels, "5 channels not hidden")
    assert channels.channels() == (1, 2, 3, 4, 5)
    desk.choose(channels, "2 channels selected")
    assert channels.channels() == (1, 5)
    desk.session.channels.select([])
    desk.settled()
    assert channels.currentText() == "All 6 channels"


def test_what_is_exported_begins_the_preview(desk: Desk) -> None:
    desk.choose(desk.dialog.format_field, "Text table")
    head, first = desk.dialog.preview.toPlainText().splitlines()[:2]
    assert head.startswith("time (s),E01 (µV),E03 (µV)")
    assert first.startswith("2.000,")
    with desk.source.open() as recording:
        value = recording.read_rows(2000, 2001)[0, 0]
    assert np.float32(first.split(",")[1]) == value


def test_a_file_that_exists_is_told_before(desk: Desk) -> None:
    desk.choose(desk.dialog.format_field, "NumPy array")
    desk.source.path.with_name("mine.npy").touch()
    desk.type(desk.dialog.file.name_field, "mine.npy")
    said = desk.dialog.outcome.text.text()
    assert said.startswith("mine.npy exists already: you are asked before it is replaced")
    assert desk.dialog.export_button.isEnabled()
    desk.choose(desk.dialog.format_field, "Lab")
    for ending in ("mine.experiment.json", "mine.LM1_ECOG_3.clfp.mask.pkl"):
        desk.source.path.with_name(ending).touch()
    desk.type(desk.dialog.file.name_field, "mine.LM1_ECOG_3.clfp.dat")
    said = desk.dialog.outcome.text.text()
    assert "mask.pkl exist already: you are asked before they are replaced" in said


def test_a_note_that_is_none_takes_no_room(desk: Desk) -> None:
    desk.choose(desk.dialog.format_field, "Lab")
    assert not desk.dialog.outcome.isVisible()
    desk.type(desk.dialog.file.name_field, "rec001.LM1_ECOG_3.clfp.dat")
    assert desk.dialog.outcome.isVisible()


def test_enter_in_a_field_only_takes_what_was_typed(desk: Desk) -> None:
    dialog = desk.dialog
    asked: list[object] = []
    dialog.export_requested.connect(asked.append)
    desk.choose(dialog.format_field, "NumPy array")
    for field, typed, shown in (
        (dialog.stretch.start_field, "1.25", "0:01.250"),
        (dialog.stretch.stop_field, "1.75", "0:01.750"),
        (dialog.file.name_field, "x", "x.npy"),
    ):
        desk.type(field, typed)
        assert dialog.export_button.isEnabled()
        desk.qtbot.keyClick(field, Qt.Key.Key_Return)
        assert field.text() == shown
        desk.settled()
    assert not asked
    dialog.format_field.setFocus()
    desk.qtbot.keyClick(dialog.format_field, Qt.Key.Key_Return)
    assert len(asked) == 1
    desk.qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert len(asked) == 2


def test_it_opens_with_all_channels_and_samples_kept(desk: Desk) -> None:
    dialog = desk.dialog
    desk.choose(dialog.format_field, "NumPy array")
    desk.choose(dialog.channels, "5 channels good")
    desk.choose(dialog.bad_samples.which, "Set to")
    desk.type(dialog.bad_samples.field, "7")
    desk.type(dialog.file.name_field, "mine.npy")
    desk.show()  # while it is open, all of it stays
    assert dialog.channels.currentText() == "5 channels good"
    dialog.close()
    desk.show()
    assert dialog.channels.currentText() == "All 6 channels"
    assert dialog.bad_samples.value() == "keep"
    assert dialog.bad_samples.field.text() == "0"
    assert dialog.file.name_field.text() == "rec001.LM1_ECOG_3.clfp_2000-2500ms.npy"
    assert dialog.format_field.currentText().startswith("NumPy array")


def test_an_array_is_no_lab_recording(desk: Desk) -> None:
    array = ArraySource(np.zeros((6, N_SAMPLES), np.float32), 1000.0)
    with array.open() as recording:
        info = recording.info
    desk.session.open(
        info,
        window=TimeWindow.clamped(0, 10_000, info.n_samples),
        channels=ChannelView(info.channels),
        display=Display(),
    )
    desk.session.set_mask_result(empty_tracks(info.n_samples, 6))
    desk.source = array  # type: ignore[assignment]
    desk.dialog.choose_format("lab")
    desk.dialog.show_for(array, Path("/tmp"), None)
    desk.settled()
    formats = desk.dialog.format_field
    assert formats.currentText().startswith("NumPy archive")
    assert formats.itemText(0).endswith("not of an array: it has no experiment's JSON")
    assert desk.dialog.file.name_field.text() == "array_0-10s.npz"
    assert desk.dialog.export_button.isEnabled()


@pytest.mark.parametrize(("typed", "is_taken"), [("-1,5", True), ("1e400", False), ("x", False)])
def test_the_value_of_bad_samples(desk: Desk, typed: str, is_taken: bool) -> None:
    desk.choose(desk.dialog.bad_samples.which, "Set to")
    desk.type(desk.dialog.bad_samples.field, typed)
    assert desk.dialog.export_button.isEnabled() == is_taken
    if not is_taken:
        assert f"{typed!r} is no number" in desk.dialog.outcome.text.text()


def test_an_unreadable_mask_is_no_empty_mask(desk: Desk) -> None:
    path = desk.session.mask_path
    assert path is not None
    desk.session.set_mask_result(MaskFileError(path, "is broken"))
    desk.settled()
    assert "the mask cannot be read" in desk.dialog.outcome.text.text()
    assert not desk.dialog.export_button.isEnabled()
    desk.choose(desk.dialog.format_field, "Text table")  # holds none
    assert desk.dialog.export_button.isEnabled()


def test_what_the_display_does_is_exported_only_if_ticked(desk: Desk) -> None:
    dialog = desk.dialog
    assert not dialog.processing_box.isVisible()
    doubled = transform("twice as large", lambda rows, _first: 2 * rows)
    desk.show(doubled)
    assert dialog.processing_box.text() == "As displayed: twice as large"
    assert not dialog.processing_box.isChecked()
    desk.choose(dialog.format_field, "Text table")
    before = float(dialog.preview.toPlainText().splitlines()[1].split(",")[1])
    desk.qtbot.keyClick(dialog.processing_box, Qt.Key.Key_Space)
    desk.settled()
    after = float(dialog.preview.toPlainText().splitlines()[1].split(",")[1])
    assert after == pytest.approx(2 * before)
    assert dialog._facts is not None
    assert dialog._facts.plan.processing == "twice as large"


def test_scrolling_asks_again_only_for_the_window(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    submit: Callable[..., None] = desk.dialog._planning.submit
    monkeypatch.setattr(desk.dialog._planning, "submit", lambda q: (asked.append(q), submit(q)))
    desk.session.move(0.5)
    desk.settled()
    assert not asked
    desk.choose(desk.dialog.stretch.which, "This window")
    desk.session.move(0.5)
    desk.settled()
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "less than a second"), (12.4, "about 12 s"), (400.0, "about 7 min")],
)
def test_durations_are_about(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text
