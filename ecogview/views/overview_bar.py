"""The overview under the traces: the quality map of the whole recording, and the window in it."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ecogview.dsp.quality import QualityMap
from ecogview.model.looked_at import LookedAt
from ecogview.model.session import Session
from ecogview.views import theme
from ecogview.views.map_header import MapHeader
from ecogview.views.overview_canvas import OverviewCanvas
from ecogview.views.shown_quality import ShownQuality

_HEIGHT, _COMPACT_HEIGHT = 160, 128


class OverviewBar(QWidget):
    """Header, quality map, strips, axis and the window's frame. GUI thread only.

    The map comes by `set_quality`, after the session has opened the recording it is of, and is
    looked at again by `refresh`; all else comes from the session.

    Attributes
    ----------
    shown : ShownQuality
        What the map shows, to be shared with others that show it.

    Signals
    -------
    measure_changed(str)
        Another measure is shown, by its id.
    expand_requested()
        The user wants to see the map large.
    """

    measure_changed = pyqtSignal(str)
    expand_requested = pyqtSignal()

    def __init__(
        self, session: Session, looked_at: LookedAt, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.shown = ShownQuality(session, self)
        self.shown.measure_changed.connect(self.measure_changed)
        self.header = MapHeader("Overview", "expand", "Open the map large", self.shown, self)
        self.header.button.clicked.connect(self.expand_requested)
        self.canvas = OverviewCanvas(session, looked_at, self.shown, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 1, 0, 0)  # the line on top
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self.canvas, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._given_up = 0
        self.set_compact(compact=False)

    def set_compact(self, *, compact: bool) -> None:
        """Be 128 high (in a window of 768) or 160."""
        self._full_height = theme.px(_COMPACT_HEIGHT if compact else _HEIGHT)
        self.give_up(self._given_up)

    def give_up(self, height: int) -> None:
        """Be so much less high: what comes above it then does not move the traces."""
        self._given_up = height
        self.setFixedHeight(self._full_height - height)

    @property
    def measure(self) -> str:
        """Id of the measure that is shown, a key of `MEASURES`."""
        return self.shown.measure.id

    def set_measure(self, measure_id: str) -> None:
        """Show another measure; what no measure is called (by an old setting) changes nothing."""
        self.shown.set_measure(measure_id)

    def set_quality(self, quality: QualityMap | None) -> None:
        """Show the map of the recording that is open; None while there is none."""
        self.shown.set_quality(quality)

    def refresh(self, first_cell: int, stop_cell: int) -> None:
        """Cells ``[first_cell, stop_cell)`` of the map have been done; painted soon.

        To be called with all cells when the pass ends, in whatever way: what is normal has been
        estimated until then.
        """
        self.shown.refresh(first_cell, stop_cell)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("panel"))
        painter.fillRect(0, 0, self.width(), 1, theme.colour("border"))
