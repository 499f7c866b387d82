"""Where the traces of the shown channels lie: their zero lines, scales and limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecogview.model.session import Session

_BEYOND_PX = 8.0  # so far outside of the picture a trace is followed: no end of it shows
_HALF_LINE_PX = 0.5


@dataclass(frozen=True, eq=False, slots=True)
class RowLayout:
    """The rows of a picture `height` pixels high, top to bottom.

    With `butterfly` all of them are one row, as high as the picture. With `clipped` a trace that
    leaves its row runs along the row's edge. `gains` has shape (channels,): how many times taller
    than `units_per_row` says each one is drawn.
    """

    rows: tuple[int, ...]  # channels
    height: float
    units_per_row: float
    gains: NDArray[np.float64]
    butterfly: bool = False
    clipped: bool = False

    @property
    def row_height(self) -> float:
        return self.height / (1 if self.butterfly else max(len(self.rows), 1))

    @property
    def pixels_per_unit(self) -> float:
        """Of a channel whose gain is 1, in pixels."""
        return self.row_height / self.units_per_row

    @property
    def centres(self) -> NDArray[np.float32]:
        """Y of the zero line of each row."""
        if self.butterfly:
            return np.full(len(self.rows), self.height / 2, np.float32)
        return row_centres(len(self.rows), self.height)

    @property
    def scales(self) -> NDArray[np.float64]:
        """Pixels per unit of every channel, shape (channels,), in file order."""
        return self.pixels_per_unit * self.gains

    @property
    def limits(self) -> NDArray[np.float32]:
        """Least and greatest y of the middle of each row's line, shape (2, rows)."""
        n_rows = len(self.rows)
        if not self.clipped:
            ends = np.array([[-_BEYOND_PX], [self.height + _BEYOND_PX]], np.float32)
            return np.repeat(ends, n_rows, axis=1)
        # In rows below a pixel nothing but the zero line has room.
        reach = max(self.row_height / 2 - _HALF_LINE_PX, 0.0)
        return np.stack([self.centres - reach, self.centres + reach]).astype(np.float32)

    def y_of(
        self, channel: int, values: NDArray[np.floating[Any]], offset: float
    ) -> NDArray[np.float64]:
        """Where values of a channel that is shown are drawn; NaN stays NaN.

        `offset` is what is taken off. Unless `clipped`, it may be anywhere outside of the picture.
        """
        row = self.rows.index(channel)
        zero, scale = float(self.centres[row]), float(self.scales[channel])
        with np.errstate(invalid="ignore", over="ignore"):  # whatever a file holds
            y = zero - (np.asarray(values, np.float64) - offset) * scale
        return np.clip(y, *self.limits[:, row]) if self.clipped else y


def drawn_rows(session: Session) -> tuple[int, ...]:
    """The channels on the screen, top to bottom; where all lie on one line, without bad ones."""
    shown = session.channels.shown
    if not session.display.butterfly:
        return shown
    bad = session.bad_channels
    return tuple(channel for channel in shown if channel not in bad)


def row_centres(n_rows: int, height: float) -> NDArray[np.float32]:
    """Y of the zero line of each row, top to bottom."""
    return ((np.arange(n_rows) + 0.5) * (height / max(n_rows, 1))).astype(np.float32)
