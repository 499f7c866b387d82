"""Filters and references that go along from one recording to the next."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from ecogview.app.viewer import Viewer
from ecogview.app.wiring import Workbench
from ecogview.dsp.reference import Reference
from ecogview.model.processing import Processing
from ecogview.views.message_bar import MessageBar
from tests.app.windows import a_recording
from tests.builders import electrode_entries, write_recording


@pytest.fixture
def bench(viewer: Viewer) -> Workbench:
    viewer._wait_for_mask()
    return viewer._bench


@pytest.fixture
def others(tmp_path: Path) -> dict[str, Path]:
    """Of E01 … E11: without the first two, only four of them, and one of 250 Hz."""
    samples = np.random.default_rng(4).normal(0, 50, (6, 30_000)).astype(np.float32)
    entries = electrode_entries(6, "LM1_ECOG_3")
    return {
        "moved": write_recording(
            tmp_path / "moved", samples=samples[2:], electrodes=entries[2:], rec_id="rec002"
        ),
        "few": write_recording(
            tmp_path / "few", samples=samples[:4], electrodes=entries[:4], rec_id="rec003"
        ),
        "slow": write_recording(
            tmp_path / "slow", samples=samples, rec_id="rec004", rec_type="clfp_ds250"
        ),
    }


def open_path(bench: Workbench, path: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bench.recordings.opened, timeout=10_000):
        bench.recordings.open_path(path)
    qtbot.waitUntil(lambda: not bench.recordings.is_busy, timeout=10_000)


def told(bench: Workbench) -> str:
    message = bench.window.findChild(MessageBar).message
    return "" if message is None else f"{message.text} {message.detail}"


def test_a_reference_is_the_same_electrode_in_another_recording(
    bench: Workbench, others: dict[str, Path], qtbot: QtBot
) -> None:
    strip = bench.processing.strip
    bench.processing.refer_to("channel", [2])
    assert "against E05" in strip.line.text
    open_path(bench, others["moved"], qtbot)
    assert bench.processing.processing.reference == Reference("channel", (0,))
    assert "against E05" in strip.line.text
    assert bench.window.tools.references.text() == "Reference: against E05"
    assert not told(bench)


def test_a_missing_reference_is_said_the_filter_stays_and_all_returns(
    bench: Workbench, others: dict[str, Path], tmp_path: Path, qtbot: QtBot
) -> None:
    asked = Processing(2, detrend="linear", reference=Reference("average", (1, 5)))
    bench.processing.set(asked)
    open_path(bench, others["few"], qtbot)
    assert bench.processing.processing == Processing(2, detrend="linear")
    assert "E11 of the reference is not in this recording" in told(bench)
    assert bench.window.traces.canvas.applied is not None
    bench.processing.toggle()
    bench.processing.toggle()
    open_path(bench, a_recording(tmp_path / "again", "rec005"), qtbot)
    assert bench.processing.processing == asked
    assert not told(bench)


def test_what_cannot_be_done_here_keeps_nothing_else_from_it(
    bench: Workbench, others: dict[str, Path], tmp_path: Path, qtbot: QtBot
) -> None:
    bench.processing.set(Processing(lowpass_hz=200))
    open_path(bench, others["slow"], qtbot)
    assert bench.processing.processing == Processing()
    assert "low-pass of 200 Hz is not between 0 and 125 Hz" in told(bench)
    average = Processing(reference=Reference("average"))
    bench.processing.choose(average)
    assert bench.processing.processing == average
    open_path(bench, a_recording(tmp_path / "again", "rec005"), qtbot)
    assert bench.processing.processing == average  # the user has asked for something else


def test_what_is_off_goes_along_off(
    bench: Workbench, others: dict[str, Path], qtbot: QtBot
) -> None:
    bench.processing.set(Processing(2, reference=Reference("channel", (5,)), is_on=False))
    open_path(bench, others["few"], qtbot)
    assert bench.processing.processing == Processing(2, is_on=False)
    assert not told(bench)
