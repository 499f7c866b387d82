"""Which part of a recording has been looked at."""

from __future__ import annotations

from psygnal import Signal

from ecogview.dsp.runs import EMPTY, Runs
from ecogview.model.time_window import TimeWindow

# On 1,300 pixels a minute leaves 22 of them a second: a spike of 50 ms is one pixel wide. Beyond
# that nobody sees one, and a recording would be "looked at" by zooming out once.
MOST_S = 60.0


class LookedAt:
    """Samples that were on the screen long enough, at a zoom at which faults can be seen.

    How long is long enough is for the caller to say: it calls `add` then.
    """

    changed = Signal()

    def __init__(self, n_samples: int = 0, sampling_rate: float = 1.0) -> None:
        self._open(n_samples, sampling_rate)

    def open(self, n_samples: int, sampling_rate: float) -> None:
        """Begin anew with another recording; `sampling_rate` in Hz."""
        self._open(n_samples, sampling_rate)
        self.changed.emit()

    def _open(self, n_samples: int, sampling_rate: float) -> None:
        self._n_samples = n_samples
        self._sampling_rate = sampling_rate
        self._runs = EMPTY

    @property
    def runs(self) -> Runs:
        return self._runs

    @property
    def percent(self) -> float:
        """Share of the recording, 0 to 100."""
        return 100 * self._runs.total / self._n_samples if self._n_samples else 0.0

    def counts(self, window: TimeWindow) -> bool:
        """Whether faults can be seen in a window of that length."""
        return 0 < window.length <= MOST_S * self._sampling_rate

    def add(self, window: TimeWindow, missing: Runs = EMPTY) -> None:
        """A window was shown long enough; one longer than a minute does not count.

        Samples that are `missing` were not shown: the file does not reach so far any more.
        """
        if window.n_samples != self._n_samples or not self.counts(window):
            return
        shown = Runs.of([(window.start, window.stop)]).difference(missing)
        runs = self._runs.union(shown)
        if runs != self._runs:
            self._runs = runs
            self.changed.emit()
