"""Filters and references in the whole window: chosen, shown, switched off, made for wide views."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from ecogview.app.traces_menu import fill_traces_menu
from ecogview.app.viewer import Viewer
from ecogview.app.wiring import Workbench
from ecogview.dsp.reference import Reference
from ecogview.model.processing import Processing
from ecogview.model.time_window import TimeWindow
from ecogview.views.message_bar import StatusMessage
from tests.builders import write_recording

RATE = 1000
N_SAMPLES = 20_000


def some_samples() -> np.ndarray:
    """Six channels of noise with 50 Hz of 100 µV on all of them."""
    times = np.arange(N_SAMPLES) / RATE
    samples = np.random.default_rng(6).normal(0, 5, (6, N_SAMPLES))
    return (samples + 100 * np.sin(2 * np.pi * 50 * times)).astype(np.float32)


SAMPLES = some_samples()


@pytest.fixture
def bench(show: Callable[..., Viewer], tmp_path: Path, qtbot: QtBot) -> Workbench:
    viewer = show(write_recording(tmp_path, samples=SAMPLES))
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


def values(bench: Workbench) -> np.ndarray:
    """Low and high on the screen, shape (2, columns, channels), in µV."""
    picture = bench.window.traces.canvas.picture
    assert picture is not None
    places = picture.envelope.slots(picture.first, picture.stop)
    return np.array([picture.envelope.low[places], picture.envelope.high[places]])


def shown_of(bench: Workbench, samples: np.ndarray) -> np.ndarray:
    """The same of samples of shape (channels, samples); columns share a sample each."""
    picture = bench.window.traces.canvas.picture
    assert picture is not None
    edges = picture.grid.edges(picture.first, picture.stop)
    parts = [samples[:, a : b + 1] for a, b in pairwise(edges)]
    return np.array([[f(part, axis=1) for part in parts] for f in (np.min, np.max)])


def test_a_channel_that_is_marked_leaves_the_average(bench: Workbench, qtbot: QtBot) -> None:
    bench.session.set_window(TimeWindow(2000, 12_000, N_SAMPLES))  # several samples a column
    bench.processing.set(Processing(reference=Reference("average")))
    settled(bench, qtbot)
    canvas = bench.window.traces.canvas
    samples = SAMPLES - canvas.estimate.offset[:, np.newaxis]
    of_all = shown_of(bench, samples - samples.mean(axis=0))
    np.testing.assert_allclose(values(bench), of_all, atol=1e-3)
    bench.marking.mark_channels([0, 1], bad=True)
    settled(bench, qtbot)
    of_good = shown_of(bench, samples - samples[2:].mean(axis=0))
    assert np.abs(of_good - of_all).max() > 1
    np.testing.assert_allclose(values(bench), of_good, atol=1e-3)
    bench.actions["undo"].trigger()
    settled(bench, qtbot)
    np.testing.assert_allclose(values(bench), of_all, atol=1e-3)


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
    filters.menu().aboutToShow.emit()
    texts = {action.text(): action for action in filters.menu().actions()}
    texts["Above 1 Hz"].trigger()
    assert bench.processing.processing.highpass_hz == 1.0
    references.menu().aboutToShow.emit()
    texts = {action.text(): action for action in references.menu().actions()}
    assert texts["As recorded"].isChecked()
    texts["Common median"].trigger()
    assert bench.processing.processing == Processing(highpass_hz=1.0, reference=Reference("median"))
    assert references.text() == "Reference: common median"


def entries(menu: QMenu) -> dict[str, QAction]:
    menu.aboutToShow.emit()
    return {action.text(): action for action in menu.actions() if action.text()}


def ticked(menu: QMenu) -> set[str]:
    return {text for text, action in entries(menu).items() if action.isChecked()}


def test_the_toolbar_names_the_reference_and_ticks_ones_own_filter(bench: Workbench) -> None:
    tools = bench.window.tools
    bench.processing.set(Processing(0.7, 45, reference=Reference("channel", (2,))))
    assert tools.references.text() == "Reference: against E05"
    assert ticked(tools.references.menu()) == {"Against E05"}
    assert ticked(tools.filters.menu()) == {"0.7–45 Hz", "No notch"}
    bench.processing.set(Processing(reference=Reference("average", (0, 3))))
    assert tools.references.text() == "Reference: average of 2 channels"
    bench.processing.set(Processing(band_stop_hz=(48, 52)))
    assert tools.filters.text() == "Filter: without 48–52 Hz"


def test_presets_that_cannot_be_are_disabled(
    show: Callable[..., Viewer], tmp_path: Path, qtbot: QtBot
) -> None:
    slow = np.random.default_rng(1).normal(0, 9, (4, 5000)).astype(np.float32)
    viewer = show(write_recording(tmp_path, samples=slow, rec_type="clfp_ds250"))
    assert viewer.wait_until_drawn()
    of_bands = entries(viewer._bench.window.tools.filters.menu())
    assert not of_bands["70–150 Hz"].isEnabled()
    assert "150 Hz is not between 0 and 125 Hz" in of_bands["70–150 Hz"].toolTip()
    assert of_bands["1–40 Hz"].isEnabled()


def test_the_menu_of_a_label_refers_to_it_and_back(bench: Workbench) -> None:
    menu = QMenu()
    fill_traces_menu(menu, bench, None, 2)
    entries(menu)["Reference against E05"].trigger()
    assert bench.processing.processing.reference == Reference("channel", (2,))
    fill_traces_menu(menu, bench, None, 2)
    entries(menu)["Reference as recorded"].trigger()
    assert bench.processing.processing == Processing()


def test_the_selected_are_averaged(bench: Workbench) -> None:
    bench.session.channels.select([3, 0])
    bench.marking.mark_channels([3], bad=True)
    menu = QMenu()
    fill_traces_menu(menu, bench, None, 0)
    entries(menu)["Average of the selected channels"].trigger()
    assert bench.processing.processing.reference == Reference("average", (0, 3))
    assert "average of 1 good of 2 channels" in bench.processing.strip.line.text
    bench.marking.mark_channels([0], bad=True)
    assert "none is good: as recorded" in bench.processing.strip.line.text
    bench.session.channels.select([4])
    bench.actions["refer_channel"].trigger()
    assert bench.processing.processing.reference == Reference("channel", (4,))
    assert "against E09" in bench.processing.strip.line.text


@pytest.mark.parametrize(
    ("name", "alone"),
    [
        ("zscore", Processing(zscore=True)),
        ("inverted", Processing(inverted=True)),
        ("trend_off", Processing(detrend="linear")),
    ],
)
def test_what_is_off_stays_off_when_something_else_is_chosen(
    bench: Workbench, name: str, alone: Processing
) -> None:
    before = replace(alone, highpass_hz=1, reference=Reference("average")).toggled()
    bench.processing.set(before)
    bench.window.menus["Signal"].aboutToShow.emit()
    assert not bench.actions[name].isChecked()
    bench.actions[name].trigger()
    assert bench.processing.processing == alone
    assert "Left out, as it was off: above 1 Hz · common average" in said(bench)
    message = bench.window.findChild(StatusMessage).message
    assert message is not None
    message.actions[0].run()
    assert bench.processing.processing == before


def test_as_recorded_while_off_changes_nothing(bench: Workbench) -> None:
    before = Processing(1, reference=Reference("average"), is_on=False)
    bench.processing.set(before)
    tools = bench.window.tools
    assert (tools.filters.text(), tools.references.text()) == (
        "Filter: off", "Reference: as recorded",
    )  # fmt: skip
    assert ticked(tools.references.menu()) == {"As recorded"}
    assert ticked(tools.filters.menu()) == {"No band", "No notch"}
    entries(tools.references.menu())["As recorded"].trigger()
    assert bench.processing.processing == before
    entries(tools.filters.menu())["Above 0.5 Hz"].trigger()
    assert bench.processing.processing == Processing(0.5)


def test_the_key_of_the_constant_says_what_it_does(bench: Workbench, qtbot: QtBot) -> None:
    bench.processing.set(Processing(1))
    qtbot.keyClick(bench.window, Qt.Key.Key_D)
    assert "takes the constant off anyway" in said(bench)
    bench.processing.set(Processing(lowpass_hz=100))
    qtbot.keyClick(bench.window, Qt.Key.Key_D)
    assert said(bench) == "Constant taken off"


def type_into(qtbot: QtBot, field: QLineEdit, text: str) -> None:
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_numbers_of_ones_own(bench: Workbench, qtbot: QtBot) -> None:
    qtbot.keyClick(bench.window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    dialog = bench.processing._dialog
    assert dialog is not None
    type_into(qtbot, dialog.highpass, "0,5")
    assert bench.processing.processing.highpass_hz == 0.5
    assert dialog.highpass.text() == "0.5 Hz"
    type_into(qtbot, dialog.lowpass, "0.2 Hz")
    assert "not below the low-pass" in dialog.advice.text
    type_into(qtbot, dialog.lowpass, "fast")
    assert "no frequency" in dialog.advice.text
    assert bench.processing.processing == Processing(0.5)
    type_into(qtbot, dialog.lowpass, "")
    assert not dialog.advice.is_problem
    assert bench.processing.processing == Processing(0.5)
    dialog.inverted.click()
    assert bench.processing.processing == Processing(0.5, inverted=True)
    qtbot.mouseClick(dialog.reset, Qt.MouseButton.LeftButton)
    assert bench.processing.processing == Processing()
