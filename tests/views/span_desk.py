"""A session with bad spans of all kinds, whose edits are applied and kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from ecogview.data.mask_tracks import MaskTracks, empty_tracks
from ecogview.data.recording import Channel, Electrode, RecordingInfo
from ecogview.dsp.runs import Runs
from ecogview.model.channels import ChannelView
from ecogview.model.display import Display
from ecogview.model.mask import MaskEdit
from ecogview.model.session import Session
from ecogview.model.span_edit import move_span, unmark_spans
from ecogview.model.spans import Span
from ecogview.model.time_window import TimeWindow
from ecogview.views.span_table import SpanTable
from ecogview.views.span_table_model import START

NONE = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton
RATE, N_SAMPLES = 250.0, 10_000
# By start: manual, sat, hf, hf, sat, as in the picture of the design.
SPANS = (
    Span("manual", 230, 560),
    Span("sat", 3465, 3680),
    Span("hf", 4740, 4905),
    Span("hf", 7975, 8325),
    Span("sat", 9700, 10_000),
)


def tracks_of(spans: Iterable[Span], n_samples: int = N_SAMPLES) -> MaskTracks:
    spans = list(spans)
    runs = {
        kind: Runs.of([(s.start, s.stop) for s in spans if s.kind == kind])
        for kind in ("hf", "sat", "manual")
    }
    return replace(empty_tracks(n_samples, 1), **runs)


def many_tracks(n_spans: int, n_samples: int = 10_000_000) -> MaskTracks:
    """So many spans of all kinds in turn, of 3 to 42 samples, in a recording of 11 hours."""
    step = n_samples // n_spans
    starts = np.arange(n_spans) * step
    lengths = 3 + np.arange(n_spans) * 7 % 40
    bounds = np.stack([starts, starts + lengths], axis=1)
    hf, sat, manual = (Runs(bounds[kind::3].copy()) for kind in range(3))
    return replace(empty_tracks(n_samples, 1), hf=hf, sat=sat, manual=manual)


def open_session(tracks: MaskTracks, rate: float = RATE) -> Session:
    session = Session()
    info = RecordingInfo(
        path=Path("rec001.drive.clfp.dat"),
        rec_id="rec001",
        microdrive_name="drive",
        rec_type="clfp",
        sampling_rate=rate,
        n_samples=tracks.n_samples,
        channels=(Channel(0, "E1", Electrode("E1")),),
        dtype=np.dtype(np.float32),
        units="µV",
        layout="interleaved",
    )
    session.open(
        info,
        window=TimeWindow(0, 2500, tracks.n_samples),
        channels=ChannelView(info.channels),
        display=Display(),
    )
    session.set_mask_result(tracks)
    return session


class Edits(list[tuple[MaskEdit, str]]):
    """Applies edits as the program does, and keeps what each was called."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def apply(self, edit: MaskEdit, text: str) -> None:
        self.append((edit, text))
        self._session.apply(edit)


class TableDesk:
    """A table of spans of its own, the session it follows, and what it asked for."""

    def __init__(self, qtbot: QtBot, tracks: MaskTracks, rate: float = RATE) -> None:
        self.qtbot = qtbot
        self.session = open_session(tracks, rate)
        self.edits = Edits(self.session)
        self.table = SpanTable(self.session)
        self.table.unmark_requested.connect(self._unmark)
        self.table.move_requested.connect(self._move)
        self.view, self.model = self.table.view, self.table.model
        self.refused: list[str] = []
        self.table.refused.connect(self.refused.append)
        self.table.resize(284, 400)
        qtbot.addWidget(self.table)
        with qtbot.waitExposed(self.table):
            self.table.show()

    def _unmark(self) -> None:
        mask, chosen = self.session.mask, self.session.selected_spans
        assert mask is not None
        if len(chosen):
            self.edits.apply(unmark_spans(mask, chosen.runs()), f"{len(chosen)} un-marked")

    def _move(self, old: tuple[int, int], new: tuple[int, int]) -> None:
        assert self.session.mask is not None
        self.edits.apply(move_span(self.session.mask, old, new), "moved")

    def place(self, row: int, column: int = START) -> QPoint:
        return self.view.visualRect(self.model.index(row, column)).center()

    def click(self, row: int, column: int = START, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.qtbot.mouseClick(self.view.viewport(), LEFT, modifiers, self.place(row, column))

    def sort_by(self, column: int) -> None:
        header = self.view.horizontalHeader()
        x = header.sectionViewportPosition(column) + header.sectionSize(column) // 2
        self.qtbot.mouseClick(header.viewport(), LEFT, pos=QPoint(x, header.height() // 2))

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.qtbot.keyClick(self.view, key, modifiers)

    def listed(self) -> list[Span]:
        return [self.model.span_in(row) for row in range(self.model.rowCount())]

    def texts(self, row: int) -> list[str]:
        return [self.model.index(row, column).data() for column in range(4)]

    @property
    def selected(self) -> list[Span]:
        chosen = self.session.selected_spans
        return [chosen[row] for row in range(len(chosen))]

    def edit(self, row: int, column: int, text: str, end: Qt.Key = Qt.Key.Key_Return) -> None:
        """Double click a cell, type, and press a key."""
        self.click(row, column)
        self.qtbot.mouseDClick(self.view.viewport(), LEFT, NONE, self.place(row, column))
        field = self.field()
        assert field is not None
        field.selectAll()
        self.qtbot.keyClicks(field, text)
        self.qtbot.keyClick(field, end)
        QApplication.processEvents()  # Qt takes over what was typed from its event loop

    def field(self) -> QLineEdit | None:
        fields = self.view.viewport().findChildren(QLineEdit)
        return next((field for field in fields if field.isVisible()), None)
