"""The figures of the quality map, slowly: by definition, sample by sample."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecogview.dsp.quality import FIGURE_DTYPES, CellGrid

ALL = tuple(FIGURE_DTYPES)


def slowly(
    rows: NDArray[Any], rate: float, centre: NDArray[Any], rms: NDArray[Any]
) -> list[dict[str, list[float]]]:
    """The figures of every cell by their definition; `zeroed` under that name."""
    grid = CellGrid.of(len(rows), rate, rows.shape[1])
    whole = grid.edge(1)
    found = []
    for cell in range(grid.n_cells):
        part = rows[grid.edge(cell) : grid.edge(cell + 1)]
        x = part.astype(float)
        x[~np.isfinite(x)] = np.nan
        zeroed = [not row.any() for row in part]
        x[zeroed] = np.nan
        figures: dict[str, list[float]] = {name: [] for name in ALL}
        for channel in range(rows.shape[1]):
            own = _slow_channel(
                x[:, channel], rate, whole, grid, float(centre[channel]), float(rms[channel]),
                32767 if rows.dtype == np.int16 else math.inf,
            )  # fmt: skip
            for name in ALL:
                figures[name].append(own[name])
        found.append(figures | {"zeroed": [float(np.mean(zeroed))]})
    return found


def _slow_channel(
    x: NDArray[Any], rate: float, whole: int, grid: CellGrid, centre: float, rms: float, rail: float
) -> dict[str, float]:
    known = x[~np.isnan(x)]
    if len(known) < whole / 4:
        return dict.fromkeys(ALL, math.nan)
    k = max(round(rate / 1000), 1)
    third = [x[i] - 3 * x[i - k] + 3 * x[i - 2 * k] - x[i - 3 * k] for i in range(3 * k, len(x))]
    own = {
        "mean": known.mean(),
        "spread": known.std(),
        "high_frequency": np.sqrt(np.nanmean(np.square(third))),
    }
    length = min(math.ceil(grid.cell_s * rate), grid.n_samples)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)
    for hz in (50, 60):
        total = sum(
            window[i] * (x[i] - centre) * np.exp(-2j * np.pi * hz * i / rate)
            for i in range(len(x))
            if not np.isnan(x[i])
        )
        enough = len(known) >= max(0.9 * whole, 0.5 * rate)
        own[f"hum_{hz}"] = math.sqrt(2) * abs(total) / window.sum() if enough else math.nan
    flat, clipped = _slow_stretches(x, rate, centre, rms, rail)
    own["flat"], own["clipped"] = flat / len(known), clipped / len(known)
    return own


def _slow_stretches(
    x: NDArray[Any], rate: float, centre: float, rms: float, rail: float
) -> tuple[int, int]:
    least_flat = max(math.ceil(0.02 * rate), 5)
    least_clipped = max(math.ceil(0.005 * rate), 3)
    flat = clipped = i = 0
    while i < len(x):
        if abs(x[i]) >= rail:
            clipped, i = clipped + 1, i + 1
            continue
        j = i + 1
        while j < len(x) and abs(x[j] - x[i]) <= max(0.001 * rms, 1e-6 * abs(centre)):
            if abs(x[j]) >= rail:
                break
            j += 1
        far = rms > 0 and abs(x[i] - centre) >= 4 * rms
        if j - i >= (least_clipped if far else least_flat):
            flat, clipped = (flat, clipped + j - i) if far else (flat + j - i, clipped)
        i = j
    return flat, clipped


def a_recording(
    n: int, rate: float, dtype: str, seed: int
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Samples with all that matters in them, and the constants and sizes of the channels.

    All are multiples of 1/8, and tolerances lie between such: no comparison hangs on rounding.
    """
    draw = np.random.default_rng(seed)
    centre = np.array([2048, -5000, 700, 40], np.float32)
    rms = np.array([200, 200, 1800, 0], np.float32)
    x = draw.normal(centre, (200, 200, 1800, 200), (n, 4))
    x = np.rint(x * 8) / 8
    for _ in range(6 + n // 300):
        start, channel = draw.integers(0, n), draw.integers(0, 4)
        stuck = slice(start, start + draw.integers(1, int(0.04 * rate) + 10))
        level = centre[channel] + draw.choice([0, 0, 900, -900, 30_000, 7300])
        x[stuck, channel] = level + draw.integers(0, 2, len(x[stuck])) / 8 * draw.integers(0, 2)
    if draw.random() < 0.5:
        x[:, 3] = 41
    for _ in range(draw.integers(0, 4)):
        start = draw.integers(0, n)
        x[start : start + draw.integers(1, int(rate))] = 0
    if dtype == "int16":
        return np.clip(np.rint(x), -32768, 32767).astype(np.int16), centre, rms
    x[draw.random(x.shape) < 0.003] = np.nan
    x[draw.integers(0, n), 1] = np.inf
    if draw.random() < 0.3:
        x[: n // 2, 2] = np.nan
    return x.astype(np.float32), centre, rms
