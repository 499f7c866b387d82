"""The filtered pass in the whole window: begun, kept on, waiting, stopped and given up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
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
from ecogview.model.time_window import TimeWindow
from ecogview.services import background_pass
from ecogview.services.filtered_build import FilteredBuild
from ecogview.services.filtered_overview import FilteredOverview
from tests.app.windows import a_recording

N_SAMPLES, N_UNITS = 400_000, 13
LEFT = Qt.MouseButton.LeftButton
CHAIN = Processing(lowpass_hz=20.0, reference=Reference("average"))


class Gate:
    """Lets the pass filter unit by unit."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._free = threading.Semaphore(0)
        read_unit = FilteredBuild.read_unit

        def read(build: FilteredBuild, unit: int) -> None:
            assert self._free.acquire(timeout=20)
            read_unit(build, unit)

        monkeypatch.setattr(FilteredBuild, "read_unit", read)

    def let(self, n_units: int) -> None:
        self._free.release(n_units)


@pytest.fixture
def gate(show: Callable[..., Viewer], monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """Open again before the window closes, which waits for the pass."""
    monkeypatch.setattr(background_pass, "_TELL_EVERY_S", 0)
    made = Gate(monkeypatch)
    yield made
    made.let(1000)


@pytest.fixture
def bench(gate: Gate, show: Callable[..., Viewer], qtbot: QtBot) -> Workbench:
    """Six channels of an array, all of it in the window: 500 samples a pixel."""
    samples = np.random.default_rng(7).normal(0, 20, (6, N_SAMPLES)).astype(np.float32)
    viewer = show(samples, sampling_rate=1000.0)
    assert viewer.wait_until_drawn()
    viewer._wait_for_mask()
    bench = viewer._bench
    qtbot.waitUntil(lambda: bench.overviews.complete is not None, timeout=30_000)
    viewer.set_window(0, 400)
    assert viewer.wait_until_drawn()
    return bench


@pytest.fixture
def begun(bench: Workbench) -> list[FilteredOverview]:
    """One for each pass that has begun."""
    passes: list[FilteredOverview] = []
    bench.processing._pass.began.connect(passes.append)
    return passes


def is_filtered(bench: Workbench) -> bool:
    canvas = bench.window.traces.canvas
    return canvas.is_settled and not canvas.is_unfiltered


def wait(qtbot: QtBot, until: Callable[[], bool]) -> None:
    qtbot.waitUntil(until, timeout=20_000)


def under_way(bench: Workbench, gate: Gate, qtbot: QtBot, n_units: int = 4) -> str:
    """Begin the pass of the chain, and let some of it happen; returns what is said then."""
    bench.processing.set(CHAIN)
    gate.let(n_units)
    told = f"{n_units / N_UNITS:.0%}".replace("%", " %")
    wait(qtbot, lambda: told in bench.processing.strip.line._detail)
    return told


def test_a_wide_view_is_unfiltered_at_first_and_says_so(
    bench: Workbench, gate: Gate, qtbot: QtBot
) -> None:
    picture = bench.window.traces.canvas.picture
    assert picture is not None
    plain = np.ptp(picture.envelope.high[:, 2])
    under_way(bench, gate, qtbot)
    assert "still as recorded: " in bench.processing.strip.line._detail
    gate.let(N_UNITS)
    wait(qtbot, lambda: is_filtered(bench) and not bench.processing.strip.line._detail)
    filtered = bench.window.traces.canvas.picture
    assert filtered is not None
    assert np.ptp(filtered.envelope.high[:, 2]) < plain / 2


def test_marking_a_span_sizing_and_the_key_leave_the_pass_alone(
    bench: Workbench, gate: Gate, begun: list[FilteredOverview], qtbot: QtBot
) -> None:
    told = under_way(bench, gate, qtbot)
    strip, canvas = bench.processing.strip, bench.window.traces.canvas
    bench.marking.mark_span((5200, 5400))
    assert told in strip.line._detail
    bench.actions["undo"].trigger()
    for name in ("zscore", "inverted", "toggle_processing", "toggle_processing", "zscore"):
        bench.actions[name].trigger()
    assert told in strip.line._detail
    assert canvas.filtered is begun[0]
    gate.let(N_UNITS)
    wait(qtbot, lambda: is_filtered(bench))
    assert len(begun) == 1
    assert begun[0].is_complete


def test_while_off_the_pass_waits(
    bench: Workbench, gate: Gate, begun: list[FilteredOverview], qtbot: QtBot
) -> None:
    told = under_way(bench, gate, qtbot)
    bench.processing.toggle()
    assert bench.processing._pass.is_paused
    assert not bench.processing.strip.stop_button.isVisible()
    bench.processing.toggle()
    assert not bench.processing._pass.is_paused
    assert told in bench.processing.strip.line._detail


def test_the_last_filtered_picture_is_taken_again(
    bench: Workbench, gate: Gate, begun: list[FilteredOverview], qtbot: QtBot
) -> None:
    gate.let(1000)
    bench.processing.set(CHAIN)
    wait(qtbot, lambda: bool(begun) and is_filtered(bench))
    bench.session.set_window(TimeWindow(100_000, 1000, N_SAMPLES))
    bench.processing.set(Processing(3))
    wait(qtbot, lambda: is_filtered(bench))
    bench.processing.set(replace(CHAIN, zscore=True))
    bench.session.set_window(TimeWindow(0, N_SAMPLES, N_SAMPLES))
    wait(qtbot, lambda: is_filtered(bench))
    assert len(begun) == 1


def test_stop_offers_to_go_on(
    bench: Workbench, gate: Gate, begun: list[FilteredOverview], qtbot: QtBot
) -> None:
    told, strip = under_way(bench, gate, qtbot), bench.processing.strip
    assert not strip.whole_button.isVisible()
    qtbot.mouseClick(strip.stop_button, LEFT)
    gate.let(1)
    assert told not in strip.line._detail
    assert not strip.stop_button.isVisible()
    bench.marking.mark_span((5200, 5400))
    canvas = bench.window.traces.canvas
    wait(qtbot, lambda: canvas.is_settled)
    assert canvas.is_unfiltered
    assert strip.whole_button.isVisible()
    assert len(begun) == 1
    gate.let(1000)
    qtbot.mouseClick(strip.whole_button, LEFT)
    assert not strip.whole_button.isVisible()
    wait(qtbot, lambda: is_filtered(bench))
    assert len(begun) == 2


def test_progress_goes_with_its_filter(bench: Workbench, gate: Gate, qtbot: QtBot) -> None:
    told, strip = under_way(bench, gate, qtbot), bench.processing.strip
    bench.session.set_window(TimeWindow(100_000, 1000, N_SAMPLES))
    bench.processing.set(Processing(3))
    assert told not in strip.line._detail
    assert not strip.stop_button.isVisible()
    gate.let(1)


def test_progress_goes_with_its_recording(
    bench: Workbench, gate: Gate, tmp_path: Path, qtbot: QtBot
) -> None:
    told, strip = under_way(bench, gate, qtbot), bench.processing.strip
    gate.let(1)
    bench.recordings.open_path(a_recording(tmp_path))
    wait(qtbot, lambda: bench.session.info.n_samples < N_SAMPLES)
    assert bench.processing.processing == CHAIN
    assert told not in strip.line._detail
    assert not strip.stop_button.isVisible()
    assert bench.window.traces.canvas.filtered is None


def test_a_channel_marked_bad_begins_an_average_anew(
    bench: Workbench, gate: Gate, begun: list[FilteredOverview], qtbot: QtBot
) -> None:
    under_way(bench, gate, qtbot)
    bench.marking.mark_channels([3], bad=True)
    gate.let(1000)
    wait(qtbot, lambda: len(begun) == 2 and is_filtered(bench))
    assert begun[1].applied.bad == {3}
