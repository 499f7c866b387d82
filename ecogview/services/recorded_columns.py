"""Columns as they are in the file while others are shown, read for who points at them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PyQt6.QtCore import QObject, pyqtSignal

from ecogview.dsp.columns import ColumnGrid
from ecogview.errors import RecordingError
from ecogview.services.latest import Latest
from ecogview.services.overview import Overview
from ecogview.services.picture_reading import read_all_columns
from ecogview.services.sources import Source

_MOST_BYTES = 64 << 20  # without an overview no more samples are read for it: 11 ms


@dataclass(frozen=True, eq=False, slots=True)
class RecordedRequest:
    """All columns of a grid from `first` on; `overview` is one that is complete, if any."""

    source: Source
    grid: ColumnGrid
    first: int
    overview: Overview | None
    row_bytes: int

    @property
    def is_quick(self) -> bool:
        """Whether reading them takes no more than a window as recorded does."""
        return self.overview is not None or self.grid.length * self.row_bytes <= _MOST_BYTES


class RecordedReading(QObject):
    """Reads the newest request in a thread of its own, which starts with the first one.

    Owned by the GUI thread, in which `answered` is received. What cannot be read is not answered:
    whoever draws the window says so.

    Signals
    -------
    answered(RecordedRequest, Columns)
    """

    answered = pyqtSignal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker: Latest[RecordedRequest] | None = None

    def submit(self, request: RecordedRequest) -> None:
        """Read these columns; others that wait or are being read are given up."""
        if self._worker is None:
            self._worker = Latest(self._read, "recorded values")
        self._worker.submit(request)

    def close(self) -> None:
        """End the thread. Idempotent."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def _read(self, request: RecordedRequest, is_stale: Callable[[], bool]) -> None:
        """In the worker, which opens anew each time: no file is held that others may want."""
        try:
            with request.source.open() as recording:
                columns = read_all_columns(
                    recording, request.grid, request.first, request.overview, is_stale
                )
        except RecordingError:
            return
        if columns is not None:
            self.answered.emit(request, columns)
