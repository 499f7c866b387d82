"""A save of the mask in the background: how long, what the GUI thread notices, how much memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PyQt6.QtWidgets import QApplication

import ecogview
from ecogview.app.viewer import Viewer
from ecogview.dsp import engine
from ecogview.dsp.runs import EMPTY, Runs
from ecogview.model.mask import MaskEdit
from tests.benchmarks.measure import (
    heading,
    peak_mb,
    reset_peak,
    resident_mb,
    row,
    write_sparse_clfp,
    write_sparse_raw,
)

N_SPANS = 10_000
_REPEATS = 9
_RAW_REPEATS = 3


def run(folder: Path) -> None:
    heading(f"Saving (62 channels, {N_SPANS:,} spans, dock open, offscreen)")
    clfp, raw = write_sparse_clfp(folder), write_sparse_raw(folder)
    _run(clfp, "a two-hour clfp mask", ("≤ 300 ms", "≤ 16 ms", ""), _REPEATS)
    _run(raw, "a mask of 216 M samples", ("≤ 5 s", "≤ 16 ms", "≤ 500 MB"), _RAW_REPEATS)


def _run(path: Path, what: str, asked: tuple[str, str, str], repeats: int) -> None:
    viewer = ecogview.view(path, block=False)
    viewer.main_window.resize(1600, 900)
    viewer._bench.window.set_dock("shown")
    assert viewer.wait_until_drawn(60)
    viewer._wait_for_mask()
    engine.load_compiled()
    assert viewer.wait_until_drawn(60)
    _longest_gap(_after(1))  # by then the pass has begun
    viewer._bench.overview_pass.cancel()  # it reads the whole file, which is another matter
    _rows(viewer, what, asked, repeats)
    viewer.close()
    mask = path.name.replace(".dat", ".mask.pkl")
    for made in path.parent.glob(f"{mask}*"):
        made.unlink()


def _rows(viewer: Viewer, what: str, asked: tuple[str, str, str], repeats: int) -> None:
    session = viewer._bench.session
    step = session.mask.n_samples // N_SPANS
    spans = Runs.of([(i * step, i * step + step // 3) for i in range(N_SPANS)])
    times: list[float] = []
    gaps: list[float] = []
    idle: list[float] = []
    _mark(viewer, spans)
    before = resident_mb()
    reset_peak()
    _save(viewer)  # the first one keeps the original as well
    for i in range(repeats):
        _mark(viewer, Runs.of([(i, i + 1)]).union(spans))
        took, gap = _save(viewer)
        times.append(took)
        gaps.append(gap)
        idle.append(_longest_gap(_after(took / 1e3)))
    more = peak_mb() - before
    row(f"save of {what}, in the background, read back", _shown(times), asked[0])
    row("the GUI thread meanwhile, longest gap", _shown(gaps), asked[1], f"idle {_shown(idle)}")
    row("more memory meanwhile", f"{more:.0f} MB", asked[2])


def _mark(viewer: Viewer, manual: Runs) -> None:
    """Let these be the marks, and wait until they are painted and in the journal."""
    session, bench = viewer._bench.session, viewer._bench
    after = replace(session.mask, hf=EMPTY, sat=EMPTY, manual=manual)
    session.apply(MaskEdit.between(session.mask, after))
    assert viewer.wait_until_drawn(60)
    assert bench.safekeeping.journaling.flush()
    _longest_gap(_after(0.3))


def _save(viewer: Viewer) -> tuple[float, float]:
    """Milliseconds until it is saved and read back, and the longest gap between events."""
    ended: list[tuple[float, bool]] = []
    start = time.perf_counter()
    viewer._bench.saving.save(lambda saved: ended.append((time.perf_counter(), saved)))
    handed_over = (time.perf_counter() - start) * 1e3
    gap = max(handed_over, _longest_gap(lambda: bool(ended)))
    assert ended[0][1]
    return (ended[0][0] - start) * 1e3, gap


def _longest_gap(is_over: Callable[[], bool]) -> float:
    """Longest time in ms in which the event loop did not come round."""
    last, longest = time.perf_counter(), 0.0
    while not is_over():
        QApplication.processEvents()
        now = time.perf_counter()
        longest = max(longest, now - last)
        last = now
        time.sleep(0.0005)
    return longest * 1e3


def _after(seconds: float) -> Callable[[], bool]:
    end = time.perf_counter() + seconds
    return lambda: time.perf_counter() > end


def _shown(times: list[float]) -> str:
    return f"{np.median(times):.1f} ms, worst {max(times):.1f} ms"
