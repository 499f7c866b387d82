"""What an export costs, beside reading and writing the same bytes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PyQt6.QtWidgets import QApplication

from ecogview import DataFile
from ecogview.app.viewer import Viewer
from ecogview.services.export_planning import ExportFacts, ExportQuestion
from ecogview.services.export_request import export_recording, plan_for
from ecogview.services.kernel_loading import load_kernels
from ecogview.services.sources import FileSource
from tests.benchmarks.measure import (
    RATE,
    heading,
    peak_mb,
    reset_peak,
    resident_mb,
    row,
    warm,
    write_long,
)
from tests.benchmarks.windows import empty_cache, opened

_ROUNDS = 5
_FRAMES = 150
_CHUNK = 1 << 20
_GIGABYTE_S = 4032  # seconds of 62 channels that are 1 GB
STREAMED = ("lab", "npy", "npz", "csv")
_MODULE = "tests.benchmarks.exporting"
TARGETS = {"lab": "≥ 70 % of the copy", "npy": "≥ 70 % of the copy"}


def run(folder: Path) -> None:
    path = write_long(folder, 62)
    warm(path)
    room = Path(tempfile.mkdtemp(dir=folder))
    try:
        heading("Export: memory above the idle program")
        _memory(path, room)
        heading("Export of 1 GB (62 channels clfp, 4,032 s, warm), flushed to the disk")
        _speeds(path, room)
        heading("Scrolling by 5 % at 10 s, a frame each 33 ms, while all 1.8 GB are exported")
        with empty_cache():
            _frames(path, room)
    finally:
        shutil.rmtree(room)


def _speeds(path: Path, room: Path) -> None:
    n_bytes = _GIGABYTE_S * RATE * 62 * 4
    for key in ("lab", "npy", "npz"):
        took: dict[str, list[tuple[float, float]]] = {"export": [], "copy": [], "flushed": []}
        for _ in range(_ROUNDS):
            took["copy"].append(_took_s(lambda: _copy(path, room, n_bytes, flushed=False)))
            took["export"].append(_took_s(lambda k=key: _export(path, room, k, 0, _GIGABYTE_S)))
            took["flushed"].append(_took_s(lambda: _copy(path, room, n_bytes, flushed=True)))
        wall = {name: np.array(pairs)[:, 0] for name, pairs in took.items()}
        processor = {name: np.median(np.array(pairs)[:, 1]) for name, pairs in took.items()}
        speed = {name: n_bytes / np.median(seconds) / 1e6 for name, seconds in wall.items()}
        # Of a round each: the load of the machine changes between rounds.
        ratios = [np.median(wall[name] / wall["export"]) for name in ("flushed", "copy")]
        row(
            key,
            f"{speed['export']:,.0f} MB/s, {ratios[0]:.0%} of a flushed copy, {ratios[1]:.0%} of "
            f"one that is not; {processor['export'] / processor['copy']:.2f} × its processor time",
            TARGETS.get(key, ""),
            f"{speed['flushed']:,.0f} MB/s flushed, {speed['copy']:,.0f} not",
        )
    load_kernels()
    took_s, processor_s = _took_s(lambda: _export(path, room, "csv", 0, 300))
    n_numbers = 300 * RATE * 62
    row(
        "csv, 300 s",
        f"{_csv_bytes[-1] / took_s / 1e6:,.0f} MB/s of text, {processor_s / n_numbers * 1e9:.0f} "
        "ns of a processor a number",
        "",
        f"{_plain_text_ns():,.0f} ns by repr",
    )


def _frames(path: Path, room: Path) -> None:
    """Frames of a scrolled window while an export runs in it, beside those without one."""
    viewer = opened(path)
    exporting = viewer._bench.exporting
    alone = _scrolled_ms(viewer, lambda n: n < _FRAMES)
    row("without an export", _late(alone), "")
    for key in ("lab", "npy"):
        inner = Path(tempfile.mkdtemp(dir=room))
        with DataFile(path) as data_file, FileSource(path).open() as recording:
            plan = plan_for(recording, data_file.tracks, inner, format=key)
        question = ExportQuestion(plan, FileSource(path))
        exporting.run(ExportFacts(question, plan), force=False)
        took = _scrolled_ms(viewer, lambda _: exporting.is_at_work)
        row(f"while {key} is exported", _late(took), "≥ 99 % < 20 ms")
        shutil.rmtree(inner)
    viewer.close()


def _scrolled_ms(viewer: Viewer, goes_on: Callable[[int], bool]) -> list[float]:
    """Milliseconds from each step to the end of its paint."""
    took: list[float] = []
    viewer.set_window(0, 10)
    assert viewer.wait_until_drawn(30)
    while goes_on(len(took)):
        began_s = time.perf_counter()
        viewer.go_to((viewer.window[0] + 0.5) % 7000)
        assert viewer.wait_until_drawn(30)
        took.append((time.perf_counter() - began_s) * 1e3)
        while time.perf_counter() - began_s < 1 / 30:
            QApplication.processEvents()
    return took


def _late(took: list[float]) -> str:
    late = float(np.mean(np.array(took) > 20))
    return (
        f"{late:.2%} of {len(took)} frames > 20 ms; median {np.median(took):.1f} ms, "
        f"99 % {np.percentile(took, 99):.1f} ms"
    )


_csv_bytes: list[int] = []


def _memory(path: Path, room: Path) -> None:
    """The first export of a process each, with what it imports: of the window, of a command."""
    for key, seconds in (
        ("lab", 7207), ("npy", 7207), ("npz", 7207), ("mat", 7207), ("csv", 300),
        ("brainvision", 7207), ("fif", 7207), ("edf", 1000),
    ):  # fmt: skip
        for n_channels in (62, 3):
            command = [sys.executable, "-m", _MODULE, str(path), str(room), key]
            told = []
            for program in ("window", "command"):
                arguments = [str(seconds), str(n_channels), program]
                done = subprocess.run(
                    [*command, *arguments], check=True, capture_output=True, text=True
                )
                told.append(f"+{float(done.stdout):.0f} MB in a {program}")
            what = f"{key}, {n_channels} channels, {seconds:,} s"
            row(what, ", ".join(told), "≤ 100 MB" if key in STREAMED else "")


def _measure_one(path: str, room: str, key: str, seconds: str, channels: str, program: str) -> None:
    if program == "window":
        load_kernels()  # as it has when somebody exports
    before = resident_mb()
    reset_peak()
    chosen = "all" if channels == "62" else [0, 3, 61]
    _export(Path(path), Path(room), key, 0, float(seconds), chosen)
    sys.stdout.write(f"{peak_mb() - before}")


def _export(
    path: Path, room: Path, key: str, start_s: float, stop_s: float, channels: object = "all"
) -> None:
    inner = Path(tempfile.mkdtemp(dir=room))
    with DataFile(path) as data_file:
        files = export_recording(
            FileSource(path),
            data_file.tracks,
            inner,
            format=key,
            start_s=start_s,
            stop_s=stop_s,
            channels=channels,  # type: ignore[arg-type]
        )
    if key == "csv":
        _csv_bytes.append(files[-1].stat().st_size)
    _forget(inner)


def _copy(path: Path, room: Path, n_bytes: int, *, flushed: bool) -> None:
    inner = Path(tempfile.mkdtemp(dir=room))
    source = os.open(path, os.O_RDONLY)
    target = os.open(inner / "copy", os.O_WRONLY | os.O_CREAT)
    buffer = memoryview(bytearray(_CHUNK))
    done = 0
    while done < n_bytes:
        got = os.preadv(source, [buffer[: min(_CHUNK, n_bytes - done)]], done)
        os.write(target, buffer[:got])
        done += got
    if flushed:
        os.fsync(target)
    os.close(source)
    os.close(target)
    _forget(inner)


_forgetting_s = [0.0]


def _forget(folder: Path) -> None:
    """Remove what was made; its time does not count."""
    began_s = time.perf_counter()
    shutil.rmtree(folder)
    _forgetting_s[0] = time.perf_counter() - began_s


def _took_s(work: Callable[[], object]) -> tuple[float, float]:
    """Wall time and processor time."""
    began_s, processor_s = time.perf_counter(), time.process_time()
    work()
    return (
        time.perf_counter() - began_s - _forgetting_s[0],
        time.process_time() - processor_s,
    )


def _plain_text_ns() -> float:
    values = np.random.default_rng(0).normal(0, 300, 200_000).astype(np.float32)
    began_s = time.perf_counter()
    ",".join([repr(value) for value in values.tolist()])
    return (time.perf_counter() - began_s) / len(values) * 1e9


if __name__ == "__main__":
    _measure_one(*sys.argv[1:])
