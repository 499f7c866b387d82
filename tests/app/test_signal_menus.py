"""Filter and reference in the Signal menu, where the toolbar has no room for them, too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QEvent
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from ecogview.app.viewer import Viewer
from ecogview.app.wiring import Workbench
from ecogview.dsp.reference import Reference
from ecogview.model.processing import Processing
from tests.builders import write_recording


@pytest.fixture
def bench(viewer: Viewer) -> Workbench:
    viewer._wait_for_mask()
    return viewer._bench


def entries(menu: QMenu) -> dict[str, QAction]:
    """What an opened menu holds, by its words."""
    menu.aboutToShow.emit()
    return {action.text(): action for action in menu.actions() if not action.isSeparator()}


def ticked(menu: QMenu) -> list[str]:
    return [text for text, action in entries(menu).items() if action.isChecked()]


@pytest.mark.parametrize("width", [720, 1000, 1366, 1600])
def test_every_reference_and_preset_is_at_hand_at_any_width(
    bench: Workbench, width: int, qtbot: QtBot
) -> None:
    window, processing = bench.window, bench.processing
    window.resize(width, 700)
    QApplication.processEvents()
    if width in (720, 1600):
        assert window.tools.references.isVisible() is (width == 1600)
    signal = entries(window.menus["Signal"])
    filters, references = signal["Filter"].menu(), signal["Reference"].menu()
    assert filters is not None
    assert references is not None
    entries(filters)["Above 1 Hz"].trigger()
    entries(filters)["Notch 50 Hz and harmonics"].trigger()
    for text, kind in (
        ("Common average", "average"), ("Common median", "median"),
        ("Bipolar along rows", "rows"), ("Bipolar along columns", "columns"),
        ("As recorded", "recorded"),
    ):  # fmt: skip
        entries(references)[text].trigger()
        assert processing.processing == Processing(1.0, notch_hz=50, reference=Reference(kind))
        assert ticked(references) == [text]
    assert ticked(filters) == ["Above 1 Hz", "Notch 50 Hz and harmonics"]
    bench.session.channels.select([1, 4])
    entries(references)["Median of the selected channels"].trigger()
    assert processing.processing.reference == Reference("median", (1, 4))
    assert ticked(references) == ["Median of 2 channels"]
    assert entries(filters)["Your own filter and reference …"] is bench.actions["edit_filter"]


def test_ones_own_is_ticked_and_a_band_stop_given_up(bench: Workbench) -> None:
    menus = bench.signal_menus
    bench.processing.set(Processing(2.5, 30, 16.7, band_stop_hz=(8, 12)))
    own = ["2.5–30 Hz", "Notch 16.7 Hz and harmonics", "Without 8–12 Hz"]
    assert ticked(menus.filters) == own
    entries(menus.filters)["Without 8–12 Hz"].trigger()
    assert bench.processing.processing == Processing(2.5, 30, 16.7)
    bench.processing.toggle()
    assert ticked(menus.filters) == ["No band", "No notch"]  # what is off is not ticked
    entries(menus.references)["Common average"].trigger()
    assert bench.processing.processing == Processing(reference=Reference("average"))


def test_without_a_recording_or_a_grid(
    show: Callable[..., Viewer], tmp_path: Path, qtbot: QtBot
) -> None:
    samples = np.random.default_rng(2).normal(0, 9, (3, 4000)).astype(np.float32)
    viewer = show(write_recording(tmp_path, samples=samples, rec_type="clfp_ds250"))
    bench = viewer._bench
    qtbot.waitUntil(lambda: bench.session.info is not None)
    signal = entries(bench.window.menus["Signal"])
    assert signal["Reference"].isEnabled()
    too_fast = entries(bench.signal_menus.filters)["70–150 Hz"]
    assert not too_fast.isEnabled()
    assert "125 Hz" in too_fast.toolTip()
    bench.session.info = None
    assert not entries(bench.window.menus["Signal"])["Reference"].isEnabled()


def test_an_opened_menu_keeps_nothing_of_the_last_time(bench: Workbench, qtbot: QtBot) -> None:
    menu = bench.signal_menus.filters
    once = list(entries(menu))
    for _ in range(3):
        assert list(entries(menu)) == once
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert len(menu.findChildren(QAction)) < 2 * len(menu.actions())
    assert bench.actions["edit_filter"] in menu.actions()
    assert bench.actions["edit_filter"].shortcut().toString() == "Ctrl+F"
