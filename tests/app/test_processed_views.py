"""Pictures and measuring in the whole window while a filter or a reference is on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPointF, Qt
from PyQt6.QtGui import QMouseEvent, QPainter
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ecogview.app.viewer import Viewer
from ecogview.app.wiring import Workbench
from ecogview.dsp.reference import Reference
from ecogview.model.processing import Processing
from ecogview.model.time_window import TimeWindow
from ecogview.services import picture_reading
from ecogview.services.column_reading import Columns
from ecogview.services.measuring import Measurement
from ecogview.views.message_bar import StatusMessage
from ecogview.views.picture_content import PictureContent
from tests.builders import write_recording

RATE, N = 1000, 60_000
PEAK = 31_013  # of channel 2 alone, a dip beneath hum twice as large
NONE, LEFT = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton
PLAIN, CTRL, SHIFT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


def some_samples() -> np.ndarray:
    times = np.arange(N) / RATE
    samples = np.random.default_rng(6).normal(0, 0.02, (6, N))
    samples += 100 * np.sin(2 * np.pi * 50 * times) * np.arange(1, 7)[:, np.newaxis]
    samples[2, PEAK - 150 : PEAK + 151] -= 150 * np.hanning(301)
    return samples.astype(np.float32)


SAMPLES = some_samples()


@pytest.fixture
def bench(show: Callable[..., Viewer], tmp_path: Path, qtbot: QtBot) -> Workbench:
    viewer = show(write_recording(tmp_path, samples=SAMPLES))
    viewer.main_window.resize(1400, 800)
    assert viewer.wait_until_drawn()
    viewer._wait_for_mask()
    look(viewer._bench, qtbot, 26_000, 10_000)
    QApplication.clipboard().setText("")
    return viewer._bench


def settled(bench: Workbench, qtbot: QtBot) -> None:
    canvas = bench.window.traces.canvas
    qtbot.waitUntil(lambda: canvas.is_settled and not canvas.is_unfiltered, timeout=30_000)


def look(bench: Workbench, qtbot: QtBot, start: int, length: int) -> None:
    bench.session.set_window(TimeWindow.clamped(start, length, N))
    settled(bench, qtbot)


def process(bench: Workbench, qtbot: QtBot, **processing: Any) -> None:
    bench.processing.set(Processing(**processing))
    settled(bench, qtbot)


def send(bench: Workbench, kind: QEvent.Type, sample: float, channel: int = 2) -> None:
    canvas = bench.window.traces.canvas
    place = QPointF(canvas.x_of(sample), canvas.height() * (channel + 0.5) / 6)
    is_move, is_release = kind == QEvent.Type.MouseMove, kind == QEvent.Type.MouseButtonRelease
    event = QMouseEvent(
        kind, place, QPointF(canvas.mapToGlobal(place.toPoint())),
        NONE if is_move else LEFT, NONE if is_move or is_release else LEFT, PLAIN,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)


def drawn(
    bench: Workbench, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[PictureContent, Columns]:
    """What a picture is made of, as many columns as the panel has."""
    taken: list[tuple[PictureContent, Columns]] = []

    def take(content: PictureContent, columns: Columns, *_: object) -> bytes:
        taken.append((content, columns))
        return b"picture"

    n_points = 2 * len(bench.session.channels.shown) * bench.window.traces.canvas.width()
    monkeypatch.setattr("ecogview.views.picture_files.picture_bytes", take)
    monkeypatch.setattr("ecogview.views.picture_files.most_points_of", lambda _: n_points)
    bench.pictures.save(tmp_path / "picture.svg", "svg", 1, "light")
    qtbot.waitUntil(lambda: bool(taken))
    return taken[0]


CHAINS: dict[str, dict[str, Any]] = {
    "as recorded": {},
    "filter": {"highpass_hz": 1.0, "notch_hz": 50.0, "reference": Reference("median")},
    "z": {"lowpass_hz": 90.0, "zscore": True, "inverted": True},
    "against": {"reference": Reference("channel", (3,)), "detrend": "linear"},
}


@pytest.mark.parametrize("name", CHAINS)
@pytest.mark.parametrize("length", [700, 10_000])
def test_a_picture_has_the_columns_of_the_panel(
    bench: Workbench, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    name: str, length: int,
) -> None:  # fmt: skip
    look(bench, qtbot, 26_000, length)
    process(bench, qtbot, **CHAINS[name])
    bench.session.set_display(replace(bench.session.display, clipped=True, remove_dc=False))
    content, columns = drawn(bench, qtbot, tmp_path, monkeypatch)
    picture = bench.window.traces.canvas.prepared()
    assert picture is not None
    assert (content.grid, content.first_column) == (picture.grid, picture.first)
    slots = picture.envelope.slots(picture.first, picture.stop)
    np.testing.assert_array_equal(columns.low, picture.envelope.low[slots])
    np.testing.assert_array_equal(columns.high, picture.envelope.high[slots])
    np.testing.assert_array_equal(content.offsets, picture.style.offsets)
    for attribute in ("units_per_row", "clipped", "butterfly", "colours"):
        assert getattr(content, attribute) == getattr(picture.style, attribute)
    assert content.layout.height == pytest.approx(picture.height)
    assert content.layout.pixels_per_unit == pytest.approx(picture.pixels_per_unit)
    assert bool(content.processing_words) == bool(CHAINS[name])


def test_a_picture_of_too_wide_a_window_says_that_it_is_unfiltered(
    bench: Workbench, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_reading, "level_for", lambda *_: 0)
    process(bench, qtbot, notch_hz=50.0)
    content, columns = drawn(bench, qtbot, tmp_path, monkeypatch)
    assert content.unfiltered == 0
    assert np.ptp(columns.low[:, 5]) < 300
    monkeypatch.setattr(picture_reading, "_MOST", 0)
    monkeypatch.setattr(picture_reading, "_MOST_PLAIN", 0)
    monkeypatch.setattr("ecogview.services.processed_columns.level_for", lambda *_: 0)
    content, columns = drawn(bench, qtbot, tmp_path, monkeypatch)
    assert content.unfiltered == 1
    assert columns.low[:, 5].min() < -500


# -- measuring


def measured(bench: Workbench, qtbot: QtBot, *, shown: bool) -> Measurement:
    gestures = bench.window.traces.measuring

    def is_known() -> bool:
        found = gestures.measurement
        return found is not None and found.is_complete and (found.as_shown is not None) == shown

    qtbot.waitUntil(is_known)
    assert gestures.measurement is not None
    return gestures.measurement


def card(bench: Workbench) -> Any:
    bench.window.traces.canvas.repaint()
    return bench.window.traces._measuring_layer._text


def test_the_card_follows_what_is_displayed(bench: Workbench, qtbot: QtBot) -> None:
    cursors = bench.window.traces.measuring.cursors
    bench.session.channels.select([4])
    cursors.place(28_000)
    cursors.place(29_000)
    plain = measured(bench, qtbot, shown=False)
    assert plain.rms[4] == pytest.approx(500 / np.sqrt(2), rel=0.02)
    assert card(bench).groups == ("",)
    process(bench, qtbot, notch_hz=50.0)
    both = measured(bench, qtbot, shown=True)
    np.testing.assert_array_equal(both.rms, plain.rms)
    assert both.as_shown is not None
    assert both.as_shown.rms[4] < 5
    text = card(bench)
    assert text.groups == ("Shown", "In the file")
    assert [row[0] for row in text.rows] == ["", "E09"]
    assert "…" not in text.rows[1]
    before = bench.window.traces.measuring.measurement
    bench.session.set_display(bench.session.display.gain_stepped(1))
    assert bench.window.traces.measuring.measurement is before  # nothing is measured anew
    assert bench.measuring._wanted is before.request
    qtbot.keyClick(bench.window, Qt.Key.Key_X, SHIFT)
    assert "shown_rms" in QApplication.clipboard().text()
    qtbot.keyClick(bench.window, Qt.Key.Key_P)
    measured(bench, qtbot, shown=False)
    assert card(bench).groups == ("",)


@pytest.mark.parametrize("length", [2000, 40_000])
def test_snaps_to_the_extreme_that_is_displayed(
    bench: Workbench, qtbot: QtBot, length: int
) -> None:
    look(bench, qtbot, PEAK - length // 2, length)
    process(bench, qtbot, notch_hz=50.0, inverted=True)
    cursors = bench.window.traces.measuring.cursors
    bench.measuring.set_on(on=True)
    aside = 3 * length / bench.window.traces.canvas.width()
    send(bench, QEvent.Type.MouseButtonPress, PEAK + aside)
    send(bench, QEvent.Type.MouseButtonRelease, PEAK + aside)
    # In the file hum is highest 8 samples before and 12 after.
    qtbot.waitUntil(lambda: abs(cursors.places[0] - PEAK) <= 3, timeout=3000)


def test_the_tag_and_the_clipboard_tell_both(
    bench: Workbench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    draw = QPainter.drawText

    def spy(painter: QPainter, *arguments: object) -> object:
        written.append(str(arguments[-1]))
        return draw(painter, *arguments)  # type: ignore[call-overload]

    monkeypatch.setattr(QPainter, "drawText", spy)
    canvas = bench.window.traces.canvas
    process(bench, qtbot, notch_hz=50.0)
    for length in (60, 10_000):
        look(bench, qtbot, 30_000, length)
        send(bench, QEvent.Type.MouseMove, 30_030, 5)

        def is_told() -> bool:
            written.clear()
            canvas.repaint()
            return any(text.startswith("in the file ") for text in written)

        qtbot.waitUntil(is_told)
        assert any(text.startswith("E11   shown ") for text in written)
    look(bench, qtbot, 30_000, 60)
    send(bench, QEvent.Type.MouseMove, 30_030, 5)
    qtbot.keyClick(bench.window, Qt.Key.Key_V, CTRL | SHIFT)
    qtbot.waitUntil(lambda: bool(QApplication.clipboard().text()))
    cells = QApplication.clipboard().text().split("\t")
    label, time_s, value, units, shown, shown_units, shown_channel = cells
    assert (label, units, shown_units, shown_channel) == ("E11", "µV", "µV", "E11")
    assert np.float32(value) == SAMPLES[5, round(float(time_s) * RATE)]
    assert abs(float(shown)) < 20
    assert " in the file, shown " in bench.window.findChild(StatusMessage).message.text
    bench.processing.toggle()
    settled(bench, qtbot)
    written.clear()
    canvas.repaint()
    assert not any(text.startswith("in the file") for text in written)


def test_nothing_is_read_for_the_tag_without_processing(bench: Workbench, qtbot: QtBot) -> None:
    send(bench, QEvent.Type.MouseMove, 30_030, 5)
    bench.window.traces.canvas.repaint()
    recorded = bench.measuring._recorded
    assert recorded._wanted is None
    assert recorded._reading._worker is None


@pytest.mark.parametrize(
    ("channel", "shown_channel", "told"),
    [
        (1, "E03 − E07", " of E03 − E07"),  # E05 is bad
        (5, "E11, no neighbour", " in the file, no neighbour"),
    ],
)
def test_a_bipolar_value_says_of_which_two_it_is(
    bench: Workbench, qtbot: QtBot, channel: int, shown_channel: str, told: str
) -> None:
    assert bench.session.mask is not None
    bad = np.arange(6) == 2
    bench.session.set_mask_result(replace(bench.session.mask, bad_channels=bad))
    process(bench, qtbot, reference=Reference("rows"))
    bench.measuring.copy_value_of(30_000, channel)
    qtbot.waitUntil(lambda: bool(QApplication.clipboard().text()))
    label, _, value, _, shown, _, of_two = QApplication.clipboard().text().split("\t")
    assert (label, of_two) == (f"E{2 * channel + 1:02}", shown_channel)
    assert np.float32(value) == SAMPLES[channel, 30_000]
    assert (shown == "n/a") == (channel == 5)
    assert told in bench.window.findChild(StatusMessage).message.text
