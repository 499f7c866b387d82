"""A channel panel over a session whose marks are applied."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from ecogview.data.mask_tracks import empty_tracks
from ecogview.data.recording import Channel, Electrode, RecordingInfo
from ecogview.dsp.quality import CellGrid, QualityMap
from ecogview.model.channels import ChannelView
from ecogview.model.display import Display
from ecogview.model.mask import mark_channels
from ecogview.model.session import Session
from ecogview.model.time_window import TimeWindow
from ecogview.views import theme
from ecogview.views.channel_panel import ChannelPanel
from ecogview.views.channel_row import RowParts, row_parts

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier


def channels_of(n: int) -> tuple[Channel, ...]:
    """E01, E03, E05 …; columns of the grid run against the file's order."""
    return tuple(
        Channel(
            i, f"E{2 * i + 1:02}", Electrode(f"LM1  E{2 * i + 1:02}", 0.5, 1.5, i // 4, 3 - i % 4)
        )
        for i in range(n)
    )


def open_channels(session: Session, channels: tuple[Channel, ...]) -> None:
    info = RecordingInfo(
        path=Path("rec001.LM1.clfp.dat"),
        rec_id="rec001",
        microdrive_name="LM1",
        rec_type="clfp",
        sampling_rate=1000.0,
        n_samples=5000,
        channels=channels,
        dtype=np.dtype(np.float32),
        units="µV",
        layout="interleaved",
    )
    session.open(
        info,
        window=TimeWindow(0, 1000, 5000),
        channels=ChannelView(channels),
        display=Display(),
    )


def set_bad(session: Session, *bad: int) -> None:
    tracks = empty_tracks(5000, len(session.channels.channels))
    flags = np.array(tracks.bad_channels)
    flags[list(bad)] = True
    session.set_mask_result(replace(tracks, bad_channels=flags))


def quality_of(session: Session, *rms: float) -> QualityMap:
    """A finished map of the open recording, whose channels have that RMS; no hum: 0–10 Hz."""
    info = session.info
    assert info is not None
    grid = CellGrid.of(info.n_samples, info.sampling_rate, info.n_channels)
    quality = QualityMap.blank(grid, info.n_channels, ("mean", "spread", "high_frequency"))
    for figure in quality.figures.values():
        figure[:] = 0
    quality.figures["spread"][:] = rms
    quality.figures["high_frequency"][:] = np.arange(1, info.n_channels + 1)
    quality.zeroed[:] = 0
    quality.done[:] = True
    return quality


class Bench:
    """A panel over a session of 12 channels, 3 and 5 bad, whose marks are applied."""

    def __init__(self, qtbot: QtBot) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, "dark")
        self.qtbot = qtbot
        self.session = Session()
        open_channels(self.session, channels_of(12))
        set_bad(self.session, 3, 5)
        self.panel = ChannelPanel(self.session)
        qtbot.addWidget(self.panel)
        self.panel.resize(276, 500)
        self.panel.show()
        self.marks: list[tuple[list[int], bool]] = []
        self.panel.mark_requested.connect(self._on_mark)

    def _on_mark(self, channels: list[int], bad: bool) -> None:
        self.marks.append((channels, bad))
        assert self.session.mask is not None
        self.session.apply(mark_channels(self.session.mask, channels, bad=bad))

    @property
    def labels(self) -> list[str]:
        model = self.panel.list.model()
        return [model.index(row, 0).data() for row in range(model.rowCount())]

    def parts(self, label: str) -> RowParts:
        channels = self.panel.list
        index = channels.model().index(self.labels.index(label), 0)
        return row_parts(channels.visualRect(index), channels.font())

    def click(
        self,
        label: str,
        part: str = "label",
        modifiers: Qt.KeyboardModifier = NONE,
        offset: QPoint | None = None,
    ) -> None:
        place = getattr(self.parts(label), part).center() + (offset or QPoint())
        self.qtbot.mouseClick(
            self.panel.list.viewport(), Qt.MouseButton.LeftButton, modifiers, place
        )

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.qtbot.keyClick(self.panel.list, key, modifiers)

    def point_at(self, label: str) -> None:
        self.qtbot.mouseMove(self.panel.list.viewport(), self.parts(label).label.center())

    def choose(self, button: int, text: str) -> None:
        """Choose from the menu of a button of the header."""
        self.panel.header.buttons[button].click()
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        action = next(a for a in menu.actions() if a.text() == text)
        assert action.isEnabled()
        action.trigger()
        menu.close()

    @property
    def selected(self) -> set[int]:
        return set(self.session.channels.selected)


SORT, MORE = 0, 1
