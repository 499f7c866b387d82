"""How like wide windows are to columns made by brute force over all samples, in pixels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecogview.data.recording import Recording
from ecogview.dsp.columns import ColumnGrid
from ecogview.dsp.estimate import SignalEstimate
from ecogview.dsp.ring import ColumnState
from ecogview.model.display import Display
from ecogview.services.column_reading import estimate_of
from ecogview.services.overview import Overview
from ecogview.services.sources import FileSource
from ecogview.views.colour_tokens import LIGHT, rgb32
from ecogview.views.trace_picture import TracePicture, TraceStyle
from tests.benchmarks.measure import row
from tests.services.window_desk import Desk, joined

ZOOMS = (20, 65, 200, 400, 4500)  # samples a pixel
_WIDTH, _HEIGHT = 1270, 800
_PLACES = 4  # windows over the recording; of the widest, which is most of it, one
_PART = 32  # columns whose samples are read at a time
Floats = NDArray[np.float32]


def differing(path: Path, overview: Overview) -> None:
    """Print the share of pixels of traces that are other ones than by brute force."""
    source = FileSource(path)
    with source.open() as recording:
        estimate, n_samples = estimate_of(recording), recording.info.n_samples
        for per_pixel in ZOOMS:
            grid = ColumnGrid(_WIDTH * per_pixel, _WIDTH)
            n_places = min(_PLACES, n_samples // grid.length)
            if not n_places:
                continue
            shares = []
            for place in range(n_places):
                start = (n_samples - grid.length) * (2 * place + 1) // (2 * n_places)
                first = grid.first_column(start, n_samples)
                shown = _shown(source, recording, overview, grid, first)
                shares.append(_share(grid, first, shown, _brute(recording, grid, first), estimate))
            n_channels = recording.info.n_channels
            what = f"unlike brute force: {per_pixel:,} samples a pixel, {n_channels} channels"
            row(what, f"{np.mean(shares):.2%} of the pixels of traces", "stated")


def _shown(
    source: FileSource, recording: Recording, overview: Overview, grid: ColumnGrid, first: int
) -> tuple[Floats, Floats]:
    """Columns as the window gets them, (columns, channels) each."""
    desk, stop = Desk(), first + grid.width
    n_channels = recording.info.n_channels
    low, high, states = joined(
        desk.ask(source, grid, first, stop, n_channels=n_channels, overview=overview)
    )
    desk.worker.close()
    assert (states == ColumnState.READ).all()
    return low, high


def _brute(recording: Recording, grid: ColumnGrid, first: int) -> tuple[Floats, Floats]:
    """The same of all samples; a column takes in its successor's first one."""
    stop = first + grid.width
    low, high = [], []
    for begin in range(first, stop, _PART):
        edges = grid.edges(begin, min(begin + _PART, stop))
        end = min(int(edges[-1]) + 1, recording.info.n_samples)
        rows = recording.read_rows(int(edges[0]), end)
        at, beyond = edges[:-1] - edges[0], np.minimum(edges[1:], end - 1) - edges[0]
        low.append(np.minimum(np.minimum.reduceat(rows, at), rows[beyond]))
        high.append(np.maximum(np.maximum.reduceat(rows, at), rows[beyond]))
    return np.concatenate(low).astype(np.float32), np.concatenate(high).astype(np.float32)


def _share(
    grid: ColumnGrid,
    first: int,
    shown: tuple[Floats, Floats],
    brute: tuple[Floats, Floats],
    estimate: SignalEstimate,
) -> float:
    """Share of pixels in either picture's traces that are not the same in both."""
    n_channels = shown[0].shape[1]
    style = TraceStyle(
        rows=tuple(range(n_channels)), bad=frozenset(), highlighted=frozenset(),
        units_per_row=Display().fitted(estimate.typical_rms).units_per_row,
        offsets=estimate.offset, mask=None, line_step=1e15, tokens=LIGHT,
    )  # fmt: skip
    pixels = []
    for low, high in (shown, brute):
        picture = TracePicture(grid, _HEIGHT, 15, n_channels, style)
        picture.first = first
        picture.store(first, low, high, np.full(len(low), ColumnState.READ, np.uint8))
        picture.update()
        pixels.append(picture.image.pixels)
    painted = (pixels[0] != rgb32(LIGHT.canvas)) | (pixels[1] != rgb32(LIGHT.canvas))
    return float(np.mean((pixels[0] != pixels[1])[painted]))
