"""Numbers typed into the table of bad spans, on real widgets."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ecogview.model.spans import Span
from ecogview.views.span_table_model import END, KIND, LENGTH, START
from tests.views.span_desk import (
    SPANS,
    TableDesk,
    tracks_of,
)

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton

# What Qt's offscreen platform says of every menu that opens.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard")


@pytest.fixture
def desk(qtbot: QtBot) -> TableDesk:
    return TableDesk(qtbot, tracks_of(SPANS))


@pytest.mark.parametrize(
    ("column", "text", "expected"),
    [
        (START, "1.004", (251, 560)),
        (START, "0:00.916", (229, 560)),
        (END, "0:03", (230, 750)),
        (END, "40", (230, 3465)),  # up to where the sat span was found, and no further: see below
        (LENGTH, "0.004", (230, 231)),
        (LENGTH, "2.5 s", (230, 855)),
    ],
)
def test_a_number_is_taken_to_the_sample(
    desk: TableDesk, column: int, text: str, expected: tuple[int, int]
) -> None:
    desk.edit(0, column, text)
    assert len(desk.edits) == 1
    assert desk.session.mask.manual.bounds[0].tolist() == list(expected)
    assert desk.refused == []
    assert desk.field() is None


def test_every_sample_of_raw_can_be_typed(qtbot: QtBot) -> None:
    desk = TableDesk(qtbot, tracks_of([Span("manual", 30_001, 30_020)], 60_000), 30_000.0)
    for stop in (30_019, 30_018, 30_017):
        desk.model.setData(desk.model.index(0, END), f"1.{(stop - 30_000) / 0.3:05.0f}")
        assert list(desk.session.mask.manual) == [(30_001, stop)]
    desk.edit(0, START, desk.texts(0)[START])  # what is shown is what is there
    assert len(desk.edits) == 3


@pytest.mark.parametrize(
    ("column", "text", "why"),
    [
        (START, "soon", "not a time"),
        (START, "0:03", "no sample"),
        (END, "0.92", "no sample"),
        (END, "1:00", "ends at 0:40.000"),
        (LENGTH, "0", "no sample"),
        (LENGTH, "99", "ends at 0:40.000"),
    ],
)
def test_a_refused_number_stays_with_a_message(
    desk: TableDesk, column: int, text: str, why: str
) -> None:
    desk.edit(0, column, text)
    assert why in desk.refused[-1]
    field = desk.field()
    assert field is not None
    assert field.text() == text
    assert desk.edits == []
    desk.qtbot.keyClick(field, Qt.Key.Key_Escape)
    QApplication.processEvents()
    assert desk.field() is None
    assert desk.texts(0) == ["manual", "0:00.920", "0:02.240", "1.320 s"]


def test_f2_edits_and_escape_gives_it_up(desk: TableDesk) -> None:
    desk.click(0, END)
    desk.key(Qt.Key.Key_F2)
    field = desk.field()
    assert field is not None
    assert field.text() == "0:02.240"
    desk.qtbot.keyClicks(field, "9")
    desk.qtbot.keyClick(field, Qt.Key.Key_Escape)
    QApplication.processEvents()
    assert desk.edits == []


def test_what_detectors_found_and_kinds_cannot_be_typed_into(desk: TableDesk) -> None:
    for row, column in ((1, START), (2, LENGTH), (0, KIND)):
        desk.qtbot.mouseDClick(desk.view.viewport(), LEFT, NONE, desk.place(row, column))
        assert desk.field() is None
    tip = desk.model.index(1, START).data(Qt.ItemDataRole.ToolTipRole)
    assert "found by a detector" in tip
