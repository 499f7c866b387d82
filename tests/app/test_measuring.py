"""Measuring with real clicks and keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ecogview.app.viewer import Viewer
from ecogview.app.wiring import Workbench
from ecogview.model.measure import MeasureCursors
from ecogview.model.time_window import TimeWindow
from ecogview.services.measuring import Measurement
from ecogview.views.message_bar import StatusMessage
from tests.builders import write_recording

PLAIN, ALT, SHIFT, CTRL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)
N = 30_000
PEAK = 7013  # of channel 2 alone, 150 samples wide


def some_samples() -> np.ndarray:
    """Slopes, and a flat one with a hump: nothing but the hump sticks out."""
    samples = np.tile(np.arange(N, dtype=np.float32) * 1e-3, (6, 1))
    samples += 10 * np.arange(6, dtype=np.float32)[:, np.newaxis]
    samples[2] = 20
    samples[2, PEAK - 150 : PEAK + 151] += 300 * np.hanning(301).astype(np.float32)
    return samples


SAMPLES = some_samples()


class Hand:
    """Clicks and drags over the traces, in the row of channel 2."""

    def __init__(self, bench: Workbench, qtbot: QtBot) -> None:
        self.bench, self.qtbot = bench, qtbot
        self.canvas = bench.window.traces.canvas

    @property
    def cursors(self) -> MeasureCursors:
        return self.bench.window.traces.measuring.cursors

    @property
    def measurement(self) -> Measurement | None:
        return self.bench.window.traces.measuring.measurement

    def send(self, kind: QEvent.Type, sample: float, modifiers: Qt.KeyboardModifier = ALT) -> None:
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        place = QPointF(self.canvas.x_of(sample), self.canvas.height() * 2.5 / 6)
        event = QMouseEvent(
            kind, place, QPointF(self.canvas.mapToGlobal(place.toPoint())),
            none if kind == QEvent.Type.MouseMove else left,
            none if kind == QEvent.Type.MouseButtonRelease else left, modifiers,
        )  # fmt: skip
        QApplication.sendEvent(self.canvas, event)

    def drag(self, start: float, stop: float, modifiers: Qt.KeyboardModifier = ALT) -> None:
        self.send(QEvent.Type.MouseButtonPress, start, modifiers)
        for part in (0.5, 1.0):
            self.send(QEvent.Type.MouseMove, start + part * (stop - start), modifiers)
        self.send(QEvent.Type.MouseButtonRelease, stop, modifiers)

    def click(self, sample: float, modifiers: Qt.KeyboardModifier = ALT) -> None:
        self.send(QEvent.Type.MouseButtonPress, sample, modifiers)
        self.send(QEvent.Type.MouseButtonRelease, sample, modifiers)

    def hover(self, sample: float, channel: int = 2) -> None:
        none = Qt.MouseButton.NoButton
        place = QPointF(self.canvas.x_of(sample), self.canvas.height() * (channel + 0.5) / 6)
        there = QPointF(self.canvas.mapToGlobal(place.toPoint()))
        event = QMouseEvent(QEvent.Type.MouseMove, place, there, none, none, PLAIN)
        QApplication.sendEvent(self.canvas, event)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
        self.qtbot.keyClick(self.bench.window, key, modifiers)

    def measured(self) -> Measurement:
        def is_known() -> bool:
            found = self.measurement
            return found is not None and (found.request.first, found.request.last) == (
                self.cursors.span
            )

        self.qtbot.waitUntil(is_known)
        assert self.measurement is not None
        return self.measurement

    @property
    def copied(self) -> str:
        return QApplication.clipboard().text()

    @property
    def said(self) -> str:
        message = self.bench.window.findChild(StatusMessage).message
        return "" if message is None else message.text


@pytest.fixture
def hand(show: Callable[..., Viewer], qtbot: QtBot, tmp_path: Path) -> Hand:
    viewer = show(write_recording(tmp_path, samples=SAMPLES))
    viewer.main_window.resize(1400, 800)
    assert viewer.wait_until_drawn()
    viewer._wait_for_mask()
    viewer.set_window(2, 10)
    assert viewer.wait_until_drawn()
    QApplication.clipboard().setText("")
    return Hand(viewer._bench, qtbot)


def near(places: tuple[int, ...], *wanted: int) -> bool:
    return len(places) == len(wanted) and all(
        abs(a - b) <= 10 for a, b in zip(places, wanted, strict=True)
    )


def test_x_measures_and_the_switch_shows_it(hand: Hand) -> None:
    pan, mark, measure = hand.bench.window.tools.mode_switch.buttons
    hand.key(Qt.Key.Key_X)
    assert (pan.isChecked(), mark.isChecked(), measure.isChecked()) == (False, False, True)
    assert hand.bench.measuring.is_on
    hand.key(Qt.Key.Key_A)
    assert (pan.isChecked(), mark.isChecked(), measure.isChecked()) == (False, True, False)
    assert not hand.bench.measuring.is_on
    hand.qtbot.mouseClick(measure, Qt.MouseButton.LeftButton)
    assert measure.isChecked()
    assert not hand.bench.window.traces.marking.is_on
    hand.key(Qt.Key.Key_X)
    assert pan.isChecked()
    hand.key(Qt.Key.Key_X)
    hand.qtbot.mouseClick(pan, Qt.MouseButton.LeftButton)
    assert not hand.bench.measuring.is_on
    assert pan.isChecked()


def test_two_clicks_measure_between_them(hand: Hand) -> None:
    hand.key(Qt.Key.Key_X)
    hand.click(5000)
    assert near(hand.cursors.places, 5000)
    assert hand.measurement is None
    hand.click(4000)
    assert near(hand.cursors.places, 5000, 4000)
    first, last = hand.cursors.span
    measurement = hand.measured()
    part = SAMPLES[:, first : last + 1].astype(float)
    np.testing.assert_allclose(measurement.rms, part.std(axis=1), rtol=1e-9)
    np.testing.assert_array_equal(measurement.delta, part[:, -1] - part[:, 0])
    hand.click(9000)
    assert near(hand.cursors.places, 9000)
    assert hand.measurement is None


def test_a_press_that_is_dragged_sets_both_and_either_can_be_moved(hand: Hand) -> None:
    hand.key(Qt.Key.Key_X)
    hand.drag(3000, 6000)
    assert near(hand.cursors.places, 3000, 6000)
    hand.drag(6000, 2500)  # B passes A
    assert near(hand.cursors.places, 3000, 2500)
    assert near(hand.cursors.span, 2500, 3000)
    hand.key(Qt.Key.Key_X)
    hand.drag(3000, 4000)  # in pan mode, too
    assert near(hand.cursors.places, 4000, 2500)
    assert hand.bench.session.window.start == 2000
    hand.drag(9000, 8000)  # elsewhere that moves
    assert hand.bench.session.window.start == pytest.approx(3000, abs=15)
    assert near(hand.cursors.places, 4000, 2500)


def test_cursors_stay_while_the_window_moves_and_marking_goes_past_them(hand: Hand) -> None:
    hand.key(Qt.Key.Key_X)
    hand.drag(3000, 6000)
    places = hand.cursors.places
    hand.bench.session.move(1)
    hand.bench.session.zoom(0.25)
    assert hand.cursors.places == places
    hand.bench.session.set_window(TimeWindow.clamped(2000, 10_000, N))
    hand.key(Qt.Key.Key_A)
    hand.drag(3000, 3500)
    assert hand.cursors.places == places
    assert len(hand.bench.session.mask.manual) == 1


@pytest.mark.parametrize("length_s", [0.5, 10, 25])
def test_snaps_to_the_peak_of_the_trace_under_the_mouse(hand: Hand, length_s: float) -> None:
    length = round(length_s * 1000)
    hand.bench.session.set_window(TimeWindow.clamped(PEAK - length // 2, length, N))
    hand.qtbot.waitUntil(lambda: hand.canvas.is_settled)
    aside = 4 * length / hand.canvas.width()
    hand.key(Qt.Key.Key_X)
    hand.click(PEAK + aside, PLAIN)
    hand.qtbot.waitUntil(lambda: hand.cursors.places == (PEAK,))
    hand.cursors.clear()
    hand.click(PEAK + aside, ALT)
    assert hand.cursors.places != (PEAK,)
    assert abs(hand.cursors.places[0] - PEAK) >= 1
    hand.cursors.clear()
    far = length * 0.2
    hand.drag(PEAK - far, PEAK - aside, PLAIN)
    hand.qtbot.waitUntil(lambda: hand.cursors.span[1] == PEAK)


def test_escape_gives_up_the_drag_then_the_cursors_then_the_mode(hand: Hand) -> None:
    hand.bench.session.channels.select([1])
    hand.key(Qt.Key.Key_X)
    hand.drag(3000, 6000)
    before = hand.cursors.places
    hand.send(QEvent.Type.MouseButtonPress, 6000)
    hand.send(QEvent.Type.MouseMove, 9000)
    assert near(hand.cursors.places, 3000, 9000)
    hand.key(Qt.Key.Key_Escape)
    assert hand.cursors.places == before
    hand.send(QEvent.Type.MouseButtonRelease, 9000)
    assert hand.cursors.places == before
    hand.key(Qt.Key.Key_Escape)
    assert hand.cursors.places == ()
    assert hand.bench.measuring.is_on
    hand.key(Qt.Key.Key_Escape)
    assert not hand.bench.measuring.is_on
    assert hand.bench.session.channels.selected == {1}
    hand.key(Qt.Key.Key_Escape)
    assert not hand.bench.session.channels.selected


def test_figures_are_copied_for_the_selected_channels_or_the_one_pointed_at(hand: Hand) -> None:
    hand.key(Qt.Key.Key_X, SHIFT)
    assert hand.said == "Set two cursors first: X, then click twice"
    hand.key(Qt.Key.Key_X)
    hand.drag(3000, 6000)
    hand.measured()
    hand.hover(5000, 4)
    hand.key(Qt.Key.Key_X, SHIFT)
    assert [line.split("\t")[0] for line in hand.copied.splitlines()] == ["channel", "E09"]
    hand.bench.session.channels.select([3, 0])
    hand.key(Qt.Key.Key_X, SHIFT)
    lines = [line.split("\t") for line in hand.copied.splitlines()]
    assert [line[0] for line in lines] == ["channel", "E01", "E07"]
    first, last = hand.cursors.span
    assert float(lines[2][1]) == first / 1000
    assert float(lines[2][7]) == pytest.approx(SAMPLES[3, last] - SAMPLES[3, first], rel=1e-6)
    assert hand.said == "Copied: what is measured of 2 channels"


@pytest.mark.parametrize("length_s", [0.2, 25])
def test_the_value_under_the_mouse_is_copied(hand: Hand, length_s: float) -> None:
    hand.bench.session.set_window(TimeWindow.clamped(4000, length_s * 1000, N))
    hand.qtbot.waitUntil(lambda: hand.canvas.is_settled)
    hand.key(Qt.Key.Key_V, CTRL | SHIFT)
    assert hand.said == "Point at a trace first"
    hand.hover(4100, 3)
    hand.key(Qt.Key.Key_V, CTRL | SHIFT)
    hand.qtbot.waitUntil(lambda: bool(hand.copied))
    label, time_s, value, units = hand.copied.split("\t")
    sample = round(float(time_s) * 1000)
    assert abs(sample - 4100) <= length_s
    assert (label, units) == ("E07", "µV")
    assert np.float32(value) == SAMPLES[3, sample]
    assert hand.said.startswith("Copied: E07   ")


def test_a_right_click_offers_to_copy(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    menu = hand.bench.modes.menu
    monkeypatch.setattr(menu, "popup", lambda place: None)
    at = QPoint(round(hand.canvas.x_of(5000)), round(hand.canvas.height() * 1.5 / 6))
    hand.qtbot.mouseClick(hand.canvas, Qt.MouseButton.RightButton, pos=at)
    texts = [action.text() for action in menu.actions()]
    assert "Copy value" in texts
    assert "Copy what is measured" not in texts
    next(action for action in menu.actions() if action.text() == "Copy value").trigger()
    hand.qtbot.waitUntil(lambda: hand.copied.startswith("E03\t"))
    hand.cursors.place(10)
    hand.cursors.place(20)
    hand.qtbot.mouseClick(hand.canvas, Qt.MouseButton.RightButton, pos=at)
    assert "Copy what is measured" in [action.text() for action in menu.actions()]


def test_another_recording_has_no_cursors(hand: Hand, tmp_path: Path) -> None:
    hand.key(Qt.Key.Key_X)
    hand.drag(3000, 6000)
    hand.measured()
    other = write_recording(tmp_path / "other", samples=SAMPLES[:, :5000])
    hand.bench.recordings.open_recording(other)
    hand.qtbot.waitUntil(lambda: hand.bench.session.info.path == other)
    assert hand.cursors.places == ()
    assert hand.measurement is None


def test_what_cannot_be_read_is_said(hand: Hand) -> None:
    hand.bench.session.info.path.unlink()
    hand.key(Qt.Key.Key_X)
    hand.drag(3000, 6000)
    hand.qtbot.waitUntil(lambda: hand.measurement is not None)
    assert "does not exist" in hand.measurement.failure.reason
    hand.key(Qt.Key.Key_X, SHIFT)
    assert hand.said == "Not all of it has been read: nothing was copied"


def test_the_panel_shows_both_and_their_times(hand: Hand) -> None:
    hand.key(Qt.Key.Key_X)
    hand.drag(3000, 6000)
    hand.measured()
    hand.hover(8000)
    traces = hand.bench.window.traces
    picture = traces.grab()
    assert not picture.isNull()
    tags = traces.axis.edge_tags()
    assert [tag.text[0] for tag in tags] == ["A", "B"]
    a, b = hand.cursors.span
    assert [tag.text[3:] for tag in tags] == [f"0:0{a / 1000:.3f}", f"0:0{b / 1000:.3f}"]
