"""A trace panel with all it needs, on real widgets."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ecogview.data.mask_tracks import empty_tracks
from ecogview.model.channels import ChannelView
from ecogview.model.display import Display
from ecogview.model.session import Session
from ecogview.model.time_window import TimeWindow
from ecogview.services.sources import Source
from ecogview.services.window_loader import WindowLoader
from ecogview.views.trace_canvas import TraceCanvas
from ecogview.views.trace_panel import TracePanel


class Bench:
    """A trace panel with all it needs."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.session, self.loader = Session(), WindowLoader()
        self.panel = TracePanel(self.session, self.loader)
        qtbot.addWidget(self.panel)
        self.panel.resize(460, 330)
        self.panel.show()

    @property
    def canvas(self) -> TraceCanvas:
        return self.panel.canvas

    def open(self, source: Source, start: int = 0, length: int = 3000) -> None:
        with source.open() as opened:
            info = opened.info
        self.session.open(
            info,
            window=TimeWindow.clamped(start, length, info.n_samples),
            channels=ChannelView(info.channels),
            display=Display(units_per_row=400),
        )
        self.session.set_mask_result(empty_tracks(info.n_samples, info.n_channels))
        self.canvas.set_source(source)
        self.drawn()

    def drawn(self) -> None:
        self.qtbot.waitUntil(lambda: self.canvas.is_settled, timeout=5000)

    def window(self, start: float, length: float) -> None:
        self.session.set_window(TimeWindow.clamped(start, length, self.session.window.n_samples))
        self.drawn()

    def pixels(self) -> np.ndarray:
        """What is on the screen, in screen order, without overlays."""
        self.canvas.repaint()
        picture = self.canvas.picture
        return np.roll(picture.image.pixels, -(picture.first % picture.grid.width), axis=1).copy()

    def wheel(self, notches: float, modifiers: Qt.KeyboardModifier, x: float = 100) -> None:
        event = QWheelEvent(
            QPointF(x, 50), self.canvas.mapToGlobal(QPointF(x, 50)), QPoint(),
            QPoint(0, round(120 * notches)), Qt.MouseButton.NoButton, modifiers,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(self.canvas, event)
