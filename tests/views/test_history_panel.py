"""The list of steps, and the panels of the dock, with real clicks."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QUndoStack
from PyQt6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from ecogview.app.undo import MaskCommand
from ecogview.dsp.runs import Runs
from ecogview.model.session import Session
from ecogview.model.span_edit import mark_spans
from ecogview.views.history_panel import HistoryPanel
from ecogview.views.side_dock import FoldingPanel, SideDock
from tests.views.span_desk import SPANS, open_session, tracks_of

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def session() -> Session:
    return open_session(tracks_of(SPANS))


def push(stack: QUndoStack, session: Session, start: int, text: str) -> None:
    assert session.mask is not None
    edit = mark_spans(session.mask, Runs.of([(start, start + 10)]))
    stack.push(MaskCommand(session, edit, text))


def click(qtbot: QtBot, panel: HistoryPanel, row: int) -> None:
    place = panel.visualRect(panel.model().index(row, 0)).center()
    qtbot.mouseClick(panel.viewport(), LEFT, pos=place)


def test_a_click_goes_back_and_on(session: Session, qtbot: QtBot) -> None:
    stack = QUndoStack()
    panel = HistoryPanel(stack)
    qtbot.addWidget(panel)
    panel.resize(284, 300)
    panel.show()
    states = [session.mask]
    for start in (1000, 2000, 3000):
        push(stack, session, start, f"<b>{start}</b>")
        states.append(session.mask)
    rows = [panel.model().index(row, 0).data() for row in range(4)]
    assert rows == ["As opened", "<b>1000</b>", "<b>2000</b>", "<b>3000</b>"]
    for row in (0, 2, 1, 3):
        click(qtbot, panel, row)
        assert stack.index() == row
        assert session.mask.marks_equal(states[row])
    assert session.window.start <= 3000 < session.window.stop  # brought into view


def test_the_saved_step_says_so(session: Session, qtbot: QtBot) -> None:
    stack = QUndoStack()
    panel = HistoryPanel(stack)
    qtbot.addWidget(panel)
    panel.resize(284, 300)
    panel.show()
    push(stack, session, 1000, "one")
    push(stack, session, 2000, "two")
    row = panel.visualRect(panel.model().index(1, 0))
    before = panel.viewport().grab(row).toImage()
    stack.undo()
    stack.setClean()
    stack.redo()
    assert panel.viewport().grab(row).toImage() != before


def test_panels_fold_at_their_header(qtbot: QtBot) -> None:
    one, two = (FoldingPanel(name, QLabel(name)) for name in ("One", "Two"))
    dock = SideDock([one, two])
    qtbot.addWidget(dock)
    dock.resize(284, 600)
    dock.show()
    header = one.header.height()
    qtbot.mouseClick(two.header, LEFT)
    assert two.is_folded
    qtbot.waitUntil(lambda: one.height() == 600 - header - 1)
    assert two.height() == header
    qtbot.mouseClick(one.header.buttons[0], LEFT)
    qtbot.waitUntil(lambda: two.geometry().top() == header + 1)
    assert one.height() == header
    with qtbot.waitSignal(two.folded):
        qtbot.mouseClick(two.header.buttons[0], LEFT)
    qtbot.waitUntil(lambda: two.height() == 600 - header - 1)
    assert two.header.buttons[0].accessibleName() == "Fold two"
