"""The window's frame on the overview: where it lies, what of it the mouse is on, how it is moved.

No Qt, so that its arithmetic can be tried on its own: what is drawn is at least 6 pixels wide,
what is set is exact to the sample.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Self

from ecogview.model.time_window import MIN_LENGTH, TimeWindow

LEAST_WIDTH = 6.0  # pixels: ten seconds of two hours are 2 of 1,300
_REACH = 5.0  # pixels beside an edge in which it can be taken


class FramePart(Enum):
    """What of the frame lies under the mouse."""

    OUTSIDE = auto()
    INSIDE = auto()
    START = auto()
    STOP = auto()


@dataclass(frozen=True, slots=True)
class TimeScale:
    """The whole recording on `width` logical pixels from `left` on."""

    left: float
    width: float
    n_samples: int

    def x_of(self, sample: float) -> float:
        return self.left + sample * self.width / max(self.n_samples, 1)

    def sample_at(self, x: float) -> float:
        """The sample (not whole) at an x, outside the recording beyond its ends."""
        return (x - self.left) * self.n_samples / max(self.width, 1.0)


@dataclass(frozen=True, slots=True)
class Frame:
    """Left and right edge as drawn, in logical pixels."""

    left: float
    right: float

    @classmethod
    def of(cls, window: TimeWindow, scale: TimeScale) -> Self:
        """The frame of a window: widened about its middle, kept within the recording."""
        left, right = scale.x_of(window.start), scale.x_of(window.stop)
        missing = LEAST_WIDTH - (right - left)
        if missing > 0:
            left = min(left - missing / 2, scale.left + scale.width - LEAST_WIDTH)
            left = max(left, scale.left)
            right = left + LEAST_WIDTH
        return cls(left, right)

    @property
    def width(self) -> float:
        return self.right - self.left

    def part_at(self, x: float) -> FramePart:
        """Edges reach outwards, and inwards only where enough of the middle is left."""
        inwards = min(_REACH, self.width / 4) if self.width > 3 * _REACH else 0.0
        if self.left - _REACH <= x < self.left + inwards:
            return FramePart.START
        if self.right - inwards < x <= self.right + _REACH:
            return FramePart.STOP
        return FramePart.INSIDE if self.left <= x <= self.right else FramePart.OUTSIDE


@dataclass(frozen=True, slots=True)
class FrameDrag:
    """A move of the frame that began with the mouse at sample `grabbed` of a `window`."""

    part: FramePart
    window: TimeWindow
    grabbed: float

    @classmethod
    def begin(cls, window: TimeWindow, scale: TimeScale, x: float) -> Self:
        """Take what lies under the mouse; outside the frame the window first comes to it."""
        part, sample = Frame.of(window, scale).part_at(x), scale.sample_at(x)
        if part is FramePart.OUTSIDE:
            return cls(FramePart.INSIDE, window.centred(sample), sample)
        return cls(part, window, sample)

    def moved_to(self, sample: float) -> TimeWindow:
        """The window with the mouse at another sample: edges stop short of each other."""
        window, by = self.window, sample - self.grabbed
        start, stop = window.start, window.stop
        if self.part is FramePart.START:
            start = max(min(round(start + by), stop - MIN_LENGTH), 0)
        elif self.part is FramePart.STOP:
            stop = min(max(round(stop + by), start + MIN_LENGTH), window.n_samples)
        else:
            return window.moved(by)
        return TimeWindow.clamped(start, stop - start, window.n_samples)
