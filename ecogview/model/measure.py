"""The two cursors between which is measured, in samples."""

from __future__ import annotations

from psygnal import Signal


class MeasureCursors:
    """None, one or two samples; they stay where they are while the window moves.

    `places` are in the order in which they were set. `channel` is the one that was pointed at
    last, measured where none is selected. Owned by the GUI thread.
    """

    changed = Signal()

    def __init__(self) -> None:
        self.places: tuple[int, ...] = ()
        self.channel: int | None = None

    @property
    def span(self) -> tuple[int, int] | None:
        """Samples of A and B, A the earlier one; None unless both are set."""
        if len(self.places) < 2:
            return None
        a, b = sorted(self.places)
        return a, b

    def place(self, sample: int) -> int:
        """Set the next cursor, and return which: beyond two, the first of two anew."""
        before = self.places if len(self.places) < 2 else ()
        self._set((*before, sample))
        return len(self.places) - 1

    def move(self, which: int, sample: int) -> None:
        places = list(self.places)
        places[which] = sample
        self._set(tuple(places))

    def restore(self, places: tuple[int, ...]) -> None:
        """Stand where they stood before."""
        self._set(places)

    def clear(self) -> None:
        self._set(())

    def point_at(self, channel: int | None) -> None:
        """Measure this channel where none is selected."""
        if channel != self.channel:
            self.channel = channel
            self.changed.emit()

    def _set(self, places: tuple[int, ...]) -> None:
        if places != self.places:
            self.places = places
            self.changed.emit()
