"""The stretch of time on the screen, in sample indices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

MIN_LENGTH = 5  # samples: closer than this there is nothing more to see
_BEFORE = 1 / 3  # of the window, before a span that is gone to


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """A stretch ``[start, start + length)`` that lies within ``n_samples`` samples.

    Python ints throughout: a day at 30 kHz overflows int32.
    """

    start: int
    length: int
    n_samples: int

    @classmethod
    def clamped(cls, start: float, length: float, n_samples: int) -> Self:
        """Window nearest to what was asked for: not shorter than 5 samples, not outside."""
        whole = round(min(max(length, MIN_LENGTH), n_samples))
        return cls(round(min(max(start, 0), n_samples - whole)), whole, n_samples)

    @property
    def stop(self) -> int:
        return self.start + self.length

    def moved(self, samples: float) -> Self:
        """Shift by that many samples, as far as the recording goes."""
        return self.clamped(self.start + samples, self.length, self.n_samples)

    def zoomed(self, factor: float, anchor: float) -> Self:
        """Change the length by `factor`; the sample `anchor` keeps its place on the screen."""
        whole = round(min(max(self.length * factor, MIN_LENGTH), self.n_samples))
        share = (anchor - self.start) / self.length if self.length else 0.0
        return self.clamped(anchor - share * whole, whole, self.n_samples)

    def centred(self, sample: float) -> Self:
        """Same length, with `sample` in the middle as far as the recording allows."""
        return self.clamped(sample - self.length / 2, self.length, self.n_samples)

    def showing(self, start: int, stop: int) -> Self:
        """Move so that a third of the window lies before a span, or less, for it to fit.

        One that is longer than the window gets one that is twice as long as the span.
        """
        length = self.length if stop - start <= self.length else 2 * (stop - start)
        before = min(length * _BEFORE, (length - (stop - start)) / 2)
        return self.clamped(start - before, length, self.n_samples)
