"""A recording with four levels of a pyramid, asked for columns of it, whole or half done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from ecogview.dsp import envelope
from ecogview.dsp.columns import ColumnGrid
from ecogview.dsp.envelope import CoarseLevels
from ecogview.dsp.ring import ColumnState
from ecogview.services import file_watch
from ecogview.services.overview import Overview
from ecogview.services.sources import Source
from ecogview.services.window_loader import WindowResponse
from tests.services.overview_desk import compiled
from tests.services.window_desk import Desk, joined

N_CHANNELS, N, UNIT, N_UNITS = 12, 200_003, 32_768, 7
SIZES = (64, 256, 1024, 4096)  # for a screen of 64 columns
N_COLUMNS = 300
GRID = ColumnGrid(N, N_COLUMNS)  # 667 samples a pixel: of level 0

Spans = tuple[NDArray[np.float32], NDArray[np.float32]]


def some_samples() -> NDArray[np.float32]:
    """Samples, (channels, samples), all above 0; hardly a bin has the span of its neighbour."""
    random = np.random.default_rng(12)
    samples = random.integers(-900, 900, (N_CHANNELS, N)).astype(np.float32)
    return samples + 2000 * np.arange(1, N_CHANNELS + 1, dtype=np.float32)[:, np.newaxis]


SAMPLES = some_samples()


@contextmanager
def wide_pictures() -> Iterator[None]:
    """With four levels, a pyramid also where samples would be read as fast, and a watched file."""
    with (
        compiled(screen=64),
        patch.object(envelope, "_SAMPLES_BYTES", 0),
        patch.object(file_watch, "_INTERVAL_S", 0.0),
    ):
        yield


def ask(
    desk: Desk,
    source: Source,
    overview: Overview | None = None,
    *,
    grid: ColumnGrid = GRID,
    columns: tuple[int, int] = (0, N_COLUMNS),
    is_stale: Callable[[], bool] = lambda: False,
) -> list[WindowResponse]:
    return desk.ask(source, grid, *columns, is_stale, N_CHANNELS, overview)


def spans_of(
    desk: Desk,
    source: Source,
    overview: Overview | None = None,
    *,
    grid: ColumnGrid = GRID,
    columns: tuple[int, int] = (0, N_COLUMNS),
) -> Spans:
    """All columns of a window that are there to the last sample."""
    low, high, states = joined(ask(desk, source, overview, grid=grid, columns=columns))
    assert (states == ColumnState.READ).all()
    return low, high


def assert_same(
    found: Spans, wanted: Spans, where: NDArray[np.bool_] | slice = slice(None)
) -> None:
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_array_equal(one[where], other[where])


class Pass:
    """An overview under way: units are done when they are told."""

    def __init__(self, whole: Overview) -> None:
        levels = CoarseLevels.blank(N, N_CHANNELS, 1000.0, whole.info.dtype)
        self._whole = whole.levels
        self.overview = replace(whole, kept=None, levels=levels)

    def do(self, *units: int) -> None:
        for unit in units:
            bins = {}
            for level, size in enumerate(SIZES):
                first, stop = unit * UNIT, min((unit + 1) * UNIT, N)
                bins[level] = self._whole.levels[level][first // size : -(-stop // size)]
            self.overview.levels.store(unit, bins)
