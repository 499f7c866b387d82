"""A session with a quality map whose figures tell which cell and channel they are of."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QImage, QWheelEvent
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ecogview.data.mask_tracks import MaskTracks, empty_tracks
from ecogview.data.recording import Channel, Electrode, RecordingInfo
from ecogview.dsp.quality import CellGrid, Figure, QualityMap
from ecogview.model.channels import ChannelView
from ecogview.model.display import Display
from ecogview.model.looked_at import LookedAt
from ecogview.model.session import Session
from ecogview.model.time_window import TimeWindow
from ecogview.views.overview_bar import OverviewBar

FIGURES: tuple[Figure, ...] = ("mean", "spread", "high_frequency", "flat")  # no hum: 0–10 Hz


def info_of(n_channels: int, seconds: float, rate: float = 250.0) -> RecordingInfo:
    return RecordingInfo(
        path=Path("rec001.LM1_ECOG_3.clfp.dat"),
        rec_id="rec001",
        microdrive_name="LM1_ECOG_3",
        rec_type="clfp",
        sampling_rate=rate,
        n_samples=round(seconds * rate),
        channels=tuple(
            Channel(i, f"E{2 * i + 1:02}", Electrode(f"E{i}", row=i // 4, col=3 - i % 4))
            for i in range(n_channels)
        ),
        dtype=np.dtype(np.float32),
        units="µV",
        layout="interleaved",
    )


def quality_of(info: RecordingInfo) -> QualityMap:
    """All done; RMS 100, but channel 2 has 20, and cell 7 has 500 in all of them."""
    grid = CellGrid.of(info.n_samples, info.sampling_rate, info.n_channels)
    quality = QualityMap.blank(grid, info.n_channels, FIGURES)
    for figure in quality.figures.values():
        figure[:] = 0
    spread = quality.figures["spread"]
    spread[:] = 100
    spread[:, 2 % info.n_channels] = 20
    spread[7:8] = 500
    quality.figures["high_frequency"][:] = 5
    quality.zeroed[:] = 0
    quality.done[:] = True
    return quality


class Desk:
    """An overview bar with all it needs; 1:40 of 6 channels at 250 Hz unless told."""

    def __init__(
        self,
        qtbot: QtBot,
        *,
        n_channels: int = 6,
        seconds: float = 100,
        size: tuple[int, int] = (862, 160),
        mask: MaskTracks | None = None,
    ) -> None:
        self.qtbot = qtbot
        self.session, self.looked_at = Session(), LookedAt()
        self.bar = OverviewBar(self.session, self.looked_at)
        qtbot.addWidget(self.bar)
        self.bar.setFixedSize(*size)
        self.bar.show()
        self.open(info_of(n_channels, seconds), mask)

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
        self.pixels()

    @property
    def canvas(self):  # type: ignore[no-untyped-def]
        return self.bar.canvas

    @property
    def window(self) -> TimeWindow:
        return self.session.window

    def set_window(self, start: float, length: float) -> None:
        self.session.set_window(TimeWindow.clamped(start, length, self.info.n_samples))

    def x_of(self, sample: float) -> float:
        return self.canvas.time_scale().x_of(sample)

    def y_of(self, row: int) -> int:
        """Middle of a row of the map."""
        rows = self.canvas._layout().map_rows
        return round(rows.start + (row + 0.5) * (rows.stop - rows.start) / self.info.n_channels)

    def at(self, sample: float, row: int = 3) -> QPoint:
        return QPoint(int(self.x_of(sample)), self.y_of(row))

    def press(self, at: QPoint) -> None:
        self.qtbot.mousePress(self.canvas, Qt.MouseButton.LeftButton, pos=at)

    def move(self, to: QPoint) -> None:
        self.qtbot.mouseMove(self.canvas, to)

    def release(self, at: QPoint) -> None:
        self.qtbot.mouseRelease(self.canvas, Qt.MouseButton.LeftButton, pos=at)

    def wheel(self, x: float, notches: float, sideways: float = 0) -> None:
        angle = QPoint(round(120 * sideways), round(120 * notches))
        event = QWheelEvent(
            QPointF(x, 50), self.canvas.mapToGlobal(QPointF(x, 50)), QPoint(), angle,
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(self.canvas, event)

    def pixels(self) -> np.ndarray:
        """What the bar's canvas shows, (height, width), RGB32."""
        image = self.canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        bits = image.constBits()
        bits.setsize(image.sizeInBytes())
        return np.frombuffer(bits, np.uint32).reshape(image.height(), image.width()).copy()
