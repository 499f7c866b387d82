"""The local extreme of a trace near a place on the screen, from what is drawn there."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecogview.dsp.ring import ColumnState
from ecogview.views.trace_picture import TracePicture

_LEAST = 3  # columns or samples, of which the middle one can stick out


class Extreme(NamedTuple):
    """A highest or lowest value: at one of the samples `first` to `last`, both included.

    They are one and the same where single samples are on the screen.
    """

    first: int
    last: int
    highest: bool

    @property
    def middle(self) -> int:
        return (self.first + self.last) // 2


def extreme_near(
    picture: TracePicture, x: float, y: float, channel: int, reach: float
) -> Extreme | None:
    """The highest or the lowest place of a trace near (x, y), whichever is nearer.

    Parameters
    ----------
    picture : TracePicture
        With `channel` among its rows.
    x, y : float
        In pixels of the device.
    channel : int
    reach : float
        So many pixels to either side count. What only rises or falls there has no extreme.

    Returns
    -------
    Extreme or None
    """
    grid = picture.grid
    middle = picture.first + int(x)
    # One more at either end tells an extreme from a slope that goes on.
    first = max(middle - int(reach) - 1, picture.first)
    stop = min(middle + int(reach) + 2, picture.stop)
    if channel not in picture.style.rows or stop - first < _LEAST:
        return None
    if (picture.envelope.states(first, stop) != ColumnState.READ).any():
        return None
    places = _samples_between(picture, first, stop, channel)
    if places is None:
        slots = picture.envelope.slots(first, stop)
        low, high = (a[slots, channel] for a in (picture.envelope.low, picture.envelope.high))
        edges = grid.edges(first, stop)
        # Lines between samples reach into the columns beside them.
        beyond = 1 if grid.interpolated else 0
        firsts, lasts = np.maximum(edges[:-1] - beyond, 0), edges[1:] + beyond
        at = np.arange(first, stop) + 0.5
    else:
        firsts, low = places
        high, lasts = low, firsts
        at = firsts * float(grid.width / grid.length)
    offset = float(picture.style.offsets[channel])
    found = []
    for values, highest in ((high, True), (-low, False)):
        place = _sticks_out(values)
        if place is None:
            continue
        value = values[place : place + 1] * (1 if highest else -1)
        there = float(picture.layout.y_of(channel, value, offset)[0])
        distance = np.hypot(at[place] - picture.first - x, there - y)
        found.append((float(distance), Extreme(int(firsts[place]), int(lasts[place]), highest)))
    return min(found)[1] if found else None


def _samples_between(
    picture: TracePicture, first: int, stop: int, channel: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]] | None:
    """Samples in columns `first` to `stop` and one beside each end; None unless all are known."""
    grid = picture.grid
    if picture.samples is None:
        return None
    begin = max(-(-first * grid.length // grid.width) - 1, 0)
    samples = np.arange(begin, grid.edge(stop) + 2, dtype=np.int64)
    values = picture.samples.values(samples, channel, picture.first)
    known = np.isfinite(values)
    # Beyond the edge of the screen none is known; above one sample a pixel some within are not.
    if not known[1:-1].all():
        return None
    return samples[known], values[known]


def _sticks_out(values: NDArray[np.float32]) -> int | None:
    """Where the largest value is between both ends, if it is above these."""
    if len(values) < _LEAST:
        return None
    place = 1 + int(values[1:-1].argmax())
    return place if values[place] > max(values[0], values[-1]) else None
