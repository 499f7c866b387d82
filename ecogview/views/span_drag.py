"""A drag over the traces as arithmetic: which samples it holds, how fast it scrolls.

No Qt, so that it can be tried on its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from ecogview.data.mask_tracks import MaskTracks
from ecogview.dsp.runs import Runs
from ecogview.model.mask import KINDS
from ecogview.model.span_edit import shifted, span_between
from ecogview.model.spans import Span, snap

_BORDER_PX = 8.0  # in it a drag scrolls already: a maximised window has nothing beyond
_PX_PER_WINDOW = 60.0  # beyond the border for every window length a second
_FASTEST = 4.0  # windows a second

StretchOfSamples = tuple[int, int]


class DragKind(Enum):
    """What becomes of the samples that a drag holds when it is released."""

    MARK = auto()
    UNMARK = auto()
    SELECT = auto()
    EDGE = auto()  # one end of a span marked by hand
    MOVE = auto()  # a whole one


@dataclass(frozen=True, eq=False, slots=True)
class SpanDrag:
    """A drag that has begun.

    Parameters
    ----------
    kind : DragKind
    n_samples : int
        Of the recording.
    snaps_to : ndarray of int64, shape (edges,)
        Sorted, see `ecogview.model.spans.snap_edges`.
    fixed : int
        The end that stays; of a move its former start.
    offset : float
        Samples from the mouse to the end that follows it.
    old : tuple of int, optional
        The span that is changed or moved.
    """

    kind: DragKind
    n_samples: int
    snaps_to: NDArray[np.int64]
    fixed: int
    offset: float = 0.0
    old: StretchOfSamples | None = None

    @classmethod
    def begin(
        cls,
        kind: DragKind,
        sample: float,
        *,
        n_samples: int,
        snaps_to: NDArray[np.int64],
        tolerance: float,
    ) -> Self:
        """Begin a stretch at the mouse, or at an edge at most `tolerance` samples from it."""
        edge = min(max(math.floor(sample + 0.5), 0), n_samples)
        return cls(kind, n_samples, snaps_to, snap(edge, snaps_to, tolerance))

    @classmethod
    def take_edge(
        cls,
        kind: DragKind,
        old: StretchOfSamples,
        sample: float,
        *,
        at_start: bool,
        n_samples: int,
        snaps_to: NDArray[np.int64],
    ) -> Self:
        """Take one end of a stretch; the other stays, and may be passed."""
        moving, fixed = old if at_start else old[::-1]
        return cls(kind, n_samples, snaps_to, fixed, moving - sample, old)

    @classmethod
    def take_whole(
        cls,
        old: StretchOfSamples,
        sample: float,
        *,
        n_samples: int,
        snaps_to: NDArray[np.int64],
    ) -> Self:
        """Take a span in the middle: it keeps its length."""
        return cls(DragKind.MOVE, n_samples, snaps_to, old[0], old[0] - sample, old)

    def span_at(self, sample: float, tolerance: float) -> StretchOfSamples:
        """What it holds with the mouse at a sample (not whole): one sample at least."""
        if self.kind is DragKind.MOVE and self.old is not None:
            return self._moved(sample, tolerance)
        end = min(max(math.floor(sample + self.offset + 0.5), 0), self.n_samples)
        snapped = snap(end, self.snaps_to, tolerance)
        if snapped != self.fixed:  # else a short drag away from an edge would fall back to it
            end = snapped
        return span_between(self.fixed, end, self.n_samples)

    def _moved(self, sample: float, tolerance: float) -> StretchOfSamples:
        assert self.old is not None
        by = math.floor(sample + self.offset + 0.5) - self.old[0]
        moved = shifted(self.old, by, self.n_samples)
        # Whichever end is nearer to an edge goes there.
        ways = [self._way(end, tolerance) for end in moved]
        way = min((way for way in ways if way is not None), key=abs, default=0)
        return shifted(moved, way, self.n_samples)

    def _way(self, end: int, tolerance: float) -> int | None:
        """Samples to the nearest edge; None if none is near."""
        snapped = snap(end, self.snaps_to, tolerance)
        return None if snapped == end and end not in self.snaps_to else snapped - end


class EdgeHit(NamedTuple):
    """An end of a stretch under the mouse."""

    span: StretchOfSamples
    at_start: bool
    distance: float  # samples


def edge_near(runs: Runs, sample: float, reach: float) -> EdgeHit | None:
    """The end of a run that is nearest, at most `reach` samples off.

    Of two that touch the mouse is nearer to neither: that of the run it is in.
    """
    bounds = runs.near(math.floor(sample - reach), math.ceil(sample + reach)).bounds
    if not len(bounds):
        return None
    distances = np.abs(bounds - sample)
    inside = (bounds[:, 0] <= sample) & (sample < bounds[:, 1])
    order = np.lexsort((np.repeat(~inside, 2), distances.ravel()))
    row, end = divmod(int(order[0]), 2)
    if distances[row, end] > reach:
        return None
    start, stop = bounds[row].tolist()
    return EdgeHit((start, stop), end == 0, float(distances[row, end]))


def spans_at(tracks: MaskTracks, sample: int) -> list[Span]:
    """Spans that hold a sample, the one drawn on top first."""
    found = []
    for kind in reversed(KINDS):
        run = tracks.tracks()[kind].at(sample)
        if run is not None:
            found.append(Span(kind, *run))
    return found


def span_near(tracks: MaskTracks, sample: float, reach: float) -> Span | None:
    """The topmost span at a sample, else the nearest one at most `reach` samples off."""
    inside = spans_at(tracks, math.floor(sample))
    if inside:
        return inside[0]
    hits = [
        (hit.distance, place, Span(kind, *hit.span))
        for place, kind in enumerate(reversed(KINDS))
        if (hit := edge_near(tracks.tracks()[kind], sample, reach)) is not None
    ]
    return min(hits)[2] if hits else None


def scroll_speed(x: float, pressed_x: float, width: float) -> float:
    """Windows a second, negative to the left, for a drag with the mouse at logical `x`.

    Near the border it scrolls only once the mouse has come towards it.
    """
    beyond = 0.0
    if x > pressed_x:
        beyond = max(x - (width - _BORDER_PX), 0.0)
    elif x < pressed_x:
        beyond = min(x - _BORDER_PX, 0.0)
    return math.copysign(min(abs(beyond) / _PX_PER_WINDOW, _FASTEST), beyond)
