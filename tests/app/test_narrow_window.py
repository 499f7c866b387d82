"""What gives way where the window is narrow, in the whole window."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from PyQt6.QtCore import QPoint, QRect
from PyQt6.QtWidgets import QApplication, QMenuBar

from ecogview.app.viewer import Viewer
from ecogview.app.wiring import Workbench
from ecogview.views.message_bar import StatusMessage
from tests.app.windows import a_recording


@pytest.fixture
def bench(show: Callable[..., Viewer], tmp_path: Path) -> Workbench:
    viewer = show(a_recording(tmp_path, "rec001_of_a_rather_long_name"))
    viewer._wait_for_mask()
    return viewer._bench


@pytest.mark.parametrize("width", [720, 900, 1000, 1100, 1366, 1600])
def test_menus_and_tools_stand_beside_each_other_at_any_width(bench: Workbench, width: int) -> None:
    window = bench.window
    window.resize(width, 700)
    bench.marking.mark_channels([2], bad=True)  # now there is a button that saves
    QApplication.processEvents()
    assert window.width() == width
    menus = window.findChild(QMenuBar)
    last = menus.actionGeometry(window.menus["Help"].menuAction())
    assert not last.isEmpty()
    assert menus.rect().contains(last)
    layout = window.tools.layout()
    items = [layout.itemAt(place).widget() for place in range(layout.count())]
    shown = [item for item in items if item is not None and item.isVisible()]
    assert window.tools.save_button in shown
    assert window.tools.time_field in shown
    assert all(item.width() >= item.minimumSizeHint().width() for item in shown)
    assert all(a.geometry().right() < b.geometry().left() for a, b in pairwise(shown))
    assert shown[-1].geometry().right() < width


def test_the_title_stands_in_the_middle_or_is_cut_at_its_end(bench: Workbench) -> None:
    window, title = bench.window, bench.window._title

    def place() -> tuple[str, QRect]:
        QApplication.processEvents()
        text, box = title.shown()
        return text, box.translated(title.mapTo(window, QPoint(0, 0)))

    window.resize(1600, 700)
    text, box = place()
    assert text == title.text()
    assert abs(box.center().x() - 800) <= 1
    window.resize(720, 700)
    text, box = place()
    assert text.endswith("…")
    assert text.startswith("rec001_of_a")
    assert box.left() >= window.findChild(QMenuBar).geometry().right()
    assert box.right() < 720


def test_parts_come_back_with_the_room_and_with_the_save(bench: Workbench) -> None:
    window, tools = bench.window, bench.window.tools
    window.resize(1600, 700)
    QApplication.processEvents()
    assert all(caption.isVisible() for caption in tools._captions)
    window.resize(900, 700)
    QApplication.processEvents()
    unmodified = sum(widget.isVisible() for group in tools._foldable for widget in group)
    bench.marking.mark_channels([2], bad=True)
    assert sum(w.isVisible() for group in tools._foldable for w in group) < unmodified
    bench.commands.undo()
    assert sum(w.isVisible() for group in tools._foldable for w in group) == unmodified
    window.resize(1600, 700)
    QApplication.processEvents()
    assert all(widget.isVisible() for group in tools._foldable for widget in group)


def test_the_hint_tells_how_to_mark_a_channel_at_1366(bench: Workbench) -> None:
    bench.window.resize(1366, 768)
    line = bench.window.findChild(StatusMessage)._line
    assert "Click a label: bad channel" in line.detail
