"""The large map on real widgets, beside the bar that it shares its figures with."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QImage, QWheelEvent
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ecogview.data.mask_tracks import MaskTracks, empty_tracks
from ecogview.data.recording import RecordingInfo
from ecogview.model.channels import ChannelView
from ecogview.model.display import Display
from ecogview.model.looked_at import LookedAt
from ecogview.model.mask import mark_channels
from ecogview.model.session import Session
from ecogview.model.time_window import TimeWindow
from ecogview.views.overview_bar import OverviewBar
from ecogview.views.quality_panel import QualityPanel
from tests.views.overview_desk import info_of, quality_of

LEFT_BUTTON = Qt.MouseButton.LeftButton


class QualityDesk:
    """A panel of 936 × 400, of which the map has 800 columns: 1:40 of 6 channels unless told.

    What it asks to be marked is noted in `asked`, and marked as the program does it.
    """

    def __init__(
        self,
        qtbot: QtBot,
        *,
        n_channels: int = 6,
        seconds: float = 100,
        size: tuple[int, int] = (936, 400),
    ) -> None:
        self.qtbot = qtbot
        self.session, self.looked_at = Session(), LookedAt()
        self.bar = OverviewBar(self.session, self.looked_at)
        self.panel = QualityPanel(self.session, self.looked_at, self.bar.shown)
        for widget in (self.bar, self.panel):
            qtbot.addWidget(widget)
        self.asked: list[tuple[list[int], bool]] = []
        self.panel.mark_requested.connect(self._on_mark_requested)
        self.n_closed = 0
        self.panel.closed.connect(self._on_closed)
        self.panel.resize(*size)
        self.open(info_of(n_channels, seconds))
        self.panel.show()
        self.panel.setFocus()
        QApplication.processEvents()

    def _on_mark_requested(self, channels: list[int], bad: bool) -> None:
        self.asked.append((channels, bad))
        if self.session.mask is not None:
            self.session.apply(mark_channels(self.session.mask, channels, bad=bad))

    def _on_closed(self) -> None:
        self.n_closed += 1

    def open(self, info: RecordingInfo, mask: MaskTracks | None = None) -> None:
        self.info = info
        self.session.open(
            info,
            window=TimeWindow.clamped(0, info.n_samples / 5, info.n_samples),
            channels=ChannelView(info.channels),
            display=Display(),
        )
        self.looked_at.open(info.n_samples, info.sampling_rate)
        self.session.set_mask_result(mask or empty_tracks(info.n_samples, info.n_channels))
        self.quality = quality_of(info)
        self.bar.set_quality(self.quality)

    @property
    def canvas(self):  # type: ignore[no-untyped-def]
        return self.panel.canvas

    @property
    def window(self) -> TimeWindow:
        return self.session.window

    def set_window(self, start: float, length: float) -> None:
        self.session.set_window(TimeWindow.clamped(start, length, self.info.n_samples))

    def set_bad(self, *channels: int) -> None:
        self.session.apply(mark_channels(self.session.mask, channels, bad=True))

    # -- places

    def y_of(self, row: int) -> int:
        """Middle of a row of those on the screen."""
        rows = self.canvas._layout().map_rows
        n_shown = len(self.panel.rows.shown)
        return int(rows.start + (row + 0.5) * (rows.stop - rows.start) / n_shown)

    def at(self, sample: float, row: int = 3) -> QPoint:
        return QPoint(int(self.canvas.time_scale().x_of(sample)), self.y_of(row))

    def label(self, row: int, x: int = 50) -> QPoint:
        return QPoint(x, self.y_of(row))

    # -- mouse

    def click(self, at: QPoint) -> None:
        self.qtbot.mouseClick(self.canvas, LEFT_BUTTON, pos=at)

    def double_click(self, at: QPoint) -> None:
        self.click(at)
        self.qtbot.mouseDClick(self.canvas, LEFT_BUTTON, pos=at)
        self.release(at)

    def press(self, at: QPoint) -> None:
        self.qtbot.mousePress(self.canvas, LEFT_BUTTON, pos=at)

    def move(self, to: QPoint) -> None:
        self.qtbot.mouseMove(self.canvas, to)

    def release(self, at: QPoint) -> None:
        self.qtbot.mouseRelease(self.canvas, LEFT_BUTTON, pos=at)

    def wheel(
        self,
        at: QPoint,
        notches: float,
        *,
        sideways: float = 0,
        modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        angle = QPoint(round(120 * sideways), round(120 * notches))
        event = QWheelEvent(
            QPointF(at), self.canvas.mapToGlobal(QPointF(at)), QPoint(), angle,
            Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(self.canvas, event)

    def key(self, key: Qt.Key) -> None:
        self.qtbot.keyClick(self.canvas, key)

    # -- what is seen

    def pixels(self) -> np.ndarray:
        """What the canvas shows, (height, width), RGB32."""
        image = self.canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        bits = image.constBits()
        bits.setsize(image.sizeInBytes())
        return np.frombuffer(bits, np.uint32).reshape(image.height(), image.width()).copy()
