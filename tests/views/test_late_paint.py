"""Widgets whose pixels wait for those of the traces."""

from __future__ import annotations

from PyQt6.QtGui import QPaintEvent
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ecogview.views.late_paint import LatePaint


class Counted(QWidget):
    n_painted = 0

    def paintEvent(self, event: QPaintEvent | None) -> None:
        self.n_painted += 1


def test_what_is_held_is_painted_once_a_moment_later(qtbot: QtBot) -> None:
    widget = Counted()
    qtbot.addWidget(widget)
    late = LatePaint(widget)
    widget.show()
    qtbot.waitUntil(lambda: widget.n_painted > 0)
    before = widget.n_painted
    for _ in range(3):
        late.hold()
        widget.update()
        QApplication.processEvents()
    assert widget.n_painted == before
    qtbot.waitUntil(lambda: widget.n_painted > before)
    assert widget.n_painted == before + 1
    assert widget.updatesEnabled()
