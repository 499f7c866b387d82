"""Filters and references in the whole window: chosen, shown, switched off, made for wide views."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ecogview.app.viewer import Viewer
from ecogview.app.wiring import Workbench
from ecogview.dsp.reference import Reference
from ecogview.model.processing import Processing
from ecogview.views.message_bar import StatusMessage
from tests.builders import write_recording

RATE = 1000
N_SAMPLES = 20_000


@pytest.fixture
def bench(show: Callable[..., Viewer], tmp_path: Path, qtbot: QtBot) -> Workbench:
    """Six channels of noise with 50 Hz of 100 µV on all of them."""
    times = np.arange(N_SAMPLES) / RATE
    rng = np.random.default_rng(6)
    samples = rng.normal(0, 5, (6, N_SAMPLES)) + 100 * np.sin(2 * np.pi * 50 * times)
    viewer = show(write_recording(tmp_path, samples=samples.astype(np.float32)))
    viewer.main_window.resize(1600, 900)
    assert viewer.wait_until_drawn()
    viewer._wait_for_mask()
    viewer.set_window(5, 1)  # away from the ends, where a filter rings
    assert viewer.wait_until_drawn()
    return viewer._bench


def settled(bench: Workbench, qtbot: QtBot) -> None:
    canvas = bench.window.traces.canvas
    qtbot.waitUntil(lambda: canvas.is_settled and not canvas.is_unfiltered, timeout=30_000)


def extent(bench: Workbench, channel: int = 2) -> float:
    """From the lowest to the highest value on the screen, in µV."""
    picture = bench.window.traces.canvas.picture
    assert picture is not None
    low, high = picture.envelope.low[:, channel], picture.envelope.high[:, channel]
    return float(np.nanmax(high) - np.nanmin(low))


def said(bench: Workbench) -> str:
    message = bench.window.findChild(StatusMessage).message
    return "" if message is None else message.text


def test_the_hum_goes_with_the_notch_and_comes_back_with_one_key(
    bench: Workbench, qtbot: QtBot
) -> None:
    strip = bench.processing.strip
    assert not strip.isVisible()
    settled(bench, qtbot)
    assert extent(bench) > 180
    bench.processing.set(Processing(notch_hz=50))
    settled(bench, qtbot)
    assert extent(bench) < 60
    assert strip.isVisible()
    assert "notch 50 Hz" in strip.line.text
    assert bench.window.tools.filters.text() == "Filter: notch 50 Hz"
    qtbot.keyClick(bench.window, Qt.Key.Key_P)
    settled(bench, qtbot)
    assert extent(bench) > 180
    assert strip.isVisible()  # says that it is off
    assert strip.toggle_button.text() == "On"
    qtbot.mouseClick(strip.toggle_button, Qt.MouseButton.LeftButton)
    settled(bench, qtbot)
    assert extent(bench) < 60


def test_a_channel_that_is_marked_leaves_the_average(bench: Workbench, qtbot: QtBot) -> None:
    bench.processing.set(Processing(reference=Reference("average")))
    settled(bench, qtbot)
    before = extent(bench)
    assert before < 60  # the hum is common
    asked = bench.window.traces.canvas.applied
    bench.marking.mark_channels([0, 1], bad=True)
    assert bench.window.traces.canvas.applied != asked
    settled(bench, qtbot)
    assert extent(bench) != before


def test_an_edit_of_the_mask_does_not_ask_anew_without_processing(
    bench: Workbench, qtbot: QtBot
) -> None:
    settled(bench, qtbot)
    request = bench.window.traces.canvas._request_id
    bench.marking.mark_channels([0, 1], bad=True)
    bench.marking.mark_span((5200, 5400))
    assert bench.window.traces.canvas._request_id == request


def test_z_has_a_gain_and_a_unit_of_its_own(bench: Workbench, qtbot: QtBot) -> None:
    gain = bench.session.display.units_per_row
    bench.processing.toggle_zscore()
    settled(bench, qtbot)
    assert bench.window.tools.gain_field.text() == "10 z/row"
    bench.processing.toggle_zscore()
    settled(bench, qtbot)
    assert bench.session.display.units_per_row == gain


def test_what_cannot_be_done_is_said_and_changes_nothing(bench: Workbench, qtbot: QtBot) -> None:
    before = bench.session.display
    assert bench.processing.set(Processing(highpass_hz=900)) is not None
    assert "500 Hz" in said(bench)
    assert bench.session.display == before
    bench.processing.refer_to("channel")
    assert "Select one channel" in said(bench)
    bench.processing.toggle()
    assert "No filter" in said(bench)


def test_menus_choose_and_show(bench: Workbench, qtbot: QtBot) -> None:
    filters, references = bench.window.tools.filters, bench.window.tools.references
    filters._menu.aboutToShow.emit()
    texts = {action.text(): action for action in filters._menu.actions()}
    texts["Above 1 Hz"].trigger()
    assert bench.processing.processing.highpass_hz == 1.0
    references._menu.aboutToShow.emit()
    texts = {action.text(): action for action in references._menu.actions()}
    assert texts["As recorded"].isChecked()
    texts["Common median"].trigger()
    assert bench.processing.processing == Processing(highpass_hz=1.0, reference=Reference("median"))
    assert references.text() == "Reference: common median"


def test_numbers_of_ones_own(bench: Workbench, qtbot: QtBot) -> None:
    qtbot.keyClick(bench.window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    dialog = bench.processing._dialog
    assert dialog is not None
    dialog.highpass.setText("0,5")
    dialog.highpass.editingFinished.emit()
    assert bench.processing.processing.highpass_hz == 0.5
    assert dialog.highpass.text() == "0.5 Hz"
    dialog.lowpass.setText("0.2 Hz")
    dialog.lowpass.editingFinished.emit()
    assert "not below the low-pass" in dialog.problem.text()
    dialog.lowpass.setText("fast")
    dialog.lowpass.editingFinished.emit()
    assert "no frequency" in dialog.problem.text()
    assert bench.processing.processing.lowpass_hz is None
    qtbot.mouseClick(dialog.inverted, Qt.MouseButton.LeftButton)
    dialog.lowpass.setText("")
    assert bench.processing.processing == Processing() or dialog.problem.text()
    qtbot.mouseClick(dialog.reset, Qt.MouseButton.LeftButton)
    assert bench.processing.processing == Processing()


def test_a_wide_view_is_unfiltered_at_first_and_says_so(
    show: Callable[..., Viewer], tmp_path: Path, qtbot: QtBot
) -> None:
    samples = np.random.default_rng(7).normal(0, 20, (64, 400_000)).astype(np.float32)
    viewer = show(write_recording(tmp_path, samples=samples))
    assert viewer.wait_until_drawn()
    bench = viewer._bench
    qtbot.waitUntil(lambda: bench.overviews.complete is not None, timeout=30_000)
    viewer.set_window(0, 400)
    assert viewer.wait_until_drawn()
    plain = extent(bench)
    words: list[str] = []
    bench.window.traces.canvas.responded.connect(
        lambda _: words.append(bench.processing.strip.line._detail)
    )
    bench.processing.set(replace(Processing(), lowpass_hz=20.0))
    settled(bench, qtbot)
    assert any("not filtered yet" in word for word in words)
    assert extent(bench) < plain / 2
    assert "not filtered yet" not in bench.processing.strip.line._detail
