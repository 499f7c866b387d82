"""All traces on one line: which of them, how far they reach, and what the labels say then."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ecogview.data.mask_tracks import MaskTracks
from ecogview.dsp.raster import shaded_columns
from ecogview.dsp.ring import ColumnState
from ecogview.model.clock import nice_step
from ecogview.views.amounts import format_round
from ecogview.views.trace_picture import TracePicture

_USUAL = 99.0  # percent of the columns in which a trace stays within its usual reach
_MOST = 1.5  # times that are taken for its reach: noise stays within, glitches do not
_LEAST_MARK_PX = 48.0  # between amplitudes beside the line
_MARGIN_PX = 8.0  # above and below them


def reach_of(
    picture: TracePicture,
    channels: tuple[int, ...],
    offsets: NDArray[np.float32],
    gains: NDArray[np.float64],
    mask: MaskTracks | None,
) -> float:
    """How far the traces of some channels go from the zero line on the screen.

    The farthest one decides. Each counts as far as it goes, but for rare glitches: a single one in
    two hours would make a flat line of all. Masked columns do not count where there are others.

    Parameters
    ----------
    picture : TracePicture
    channels : tuple of int
    offsets : ndarray of float32, shape (channels of the file,)
        Taken off before drawing.
    gains : ndarray of float64, shape (channels of the file,)
        How many times taller than the others each one is drawn.
    mask : MaskTracks or None

    Returns
    -------
    float
        In units of the picture, times the gain; 0 where nothing is known.
    """
    envelope, rows = picture.envelope, np.array(channels, np.int64)
    states = envelope.states(picture.first, picture.stop)
    counts = (states == ColumnState.READ) | (states == ColumnState.COARSE)
    if mask is not None:
        masked, _ = shaded_columns(picture.grid, picture.first, picture.stop, mask.bad)
        if (counts & ~masked).any():
            counts &= ~masked
    slots = envelope.slots(picture.first, picture.stop)[counts]
    if not len(slots) or not len(rows):
        return 0.0
    low, high = (
        ends[np.ix_(slots, rows)] - offsets[rows] for ends in (envelope.low, envelope.high)
    )
    known = np.isfinite(low) & np.isfinite(high) & (low <= high)
    reach = np.where(known, np.maximum(high, -low), 0.0)
    usual = np.percentile(reach, _USUAL, axis=0)
    return float((np.minimum(reach.max(axis=0), _MOST * usual) * gains[rows]).max())


def amplitude_marks(
    height: float, units_per_row: float, units: str, fits: Callable[[str], bool]
) -> list[tuple[float, str]]:
    """Amplitudes beside the one line of a butterfly, from top to bottom, 0 among them.

    Parameters
    ----------
    height : float
        Of the canvas, in pixels.
    units_per_row : float
        As high is the canvas.
    units : str
        "µV", "counts" or "z".
    fits : callable
        Whether there is room for a text; without it for all, they are numbers in `units`.

    Returns
    -------
    list of (y, text)
    """
    step = nice_step(_LEAST_MARK_PX / height * units_per_row)
    n_steps = max(int((height / 2 - _MARGIN_PX) / height * units_per_row / step), 0)
    amounts = [number * step for number in range(n_steps, -n_steps - 1, -1)]
    texts = ["0" if amount == 0 else format_round(amount, units) for amount in amounts]
    if not all(map(fits, texts)):
        texts = [f"{amount:g}".replace("-", "−") for amount in amounts]
    places = [height / 2 - amount / units_per_row * height for amount in amounts]
    return list(zip(places, texts, strict=True))
