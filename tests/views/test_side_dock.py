"""Panels that fold share the height of the dock; a header keeps its title."""

from __future__ import annotations

from PyQt6.QtWidgets import QApplication, QListWidget, QWidget
from pytestqt.qtbot import QtBot

from ecogview.views.elided_text import ElidedText
from ecogview.views.side_dock import FoldingPanel, SideDock
from ecogview.views.side_header import SideHeader


def test_the_first_that_is_open_has_most_of_the_height(qtbot: QtBot) -> None:
    panels = [FoldingPanel(name, QListWidget()) for name in ("Bad spans", "Changes", "History")]
    panels[2].body.addItems([str(number) for number in range(500)])
    dock = SideDock(panels)
    qtbot.addWidget(dock)
    dock.resize(284, 800)
    with qtbot.waitExposed(dock):
        dock.show()

    def heights() -> list[int]:
        QApplication.processEvents()
        return [panel.height() for panel in panels]

    assert heights()[0] > sum(heights()[1:])
    panels[1].set_folded(folded=True)
    panels[1].set_folded(folded=False)
    assert heights()[0] > sum(heights()[1:])
    panels[0].set_folded(folded=True)
    header = panels[0].header.height()
    assert heights()[0] == header
    assert sum(heights()) >= 790
    panels[2].set_folded(folded=True)
    assert heights()[1] > 3 * header


def test_a_header_cuts_its_note_and_not_its_title(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    header = SideHeader("Channels", parent)
    header.resize(100, 32)
    header.set_note("59 good, 3 bad, 3 hidden")
    text = header.findChild(ElidedText)
    assert (text.text, text.detail) == ("Channels", "59 good, 3 bad, 3 hidden")


def test_parts_of_a_detail_are_left_out_whole(qtbot: QtBot) -> None:
    line = ElidedText()
    qtbot.addWidget(line)
    line.set_text("Drag to move", "A: mark   ?: all keys")
    line.resize(line.full_width() + 3, 20)
    fitting = line.grab().toImage()
    line.set_text("Drag to move", "A: mark   ?: all keys   and more")
    assert line.full_width() > line.width()
    assert line.grab().toImage() == fitting
