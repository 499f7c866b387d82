"""What is in the file under the mouse while a filter or a reference shows something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QTimer

from ecogview.services.column_reading import Columns
from ecogview.services.recorded_columns import RecordedReading, RecordedRequest

if TYPE_CHECKING:
    from ecogview.app.wiring import Workbench

_STILL_MS = 60  # while the window moves nothing is read


class RecordedValues(QObject):
    """Has the columns on the screen read as recorded once the mouse points there. GUI thread."""

    def __init__(self, bench: Workbench, parent: QObject) -> None:
        super().__init__(parent)
        self._bench = bench
        self._canvas = bench.window.traces.canvas
        self._reading = RecordedReading(self)
        self._reading.answered.connect(self._on_answered)
        self._wanted: RecordedRequest | None = None
        self._found: tuple[RecordedRequest, Columns] | None = None
        self._still = QTimer(self)
        self._still.setSingleShot(True)
        self._still.setInterval(_STILL_MS)
        self._still.timeout.connect(self._submit)
        self._canvas.recorded = self.columns

    def close(self) -> None:
        """End the thread. Idempotent."""
        self._still.stop()
        self._canvas.recorded = lambda: None
        self._reading.close()

    def columns(self) -> Columns | None:
        """Those of the picture on the screen, or some of them; None until they have been read."""
        picture, source = self._canvas.picture, self._bench.recordings.shown_source
        info, wanted = self._bench.session.info, self._wanted
        if picture is None or source is None or info is None:
            return None
        asked = (source, picture.grid, picture.first, self._bench.overviews.complete)
        if wanted is None or asked != (wanted.source, wanted.grid, wanted.first, wanted.overview):
            row_bytes = info.n_channels * info.dtype.itemsize
            self._wanted = RecordedRequest(*asked, row_bytes)
            self._still.start()
        if self._found is None:
            return None
        request, columns = self._found
        is_same = request.source is source and request.grid == picture.grid
        return columns if is_same else None

    def _submit(self) -> None:
        if self._wanted is not None and self._wanted.is_quick:
            self._reading.submit(self._wanted)

    def _on_answered(self, request: RecordedRequest, columns: Columns) -> None:
        if request is self._wanted:
            self._found = request, columns
            self._canvas.update()
