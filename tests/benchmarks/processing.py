"""What a filter and a reference cost: request to end of paint, in the background, against MNE."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PyQt6.QtCore import QEventLoop
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QApplication, QWidget
from scipy import signal

from ecogview.data.mask_tracks import load_tracks
from ecogview.dsp import engine
from ecogview.dsp.columns import ColumnGrid
from ecogview.dsp.filters import FilterSettings, design_filter
from ecogview.dsp.reference import Reference
from ecogview.dsp.runs import EMPTY, Runs
from ecogview.dsp.zero_phase import filter_rows
from ecogview.model.processing import AppliedProcessing, Processing
from ecogview.services.filtered_pass import FilteredPass
from ecogview.services.sources import FileSource
from ecogview.services.window_loader import WindowLoader, WindowRequest, WindowResponse
from ecogview.views import theme
from ecogview.views.trace_picture import TracePicture, TraceStyle
from tests.benchmarks.measure import DRIVE, heading, median_ms, row, warm, write_long
from tests.benchmarks.windows import empty_cache, until

_SIZE = (1270, 744)  # of the traces in a window of 1600 × 900
_RAW_RATE = 30_000
_FILTER = {"highpass_hz": 0.5, "lowpass_hz": 100.0, "notch_hz": 50.0}
_REFERENCES = {kind: Reference(kind) for kind in ("average", "median", "rows", "columns")}  # type: ignore[arg-type]


def run(folder: Path) -> None:
    application = QApplication.instance() or QApplication([])
    assert application is not None
    engine.load_compiled()
    path, many, raw = write_long(folder, 62), write_long(folder, 512, 600), _write_raw(folder)
    for each in (path, many, raw):
        warm(each)
    heading("Processing (0.5–100 Hz, notch 50 Hz ×4, and a reference; 10 s, offscreen, warm)")
    _windows(path, 62, 1000, "≤ 16 ms")
    _windows(many, 512, 1000, "≤ 100 ms")
    _windows(raw, 62, _RAW_RATE, "≤ 60 ms")
    _scrolled(path, 62, 1000, "≤ 8 ms")
    _scrolled(raw, 62, _RAW_RATE, "")
    _switched(path)
    heading("The filtered pass (62 channels, 7,207 s clfp, 1.8 GB, warm)")
    with empty_cache():
        _passed(path, "≥ 150 MB/s")
    with empty_cache():
        _passed(raw, "")
    heading("Against MNE (62 channels, 60 s at 1 kHz)")
    _against_mne()


class _Screen(QWidget):
    """The traces of one recording, as the canvas shows them."""

    def __init__(self, path: Path, n_channels: int, applied: AppliedProcessing | None) -> None:
        super().__init__()
        self.resize(*_SIZE)
        self._source, self._n_channels, self.applied = FileSource(path), n_channels, applied
        self._loader = WindowLoader()
        self._loader.responded.connect(self._on_response)
        self._style = TraceStyle(
            rows=tuple(range(n_channels)), bad=frozenset(), highlighted=frozenset(),
            units_per_row=400.0, offsets=np.zeros(n_channels, np.float32), mask=None,
            line_step=1e9, tokens=theme.current(),
        )  # fmt: skip
        self._picture: TracePicture | None = None
        self._id = 0
        self.is_final = self.is_painted = False
        self.covered_s = 0.0
        self.show()

    def close(self) -> bool:
        self._loader.close()
        return super().close()

    def show_window(self, start: int, length: int) -> float:
        """Milliseconds until it is painted."""
        began_s = time.perf_counter()
        self._id += 1
        self.is_final = self.is_painted = False
        self.covered_s = 0.0
        grid = ColumnGrid(length, _SIZE[0])
        picture = self._picture
        if picture is None or picture.grid != grid:
            picture = TracePicture(
                grid, _SIZE[1], 15, self._n_channels, self._style, picture, self._loader.drawing
            )
            self._picture = picture
        picture.first = grid.edge(0) + grid.column_of(start)
        columns = picture.envelope.wanted(picture.first, picture.stop)
        assert columns is not None
        self._loader.submit(
            WindowRequest(
                self._id, self._source, grid, *columns, self._n_channels, processing=self.applied
            )
        )
        # As the application does: a loop that spins would keep one of two cores from the loader.
        while not self.is_painted:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        now_s = time.perf_counter()
        self.covered_s = (self.covered_s or now_s) - began_s
        return (now_s - began_s) * 1e3

    def _on_response(self, response: WindowResponse) -> None:
        assert self._picture is not None
        if response.id != self._id:
            return
        self._picture.store(response.first, response.low, response.high, response.states)
        self.is_final = response.final
        if response.covers:
            self.update()
        else:
            self._picture.update(response.first, response.first + len(response.low))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        if self._picture is None:
            return
        self._picture.update()
        painter = QPainter(self)
        self._picture.image.paint(painter, self._picture.first, 1.0)
        painter.end()
        self.covered_s = self.covered_s or time.perf_counter()
        self.is_painted = self.is_final


def _applied(reference: Reference, masked: Runs = EMPTY) -> AppliedProcessing:
    return AppliedProcessing(Processing(**_FILTER, reference=reference), masked=masked)  # type: ignore[arg-type]


def _windows(path: Path, n_channels: int, rate: int, target: str) -> None:
    n_samples = path.stat().st_size // n_channels // (2 if rate == _RAW_RATE else 4)
    kinds: dict[str, AppliedProcessing] = {k: _applied(r) for k, r in _REFERENCES.items()}
    mask_path = path.with_name(path.name.replace(".dat", ".mask.pkl"))
    if mask_path.exists():
        mask = load_tracks(mask_path, n_samples, n_channels, rate)
        kinds["average, 1 or 2 masked spans in view"] = _applied(_REFERENCES["average"], mask.bad)
    for kind, applied in {"nothing": None, **kinds}.items():
        screen = _Screen(path, n_channels, applied)
        took, covered = [], []
        for i in range(21):
            start = int((i * 137.3 * rate + 6 * rate) % (n_samples - 20 * rate))
            took.append(screen.show_window(start, 10 * rate + i % 7 + 1))
            covered.append(screen.covered_s * 1e3)
        plain = f"first picture {np.median(covered[1:]):.1f} ms, fastest {min(took):.1f} ms"
        what = f"{n_channels} channels, {rate / 1000:g} kHz, {kind}"
        row(what, f"{np.median(took[1:]):.1f} ms", target, plain)
        screen.close()


def _scrolled(path: Path, n_channels: int, rate: int, target: str) -> None:
    for kind in ("average", "median"):
        screen = _Screen(path, n_channels, _applied(_REFERENCES[kind]))
        screen.show_window(12 * rate, 10 * rate)
        took = [screen.show_window(12 * rate + i * rate // 2, 10 * rate) for i in range(1, 80)]
        plain = f"mean {np.mean(took):.2f}, 95th percentile {np.percentile(took, 95):.1f} ms"
        what = f"5 % scroll step, {n_channels} channels, {rate / 1000:g} kHz, {kind}"
        row(what, f"{np.median(took):.2f} ms", target, plain)
        screen.close()


def _switched(path: Path) -> None:
    screen = _Screen(path, 62, None)
    both = (None, _applied(_REFERENCES["median"]))
    took: tuple[list[float], list[float]] = ([], [])
    for i in range(40):
        screen.applied = both[i % 2]
        screen._picture = None
        screen.show_window(1_000_000 + 4000 * (i // 2), 10_000)
        took[i % 2].append(screen.covered_s * 1e3)
    row("first answer when it is switched on", f"{np.median(took[1]):.1f} ms", "≤ 16 ms")
    row("first answer when it is switched off", f"{np.median(took[0]):.1f} ms", "≤ 16 ms")
    screen.close()


def _passed(path: Path, target: str) -> None:
    ready = threading.Event()
    ready.set()
    rate = 1000 if target else _RAW_RATE
    service, done = FilteredPass(ready), []
    service.finished.connect(done.append)
    start_s = time.perf_counter()
    service.start(FileSource(path), _applied(_REFERENCES["average"]))
    until(lambda: bool(done))
    took_s = time.perf_counter() - start_s
    size = path.stat().st_size
    row(f"whole recording at {rate / 1000:g} kHz", f"{size / took_s / 1e6:.0f} MB/s", target,
        f"{took_s:.1f} s for {size / 1e9:.2f} GB")  # fmt: skip
    screen = _Screen(path, 62, None)
    service.start(FileSource(path), _applied(_REFERENCES["median"]))
    late, due_s = [], time.perf_counter()
    for i in range(1, 200):
        while time.perf_counter() < due_s:
            QApplication.processEvents()
        due_s = time.perf_counter() + 1 / 30
        late.append(screen.show_window(12 * rate + (i % 80) * rate // 2, 10 * rate) > 20)
    row("frames late (> 20 ms) meanwhile, unfiltered", f"{np.mean(late):.1%}", "< 2 %")
    screen.close()
    service.close()


def _against_mne() -> None:
    import mne

    rows = np.random.default_rng(0).normal(0, 50, (60_000, 62)).astype(np.float32)
    rows = np.ascontiguousarray(signal.lfilter([1], [1, -0.98], rows, axis=0), np.float32)
    lines = rows.T.astype(float)
    design = design_filter(FilterSettings(0.5, 100), 1000)
    made: dict[str, np.ndarray] = {}

    def ours(_: int) -> None:
        made["ours"] = filter_rows(
            rows, design, EMPTY, (0, 60_000), engine.filters(), is_start=True, is_stop=True
        )

    def theirs(_: int, **kind: object) -> None:
        made["theirs"] = mne.filter.filter_data(lines, 1000.0, 0.5, 100.0, verbose=False, **kind)

    row("0.5–100 Hz, in one thread", f"{median_ms(ours, 5):.0f} ms", "")
    kinds: dict[str, Callable[[int], None]] = {
        "IIR, Butterworth of order 2": lambda i: theirs(
            i, method="iir", iir_params={"order": 2, "ftype": "butter", "output": "sos"}
        ),
        "FIR, its default": theirs,
    }
    inside = slice(10_000, 50_000)
    for name, call in kinds.items():
        took = median_ms(call, 3)
        ours_inside, theirs_inside = made["ours"][inside], made["theirs"].T[inside]
        apart = np.sqrt(np.mean((ours_inside - theirs_inside) ** 2)) / theirs_inside.std()
        row(f"MNE {mne.__version__}, {name}", f"{took:.0f} ms", "",
            f"root mean square of the difference {apart:.2%} of the signal's")  # fmt: skip


def _write_raw(folder: Path, n_channels: int = 62, seconds: int = 120) -> Path:
    """Write a raw recording of noise at 30 kHz, once: 0.45 GB."""
    path = folder / f"noise.{DRIVE}.raw.dat"
    source = folder / f"long{n_channels}.experiment.json"
    (folder / "noise.experiment.json").write_text(json.dumps(json.loads(source.read_text())))
    n_samples = seconds * _RAW_RATE
    if path.exists() and path.stat().st_size == n_samples * n_channels * 2:
        return path
    random = np.random.default_rng(1)
    with path.open("wb") as file:
        for _ in range(seconds):
            file.write(random.integers(-500, 500, (_RAW_RATE, n_channels), np.int16).tobytes())
    return path
