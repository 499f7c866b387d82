"""What the pass costs and what it gives: wide windows, the map, and scrolling meanwhile."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from PyQt6.QtWidgets import QApplication

from ecogview.data.envelope_file import EnvelopeFile, EnvelopeWriter
from ecogview.data.kept_files import KeptFiles
from ecogview.data.registry import open_recording
from ecogview.dsp import engine
from ecogview.dsp.runs import EMPTY, Runs
from ecogview.services.column_reading import estimate_of
from ecogview.services.overview import Overview
from ecogview.services.overview_build import OverviewBuild
from tests.benchmarks.likeness import differing
from tests.benchmarks.measure import (
    alone,
    heading,
    median_ms,
    peak_mb,
    row,
    warm,
    write_long,
    write_sparse_raw,
)
from tests.benchmarks.windows import empty_cache, is_complete, opened, until


def run(folder: Path) -> None:
    path = write_long(folder, 62)
    warm(path)
    heading("The pass (62 channels, 7,207 s clfp, 1.8 GB, warm)")
    with empty_cache():
        _pass_speed(path)
        _kept(path)
    heading("Wide windows (1600×900, offscreen, warm)")
    with empty_cache():
        _right_after_opening(path)
        _wide(path, 62)
        _scrubbed(path)
        _spans(path)
        differing(path, _build(path, keeps=True))
    with empty_cache():
        _late_during_pass(path)
    many = write_long(folder, 512, 1800)
    warm(many)
    with empty_cache():
        _wide(many, 512)
        differing(many, _build(many, keeps=True))
    with empty_cache():
        alone("overview", "memory", str(path), "7,207 s clfp, 1.8 GB")
        alone("overview", "memory", str(write_sparse_raw(folder)), "7,207 s raw, 27 GB, sparse")


def _pass_speed(path: Path) -> None:
    engine.load_compiled()
    compiled = engine._sums
    size = path.stat().st_size
    no_sums = SimpleNamespace(sum_cells=lambda *_: None)
    speeds: dict[str, list[float]] = {"read": [], "pyramid": [], "all": [], "kept": []}
    for _ in range(3):
        start = time.perf_counter()
        warm(path)
        speeds["read"].append(size / (time.perf_counter() - start) / 1e9)
        for name, sums in (("pyramid", no_sums), ("all", compiled), ("kept", compiled)):
            engine._sums = sums
            start = time.perf_counter()
            _build(path, keeps=name == "kept")
            speeds[name].append(size / (time.perf_counter() - start) / 1e9)
    engine._sums = compiled
    plain = float(np.median(speeds["read"]))
    for name, title, target in (
        ("pyramid", "pyramid alone", "≥ 2.5 GB/s"),
        ("all", "with all figures of the quality map", "≥ 1 GB/s"),
        ("kept", "the same, kept on the disk (fsync included)", ""),
    ):
        speed = float(np.median(speeds[name]))
        ratio = f"{plain / speed:.1f} × a plain read"
        row(title, f"{speed:.2f} GB/s, {ratio}", target, f"{plain:.1f} GB/s")


def _build(path: Path, *, keeps: bool) -> Overview:
    kept = KeptFiles()
    with open_recording(path) as recording:
        overview = Overview.blank(recording.info)
        assert overview.spec is not None
        writer = None
        if keeps:
            assert kept.make_room(overview.spec.n_bytes)
            writer = EnvelopeWriter(kept.path_of(overview.spec), overview.spec)
        build = OverviewBuild(recording, overview, estimate_of(recording), writer)
        while (unit := build.unit_nearest(0)) is not None:
            build.read_unit(unit)
        build.finish()
        assert build.problem is None
    return overview


def _kept(path: Path) -> None:
    overview = _build(path, keeps=True)
    assert overview.kept is not None
    size, kept_size = path.stat().st_size, overview.kept.path.stat().st_size
    row("kept on the disk", f"{kept_size / size:.2%} of the file", "≤ 5 %")

    def open_again(_: int) -> None:
        again = Overview.blank(overview.info)
        assert again.spec is not None
        file = EnvelopeFile.open(KeptFiles().path_of(again.spec), again.spec)
        assert file is not None
        with file:
            again.take_kept(file)

    row("opening it, map read", f"{median_ms(open_again, 9):.1f} ms", "≤ 20 ms")


def _right_after_opening(path: Path) -> None:
    """Whole recording on the screen the moment it is open, nothing kept, pass under way."""
    coarse, final = [], []
    for _ in range(5):
        viewer = opened(path, wait_for_pass=False)
        viewer._bench.overview_pass.cancel()
        covered: list[float] = []
        viewer._bench.window.traces.canvas.responded.connect(
            lambda response, covered=covered: (
                response.covers and covered.append(time.perf_counter())
            )
        )
        start = time.perf_counter()
        viewer._bench.overviews.start()
        viewer.set_window(0, 1e9)
        assert viewer.wait_until_drawn(60)
        final.append(time.perf_counter() - start)
        coarse.append(covered[0] - start)
        viewer.set_window(0, 10)  # the length is remembered
        viewer.close()
    row("whole recording, nothing kept: coarse", f"{np.median(coarse) * 1e3:.0f} ms", "≤ 300 ms")
    row("the same, final", f"{np.median(final):.2f} s", "≤ 1 s")


def _wide(path: Path, n_channels: int) -> None:
    viewer = opened(path)
    duration = viewer._bench.session.info.duration_s
    target = "≤ 5 ms" if n_channels < 100 else "≤ 20 ms"
    for title, length_s in (("600 s", 600.0), ("whole recording", duration * 0.999)):
        free = max(duration - length_s * 1.01, 0.0)

        def jump(i: int, length_s: float = length_s, free: float = free) -> None:
            viewer.set_window((i * 137.3) % max(free, 1), length_s * (1 - 0.001 * (i % 7)))
            assert viewer.wait_until_drawn(30)

        jump(0)
        took = median_ms(lambda i: jump(i + 1), 60)
        row(f"{title}, {n_channels} channels", f"{took:.2f} ms", target)
    viewer.close()


def _scrubbed(path: Path) -> None:
    """The window of 10 s dragged across the file, as the overview does it."""
    viewer = opened(path)
    duration = viewer._bench.session.info.duration_s
    viewer.set_window(0, 10)
    assert viewer.wait_until_drawn(30)
    took = []
    for i in range(300):
        start = time.perf_counter()
        viewer.go_to(duration * i / 300)
        assert viewer.wait_until_drawn(30)
        took.append(time.perf_counter() - start)
    row("scrubbing across the file, a frame",
        f"median {np.median(took) * 1e3:.1f}, 99 % {np.percentile(took, 99) * 1e3:.1f} ms",
        "every ≤ 16 ms")  # fmt: skip
    viewer.close()


def _spans(path: Path) -> None:
    viewer = opened(path)
    session = viewer._bench.session
    none = replace(session.mask, hf=EMPTY, sat=EMPTY)
    n_samples, step = session.info.n_samples, session.info.n_samples // 10_000
    starts = np.arange(0, n_samples - step, step)
    hf = Runs.of(np.stack([starts, starts + step // 4], axis=1)[::2])
    sat = Runs.of(np.stack([starts, starts + step // 8], axis=1)[1::2])
    took: dict[bool, list[float]] = {False: [], True: []}
    for i in range(80):
        has_spans = i % 2 == 1
        session.set_mask_result(replace(none, hf=hf, sat=sat) if has_spans else none)
        until(lambda: not viewer._bench.window.overview.shown.is_behind)
        start = time.perf_counter()
        viewer.set_window(0, 7200 - i % 5)
        assert viewer.wait_until_drawn(30)
        took[has_spans].append(time.perf_counter() - start)
    without = float(np.median(took[False])) * 1e3
    more = float(np.median(took[True])) * 1e3 - without
    row("10,000 bad spans, whole recording in view", f"{more:+.2f} ms a frame", "< 2 ms more",
        f"without any {without:.2f} ms")  # fmt: skip
    viewer.close()


def _late_during_pass(path: Path) -> None:
    """Steps of 5 % at 10 s, 30 a second, as long as the pass takes, over and over."""
    late = steps = 0
    for _ in range(5):
        viewer = opened(path, wait_for_pass=False)
        until(lambda viewer=viewer: viewer._bench.window.traces.canvas._overview is not None)
        due = time.perf_counter()
        while not is_complete(viewer):
            while time.perf_counter() < due:
                QApplication.processEvents()
            start = time.perf_counter()
            due = start + 1 / 30
            viewer.go_to((viewer.window[0] + 0.5) % 7000)
            assert viewer.wait_until_drawn(30)
            late += time.perf_counter() - start > 0.020
            steps += 1
        viewer.close()
        for kept in KeptFiles().folder.glob("*"):
            kept.unlink()
    row("frames late (> 20 ms) while scrolling during the pass",
        f"{late / steps:.1%} of {steps}", "< 2 %")  # fmt: skip


def memory(path: str, title: str) -> None:
    """In a process of its own: what others have left behind is not counted."""
    viewer = opened(Path(path))
    viewer.set_window(0, 1e9)
    assert viewer.wait_until_drawn(120)
    viewer.set_window(0, 600)
    assert viewer.wait_until_drawn(60)
    row(f"memory with the pass, the whole recording viewed: {title}", f"{peak_mb():.0f} MB",
        "≤ 350 MB")  # fmt: skip
    viewer.close()
