"""What a person who marks waits for: the end of a gesture, undo, a save in the background."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PyQt6.QtCore import QEvent, QPointF, Qt
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QApplication

import ecogview
from ecogview.app.viewer import Viewer
from ecogview.dsp import engine
from ecogview.dsp.runs import EMPTY, Runs
from ecogview.model.mask import MaskEdit
from tests.benchmarks import saving
from tests.benchmarks.measure import heading, row, write_long

SIZE = (1600, 900)
N_SPANS = 10_000


def run(folder: Path) -> None:
    path = write_long(folder, 62)
    heading(f"Marking (62 channels, {N_SPANS:,} spans, table of spans open, 1600×900, offscreen)")
    viewer = ecogview.view(path, block=False)
    viewer.main_window.resize(*SIZE)
    bench = viewer._bench
    bench.window.set_dock("shown")
    assert viewer.wait_until_drawn(60)
    engine.load_compiled()
    while bench.overviews.complete is None:
        QApplication.processEvents()
    session = bench.session
    spans = Runs.of([(i * 720, i * 720 + 300) for i in range(N_SPANS)])
    session.set_mask_result(replace(session.mask, hf=spans, sat=EMPTY, manual=EMPTY))
    viewer.set_window(3000, 10)
    viewer.wait_until_drawn()
    frame = _median([_timed(lambda: _repaint(viewer)) for _ in range(40)])
    plain = f"repainting the window {frame:.1f} ms"
    bench.window.traces.marking.set_on(on=True)
    for title, modifiers in (
        ("drag marks, release to repainted", Qt.KeyboardModifier.NoModifier),
        ("drag un-marks, release to repainted", Qt.KeyboardModifier.ControlModifier),
    ):
        row(title, _shown([_drag(viewer, modifiers) for _ in range(41)]), "≤ 16 ms", plain)
    row(
        "a label clicked, click to repainted",
        _shown([_timed(lambda i=i: _click(viewer, i)) for i in range(41)]),
        "≤ 16 ms",
        plain,
    )
    grown = MaskEdit.between(session.mask, replace(session.mask, manual=spans.grow(20, 10**7)))
    bench.marking.apply(grown, "grown")
    times: list[float] = []
    for _ in range(20):
        times += [_timed(lambda act=act: _then_painted(viewer, act)) for act in
                  (bench.undo_stack.undo, bench.undo_stack.redo)]  # fmt: skip
    row(f"undo, redo of a change of {N_SPANS:,} spans", _shown(times), "≤ 16 ms", plain)
    viewer.close()
    saving.run(folder)


def _drag(viewer: Viewer, modifiers: Qt.KeyboardModifier) -> float:
    """Milliseconds from the release to the end of the paint; the step is taken back."""
    canvas, bench = viewer._bench.window.traces.canvas, viewer._bench
    width, y = canvas.width(), canvas.height() / 2

    def send(kind: QEvent.Type, x: float) -> None:
        place = QPointF(x, y)
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        at = QPointF(canvas.mapToGlobal(place.toPoint()))
        is_move, is_up = kind == QEvent.Type.MouseMove, kind == QEvent.Type.MouseButtonRelease
        event = QMouseEvent(
            kind, place, at, none if is_move else left, none if is_up else left, modifiers
        )
        QApplication.sendEvent(canvas, event)

    send(QEvent.Type.MouseButtonPress, 0.31 * width)
    for share in (0.4, 0.5, 0.62):
        send(QEvent.Type.MouseMove, share * width)
    QApplication.processEvents()
    took = _timed(
        lambda: _then_painted(viewer, lambda: send(QEvent.Type.MouseButtonRelease, 0.62 * width))
    )
    assert bench.undo_stack.index() == 1
    bench.undo_stack.undo()
    assert viewer.wait_until_drawn()
    QApplication.processEvents()
    return took


def _click(viewer: Viewer, number: int) -> None:
    gutter = viewer._bench.window.traces.gutter
    _then_painted(viewer, lambda: gutter.marked.emit([number], True))


def _repaint(viewer: Viewer) -> None:
    viewer.main_window.update()
    for part in viewer.main_window.findChildren(type(viewer._bench.window.traces.canvas)):
        part.update()
    QApplication.processEvents()


def _then_painted(viewer: Viewer, act: Callable[[], object]) -> None:
    act()
    assert viewer.wait_until_drawn()
    QApplication.processEvents()


def _timed(act: Callable[[], object]) -> float:
    _let_lists_follow()
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1e3


def _let_lists_follow() -> None:
    """Lists are painted 25 ms after the traces: those of the gesture before, not of this one."""
    until = time.perf_counter() + 0.06
    while time.perf_counter() < until:
        QApplication.processEvents()


def _median(times: list[float]) -> float:
    return float(np.median(times))


def _shown(times: list[float]) -> str:
    return f"{_median(times):.1f} ms, 95 % {np.percentile(times, 95):.1f} ms"
