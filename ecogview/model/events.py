"""Events of a recording: moments with labels, and which of them was gone to last."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from psygnal import Signal

from ecogview.data.events_file import EventTable
from ecogview.data.recording import RecordingInfo


@dataclass(frozen=True, eq=False, slots=True)
class EventList:
    """Events in samples of one recording.

    Parameters
    ----------
    samples : ndarray of int64, shape (events,)
        Sorted, each within the recording.
    codes : ndarray of int32, shape (events,)
        Index into `names`.
    names : tuple of str
        Labels, plain text.
    path : Path, optional
        Where they come from.
    n_outside : int
        How many lie outside the recording and are left out.
    """

    samples: NDArray[np.int64]
    codes: NDArray[np.int32]
    names: tuple[str, ...]
    path: Path | None = None
    n_outside: int = 0

    @classmethod
    def of(cls, table: EventTable, info: RecordingInfo) -> Self:
        """Those of a table that lie in the recording, each at the nearest sample."""
        rate = info.sampling_rate
        # Compared as seconds: a time far off would overflow an int64 of samples.
        inside = (table.times_s >= -0.5 / rate) & (table.times_s < (info.n_samples - 0.5) / rate)
        samples = np.floor(table.times_s[inside] * rate + 0.5).astype(np.int64)
        np.clip(samples, 0, max(info.n_samples - 1, 0), out=samples)
        n_outside = int(np.count_nonzero(~inside))
        return cls(samples, table.codes[inside], table.names, table.path, n_outside)

    def __len__(self) -> int:
        return len(self.samples)

    def label(self, index: int) -> str:
        return self.names[int(self.codes[index])]

    def within(self, start: float, stop: float) -> range:
        """Indices of events at samples ``[start, stop)``."""
        first, last = np.searchsorted(self.samples, [start, stop]).tolist()
        return range(first, last)


NO_EVENTS = EventList(np.empty(0, np.int64), np.empty(0, np.int32), ())


class Events:
    """What events are shown; `current` is the one that was gone to. Owned by the GUI thread."""

    changed = Signal()

    def __init__(self) -> None:
        self.shown = NO_EVENTS
        self.current: int | None = None

    def show(self, events: EventList) -> None:
        """Show these in place of others; `NO_EVENTS` for none."""
        if events is not self.shown:
            self.shown, self.current = events, None
            self.changed.emit()

    def neighbour(self, start: int, stop: int, step: int) -> int | None:
        """The next event (`step` 1) or the previous one (−1), seen from a window.

        From the current one if it is in the window ``[start, stop)``; else the first one after the
        window's start, or the last one before its stop. None where there is none.
        """
        samples, current = self.shown.samples, self.current
        if current is not None and start <= samples[current] < stop:
            index = current + step
        elif step > 0:
            index = int(np.searchsorted(samples, start))
        else:
            index = int(np.searchsorted(samples, stop)) - 1
        return index if 0 <= index < len(samples) else None

    def go_to(self, index: int | None) -> None:
        if index != self.current:
            self.current = index
            self.changed.emit()
