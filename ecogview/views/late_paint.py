"""Lists that are painted a moment after the traces, which the user looks at."""

from __future__ import annotations

from PyQt6.QtCore import QObject, QTimerEvent
from PyQt6.QtWidgets import QWidget

_LATER_MS = 25  # after the frame that shows the traces


class LatePaint(QObject):
    """Keeps what a widget shows for a moment. Its rows, in Python, cost 5 to 10 ms a repaint.

    What it holds is new at once: only the pixels wait.
    """

    def __init__(self, widget: QWidget | None) -> None:
        assert widget is not None  # Qt's viewport() could be
        super().__init__(widget)
        self._timer: int | None = None

    def hold(self) -> None:
        """Paint all of it a moment later, whatever is asked for until then."""
        if self._timer is None:
            self._set_updates(enabled=False)
            self._timer = self.startTimer(_LATER_MS)

    # An event, not a slot: the garbage collector takes slots before Qt has deleted the timer.
    def timerEvent(self, event: QTimerEvent | None) -> None:
        if self._timer is not None:
            self.killTimer(self._timer)
            self._timer = None
            self._set_updates(enabled=True)

    def _set_updates(self, *, enabled: bool) -> None:
        widget = self.parent()
        if isinstance(widget, QWidget):
            widget.setUpdatesEnabled(enabled)
