"""What scripts wait for: opening a recording and reading windows of it."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from ecogview import DataFile
from tests.benchmarks.measure import RATE, heading, median_ms, row, warm, write_long


def run(folder: Path) -> None:
    heading("Reading (62 channels, 7,207 s clfp, warm)")
    path = write_long(folder, 62)
    warm(path)
    opened = median_ms(lambda _: DataFile(path), 9)
    mask_bytes = path.with_name(path.name.replace(".dat", ".mask.pkl")).stat().st_size
    row(f"DataFile(...) with its {mask_bytes / 1e6:.1f} MB mask", f"{opened:.1f} ms", "≤ 60 ms")

    data_file = DataFile(path)
    n_channels, n_samples = data_file.n_ch, data_file.n_sample
    starts = np.random.default_rng(2).integers(0, n_samples - RATE, 1000)
    descriptor = os.open(path, os.O_RDONLY)

    def by_library(_: int) -> None:
        for start in starts:
            data_file.read(start / RATE, 1.0)

    def by_preadv(_: int) -> None:
        for start in starts:
            block = np.empty((RATE, n_channels), np.float32)
            os.preadv(descriptor, [block], int(start) * n_channels * 4)
            np.ascontiguousarray(block.T)

    by_library(0)
    by_preadv(0)
    ratios, ours, plains = [], [], []
    for _ in range(7):
        ours.append(median_ms(by_library, 1))
        plains.append(median_ms(by_preadv, 1))
        ratios.append(ours[-1] / plains[-1])
    os.close(descriptor)
    row(
        "1,000 random 1 s reads, mask applied",
        f"{np.median(ours):.0f} ms, ratio {np.median(ratios):.2f}",
        "≤ 1.5 × preadv and transposed copy",
        f"{np.median(plains):.0f} ms",
    )
