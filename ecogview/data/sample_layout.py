"""The two orders in which headerless files hold their samples, each read as rows or as channels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ecogview.data.positioned_read import PositionedFile
from ecogview.data.recording import Layout

# Rows are turned round in pieces: a cache line of each of 512 rows stays in a core's nearest cache
# until all its channels are taken, which halves the time. Narrow rows: no less than 64 KiB a read.
_PIECE_ROWS = 512
_PIECE_BYTES = 1 << 16


class Samples(Protocol):
    """Samples of a file under one of the orders.

    Where the file has become shorter, both methods return what is there of all channels: fewer
    samples than asked for.
    """

    def rows(self, start: int, stop: int) -> NDArray[Any]:
        """Samples ``[start, stop)`` of all channels, (samples, channels), in the file's dtype."""
        ...

    def channels(self, indices: NDArray[np.intp], start: int, stop: int) -> NDArray[np.float32]:
        """Samples ``[start, stop)`` of some channels, (channels, samples), C-contiguous."""
        ...


@dataclass(frozen=True, slots=True)
class Interleaved:
    """All channels of sample 0, then of sample 1 …"""

    file: PositionedFile
    dtype: np.dtype[Any]
    n_channels: int
    n_samples: int

    def rows(self, start: int, stop: int) -> NDArray[Any]:
        rows = np.empty((stop - start, self.n_channels), self.dtype)
        return rows[: self._read(rows, start)]

    def channels(self, indices: NDArray[np.intp], start: int, stop: int) -> NDArray[np.float32]:
        taken = np.empty((len(indices), stop - start), np.float32)
        stretches = _stretches(indices)
        step = max(_PIECE_BYTES // (self.n_channels * self.dtype.itemsize), _PIECE_ROWS)
        piece = np.empty((min(step, stop - start), self.n_channels), self.dtype)
        for first in range(0, stop - start, step):
            wanted = min(step, stop - start - first)
            got = self._read(piece[:wanted], start + first)
            for to, source in stretches:
                taken[to, first : first + got] = piece[:got, source].T
            if got < wanted:
                return np.ascontiguousarray(taken[:, : first + got])
        return taken

    def _read(self, rows: NDArray[Any], start: int) -> int:
        row_bytes = self.n_channels * self.dtype.itemsize
        return self.file.read_into(rows, start * row_bytes) // row_bytes


@dataclass(frozen=True, slots=True)
class Planar:
    """All samples of channel 0, then of channel 1 …"""

    file: PositionedFile
    dtype: np.dtype[Any]
    n_channels: int
    n_samples: int

    def rows(self, start: int, stop: int) -> NDArray[Any]:
        return self._lines(range(self.n_channels), start, stop).T

    def channels(self, indices: NDArray[np.intp], start: int, stop: int) -> NDArray[np.float32]:
        return self._lines(indices.tolist(), start, stop).astype(np.float32, copy=False)

    def _lines(self, indices: range | list[int], start: int, stop: int) -> NDArray[Any]:
        size = self.dtype.itemsize
        lines = np.empty((len(indices), stop - start), self.dtype)
        reached = stop - start
        for line, channel in zip(lines, indices, strict=True):
            offset = (channel * self.n_samples + start) * size
            reached = min(reached, self.file.read_into(line, offset) // size)
        return lines if reached == stop - start else np.ascontiguousarray(lines[:, :reached])


LAYOUTS: dict[Layout, type[Interleaved] | type[Planar]] = {
    "interleaved": Interleaved,
    "planar": Planar,
}


def _stretches(indices: NDArray[np.intp]) -> list[tuple[slice, slice]]:
    """Where channels follow each other they are copied together: (places in the result, source)."""
    if not len(indices):
        return []
    breaks = (np.flatnonzero(indices[1:] - indices[:-1] != 1) + 1).tolist()
    sources = indices[[0, *breaks]].tolist()
    return [
        (slice(first, last), slice(source, source + last - first))
        for first, last, source in zip([0, *breaks], [*breaks, len(indices)], sources, strict=True)
    ]
