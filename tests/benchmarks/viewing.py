"""What users wait for: from handing in the request to the end of the paint, offscreen."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QImage, QKeyEvent, QPainter
from PyQt6.QtWidgets import QApplication, QWidget

from ecogview.app.application import make_application
from ecogview.app.viewer import Viewer
from ecogview.dsp import engine
from ecogview.dsp.runs import EMPTY, Runs
from tests.benchmarks.measure import (
    RATE,
    alone,
    heading,
    median_ms,
    peak_mb,
    reset_peak,
    resident_mb,
    row,
    warm,
    write_long,
    write_sparse_raw,
)
from tests.benchmarks.windows import SIZE, empty_cache, is_complete, opened, until

LENGTHS_S = (1, 10, 60)


def run(folder: Path, n_channels: int) -> None:
    many = n_channels > 100
    path = write_long(folder, n_channels, 1800 if many else 7207)
    warm(path)
    heading(f"Viewing ({n_channels} channels, 1 kHz, {SIZE[0]}×{SIZE[1]}, offscreen, warm)")
    with empty_cache():
        _view(path, n_channels, many=many)


def _view(path: Path, n_channels: int, *, many: bool) -> None:
    viewer = opened(path, wait_for_pass=False)
    during = _during_pass(viewer)
    until(lambda: is_complete(viewer))
    assert viewer.wait_until_drawn(30)
    canvas = viewer.main_window.traces.canvas  # type: ignore[attr-defined]
    blit = _blit_ms(viewer)
    pixels = np.zeros((canvas.height(), canvas.width()), np.uint32)
    copy = median_ms(lambda _: pixels.copy(), 200)
    for length_s in LENGTHS_S:
        target = "≤ 35 ms" if many and length_s == 60 else "≤ 20 ms" if many else "≤ 5 ms"
        took = _new_windows(viewer, length_s, 60)
        row(f"new window of {length_s} s", f"{took:.2f} ms", target,
            f"read {_read_ms(path, length_s, n_channels):.2f} ms, blit {blit:.2f} ms, "
            f"memcpy {copy:.2f} ms")  # fmt: skip
    for length_s in LENGTHS_S:
        steps = _scrolled(viewer, length_s, 200)
        row(f"5 % scroll step at {length_s} s", f"{np.median(steps):.2f} ms",
            "≤ 2.5 ms" if many else "≤ 1 ms", f"blit {blit:.2f} ms")  # fmt: skip
    row("the same at 10 s while the pass runs", during, "")
    late = _held_key(viewer, 400)
    row("frames late (> 20 ms), holding → at 10 s", f"{late:.2%}", "< 1 %")
    viewer.close()
    if not many:
        _spans(path)


def run_memory(folder: Path) -> None:
    heading("Memory (62 channels; peak while scrolling, zooming 1 to 60 s, jumping)")
    for title, path in (
        ("7,207 s clfp, 1.8 GB", write_long(folder, 62)),
        ("7,207 s raw at 30 kHz, 27 GB, sparse", write_sparse_raw(folder)),
    ):
        with empty_cache():
            alone("viewing", "memory", str(path), title)


def memory(path: str, title: str) -> None:
    """In a process of its own: what others have left behind is not counted."""
    application = make_application()
    assert application is not None
    viewer = Viewer()
    viewer.main_window.resize(*SIZE)
    viewer.main_window.show()
    engine.load_compiled()
    QApplication.processEvents()
    empty = resident_mb()
    reset_peak()
    viewer.open(path)
    assert viewer.wait_until_drawn(60)
    for length_s in LENGTHS_S:
        for i in range(30):
            viewer.set_window((i * 997) % 7000, length_s)
            assert viewer.wait_until_drawn(60)
    row(title, f"{peak_mb() - empty:.0f} MB above the empty window, {peak_mb():.0f} MB in all",
        "≤ 100 MB above, ≤ 350 MB in all")  # fmt: skip
    viewer.close()


def _during_pass(viewer: Viewer) -> str:
    """What the pass over the recording costs a scrolled frame."""
    viewer.set_window(0, 10)
    assert viewer.wait_until_drawn(30)
    took = []
    while not is_complete(viewer) and len(took) < 1000:
        took.append(median_ms(lambda _: _step(viewer, 10), 1))
    return f"{np.median(took):.2f} ms, 99 % {np.percentile(took, 99):.1f} ms" if took else "none"


def _new_windows(viewer: Viewer, length_s: float, repeats: int) -> float:
    duration = viewer._bench.session.info.duration_s

    def jump(i: int) -> None:
        # Another length each time, so that nothing can be kept from the window before.
        start = (i * 137.3) % (duration - length_s - 1)
        viewer.set_window(start, length_s * (1 + 0.001 * (i % 7 + 1)))
        assert viewer.wait_until_drawn(30)

    jump(0)
    return median_ms(lambda i: jump(i + 1), repeats)


def _scrolled(viewer: Viewer, length_s: float, steps: int) -> list[float]:
    viewer.set_window(0, length_s)
    assert viewer.wait_until_drawn(30)
    return [median_ms(lambda _: _step(viewer, length_s), 1) for _ in range(steps)]


def _step(viewer: Viewer, length_s: float) -> None:
    viewer.go_to(viewer.window[0] + 0.05 * length_s)
    assert viewer.wait_until_drawn(30)


def _held_key(viewer: Viewer, presses: int) -> float:
    """Share of → presses, 33 ms apart as a keyboard repeats them, painted after 20 ms or more."""
    viewer.set_window(0, 10)
    assert viewer.wait_until_drawn(30)
    panel: QWidget = viewer.main_window.traces  # type: ignore[attr-defined]
    action = viewer._bench.actions["step_forward"]
    late = 0
    due = time.perf_counter()
    for i in range(presses):
        if i % 100 == 0:
            viewer.set_window(0, 10)
            assert viewer.wait_until_drawn(30)
        while time.perf_counter() < due:
            QApplication.processEvents()
        start = time.perf_counter()
        due = start + 1 / 30
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(panel, event)
        action.trigger()
        assert viewer.wait_until_drawn(30)
        late += time.perf_counter() - start > 0.020
    return late / presses


def _spans(path: Path) -> None:
    """A frame with 1,000 bad spans in view against one without any, in turns."""
    viewer = opened(path)
    session = viewer._bench.session
    none = replace(session.mask, hf=EMPTY, sat=EMPTY)
    starts = np.arange(0, 60 * RATE, 120)
    hf = Runs.of(np.stack([starts, starts + 15], axis=1))
    sat = Runs.of(np.stack([starts + 60, starts + 67], axis=1))
    took: dict[bool, list[float]] = {False: [], True: []}
    for i in range(120):
        has_spans = i % 2 == 1
        session.set_mask_result(replace(none, hf=hf, sat=sat) if has_spans else none)
        settled_s = time.perf_counter() + 0.1  # lists and maps follow a mask a moment later
        while time.perf_counter() < settled_s:
            QApplication.processEvents()

        def frame(_: int, length_s: float = 60 - 0.01 * (i % 5)) -> None:
            viewer.set_window(0, length_s)
            assert viewer.wait_until_drawn(30)

        took[has_spans].append(median_ms(frame, 1))
    viewer.close()
    without = float(np.median(took[False]))
    more = float(np.median(took[True])) - without
    row("1,000 bad spans in view", f"{more:+.2f} ms a frame", "< 1 ms more",
        f"without any {without:.2f} ms")  # fmt: skip


def _read_ms(path: Path, length_s: int, n_channels: int) -> float:
    """Time of reading the bytes of a window, and doing nothing with them."""
    n_bytes = length_s * RATE * n_channels * 4
    buffer = bytearray(1 << 19)
    last = path.stat().st_size - n_bytes
    with path.open("rb", buffering=0) as file:

        def read(i: int) -> None:
            file.seek(int((i * 137.3) % 400 * RATE) * n_channels * 4 % max(last, 1))
            left = n_bytes
            while left > 0:
                left -= file.readinto(memoryview(buffer)[: min(left, len(buffer))])

        return median_ms(read, 40)


def _blit_ms(viewer: Viewer) -> float:
    """Time of painting one image of the canvas's size by a bare widget."""
    canvas = viewer.main_window.traces.canvas  # type: ignore[attr-defined]
    image = QImage(canvas.size(), QImage.Format.Format_RGB32)
    image.fill(0)

    class Bare(QWidget):
        def paintEvent(self, event: object) -> None:
            QPainter(self).drawImage(0, 0, image)

    bare = Bare()
    bare.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
    bare.resize(canvas.size())
    bare.show()
    QApplication.processEvents()

    def paint(_: int) -> None:
        bare.update()
        QApplication.processEvents()

    return median_ms(paint, 200)
