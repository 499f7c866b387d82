"""The table of bad spans on real widgets: order, filter, selection, keys, numbers typed in."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtTest import QAbstractItemModelTester
from PyQt6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from ecogview.dsp.runs import Runs
from ecogview.errors import MaskFileError
from ecogview.model.mask import KINDS, mark_channels
from ecogview.model.session import Session
from ecogview.model.span_edit import mark_spans
from ecogview.model.spans import NO_SPANS, Span, SpanRows
from ecogview.model.time_window import TimeWindow
from ecogview.views.span_filter import SpanFilter
from ecogview.views.span_table import SpanTable
from ecogview.views.span_table_model import END, KIND, LENGTH, START, SpanTableModel
from tests.views.span_desk import (
    N_SAMPLES,
    RATE,
    SPANS,
    TableDesk,
    many_tracks,
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


# -- what is shown


def test_rows_and_note(desk: TableDesk) -> None:
    assert desk.listed() == list(SPANS)
    assert desk.texts(0) == ["manual", "0:00.920", "0:02.240", "1.320 s"]
    assert desk.texts(4) == ["sat", "0:38.800", "0:40.000", "1.200 s"]
    assert desk.table.note == "5   5.4 s   13.6 %"
    assert desk.table.hint == ""


def test_qt_finds_nothing_wrong(desk: TableDesk) -> None:
    QAbstractItemModelTester(desk.model, QAbstractItemModelTester.FailureReportingMode.Warning)
    desk.sort_by(LENGTH)
    desk.table.filter_field.setText("hf")
    desk.session.apply(mark_spans(desk.session.mask, Runs.of([(10, 20)])))


def test_raw_has_the_decimals_it_needs(qtbot: QtBot) -> None:
    desk = TableDesk(qtbot, tracks_of([Span("manual", 30_001, 30_002)], 60_000), 30_000.0)
    assert desk.texts(0) == ["manual", "0:01.00003", "0:01.00007", "0.00003 s"]


def test_states_without_rows(qtbot: QtBot) -> None:
    session = Session()
    table = SpanTable(session)
    qtbot.addWidget(table)
    table.show()
    assert "Open a recording" in table.hint
    desk = TableDesk(qtbot, tracks_of([]))
    assert desk.table.hint == "No bad spans. Press A and drag over the traces to mark one."
    assert desk.table.filter_field.isHidden()
    desk.session.set_mask_result(MaskFileError("x.mask.pkl", "is odd", "restore it"))
    assert "cannot be read" in desk.table.hint
    assert desk.table.note == ""


def test_hidden_it_waits_and_is_right_when_shown(desk: TableDesk) -> None:
    desk.table.hide()
    desk.session.apply(mark_spans(desk.session.mask, Runs.of([(1000, 1250)])))
    assert desk.table.note == "6   6.4 s   16.1 %"
    assert desk.model.rowCount() == 5
    desk.table.show()
    assert desk.listed()[1] == Span("manual", 1000, 1250)


# -- order and filter


@pytest.mark.parametrize("column", [KIND, START, END, LENGTH])
@pytest.mark.parametrize("descending", [False, True])
def test_order_is_that_of_a_plain_sort(qtbot: QtBot, column: int, descending: bool) -> None:
    desk = TableDesk(qtbot, many_tracks(500))
    by_start = desk.listed()
    keys = (
        lambda s: KINDS.index(s.kind), lambda s: s.start, lambda s: s.stop,
        lambda s: s.stop - s.start,
    )  # fmt: skip
    sign = -1 if descending else 1
    header = desk.view.horizontalHeader()
    wanted = (column, Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder)
    clicks = 0
    while (header.sortIndicatorSection(), header.sortIndicatorOrder()) != wanted:
        desk.sort_by(column)
        clicks += 1
    assert clicks <= 2
    assert desk.listed() == sorted(by_start, key=lambda s: sign * keys[column](s))


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("sat", [1, 4]),
        ("m", [0]),
        ("hf sat", [1, 2, 3, 4]),
        (">1.2", [0, 3]),  # 1.200 s is not longer than 1.2 s
        (">1.2 s", [0, 3]),
        ("<0.86s", [2]),
        ("hf >1", [3]),
        (">0.8 <1.3", [1, 4]),
        ("manual, hf <1", [0, 2]),
        ("", [0, 1, 2, 3, 4]),
        ("<", [0, 1, 2, 3, 4]),
        (" , ", [0, 1, 2, 3, 4]),
        ("E57", []),
    ],
)
def test_filter(desk: TableDesk, text: str, rows: list[int]) -> None:
    desk.qtbot.keyClicks(desk.table.filter_field, text)
    assert desk.listed() == [SPANS[row] for row in rows]
    whole = len(rows) == len(SPANS)
    assert desk.table.note.startswith("5   " if whole else f"{len(rows)} of 5   ")
    assert desk.table.hint == ("" if rows else "No span is like that.")


@given(st.text(max_size=20))
def test_the_filter_takes_any_text(text: str) -> None:
    kinds, lengths = np.array([0, 1, 2], np.int8), np.array([0.1, 1.0, 10.0])
    assert SpanFilter.parse(text).accepted(kinds, lengths).shape == (3,)


def test_escape_empties_the_filter_and_down_leaves_it(desk: TableDesk) -> None:
    desk.qtbot.keyClicks(desk.table.filter_field, "sat")
    desk.qtbot.keyClick(desk.table.filter_field, Qt.Key.Key_Escape)
    assert len(desk.listed()) == 5
    desk.table.filter_field.setFocus()
    desk.qtbot.keyClick(desk.table.filter_field, Qt.Key.Key_Down)
    assert desk.view.hasFocus()


# -- selection and going there


def test_a_click_selects_and_goes_there(desk: TableDesk) -> None:
    desk.click(1)
    assert desk.selected == [SPANS[1]]
    assert desk.session.window == TimeWindow(round(3465 - 2500 / 3), 2500, N_SAMPLES)
    desk.click(4, modifiers=CTRL)
    assert desk.selected == [SPANS[1], SPANS[4]]
    assert desk.session.window.start == round(3465 - 2500 / 3)  # only added
    desk.click(2)
    desk.click(4, modifiers=SHIFT)
    assert desk.selected == list(SPANS[2:])
    desk.sort_by(LENGTH)  # hf, sat, sat, manual, hf: the same ones stay
    assert desk.selected == list(SPANS[2:])
    assert desk.view.selected_rows().tolist() == [0, 2, 4]


def test_the_selection_of_the_session_is_shown(desk: TableDesk) -> None:
    rows = SpanRows.of(desk.session.mask)
    desk.sort_by(END)
    desk.sort_by(END)
    desk.session.select_spans(rows.take([0, 3]))
    assert desk.view.selected_rows().tolist() == [1, 4]
    desk.session.select_spans(NO_SPANS)
    assert desk.view.selected_rows().tolist() == []
    assert desk.session.window.start == 0  # nobody asked to go there


def test_what_is_selected_elsewhere_is_scrolled_to(qtbot: QtBot) -> None:
    desk = TableDesk(qtbot, many_tracks(2000))
    desk.session.select_spans(desk.model.spans.take([1500]))
    assert desk.view.selected_rows().tolist() == [1500]
    assert desk.view.viewport().rect().contains(desk.place(1500))


def test_the_selection_and_the_place_outlive_an_edit_elsewhere(qtbot: QtBot) -> None:
    desk = TableDesk(qtbot, many_tracks(2000))
    desk.view.verticalScrollBar().setValue(1000 * 22)
    desk.click(1005)
    before = desk.selected
    scrolled = desk.view.verticalScrollBar().value()
    desk.view.setFocus()
    desk.session.apply(mark_spans(desk.session.mask, Runs.of([(9_999_990, 10_000_000)])))
    assert desk.model.rowCount() == 2001
    assert desk.selected == before
    assert desk.view.selected_rows().tolist() == [1005]
    assert desk.view.verticalScrollBar().value() == scrolled
    desk.session.apply(mark_channels(desk.session.mask, [0], bad=True))
    assert desk.view.selected_rows().tolist() == [1005]


def test_keys_move_and_go(desk: TableDesk) -> None:
    desk.click(0)
    desk.key(Qt.Key.Key_Down)
    assert desk.selected == [SPANS[1]]
    assert desk.session.window.start == round(3465 - 2500 / 3)
    desk.key(Qt.Key.Key_End)
    assert desk.selected == [SPANS[4]]
    desk.key(Qt.Key.Key_A, CTRL)
    assert desk.selected == list(SPANS)
    desk.session.set_window(TimeWindow(0, 2500, N_SAMPLES))
    desk.key(Qt.Key.Key_Return)
    assert desk.session.window.stop == N_SAMPLES


# -- un-marking, copying


def test_delete_unmarks_the_selected_as_one_step(desk: TableDesk) -> None:
    desk.click(1)
    desk.click(3, modifiers=CTRL)
    desk.key(Qt.Key.Key_Delete)
    assert len(desk.edits) == 1
    assert desk.edits[0][1] == "2 un-marked"
    assert desk.listed() == [SPANS[0], SPANS[2], SPANS[4]]
    assert desk.selected == []
    desk.key(Qt.Key.Key_Delete)  # nothing selected
    assert len(desk.edits) == 1
    desk.key(Qt.Key.Key_Up)  # goes on where it was: from the last row
    assert desk.selected == [SPANS[2]]


def test_copy_is_tab_separated_with_true_numbers(desk: TableDesk) -> None:
    desk.click(0)
    desk.click(2, modifiers=CTRL)
    desk.key(Qt.Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text() == (
        "kind\tstart_s\tend_s\tlength_s\nmanual\t0.920\t2.240\t1.320\nhf\t18.960\t19.620\t0.660\n"
    )


def test_menu(desk: TableDesk, qtbot: QtBot) -> None:
    desk.click(2)
    desk.session.set_window(TimeWindow(0, 2500, N_SAMPLES))
    desk.table._popup_menu(QPoint(0, 0))
    menu = desk.table.findChild(QMenu)
    names = {action.text(): action for action in menu.actions() if action.text()}
    assert list(names) == ["Go there", "Un-mark", "Grow …", "Copy as text"]
    assert all(action.isEnabled() for action in names.values())
    names["Go there"].trigger()
    assert desk.session.window.start == round(4740 - 2500 / 3)
    with qtbot.waitSignal(desk.table.resize_requested):
        names["Grow …"].trigger()
    names["Un-mark"].trigger()
    assert SPANS[2] not in desk.listed()
    menu.close()


# -- many


def test_a_hundred_thousand_rows(qtbot: QtBot) -> None:
    desk = TableDesk(qtbot, many_tracks(100_000))
    assert desk.model.rowCount() == 100_000
    for column in (LENGTH, KIND):
        desk.sort_by(column)
    desk.key(Qt.Key.Key_A, CTRL)
    assert len(desk.session.selected_spans) == 100_000
    assert len(desk.view.selected_rows()) == 100_000


def test_an_edit_among_ten_thousand_is_shown_at_once(qtbot: QtBot) -> None:
    desk = TableDesk(qtbot, many_tracks(10_000))
    desk.click(3)
    resets: list[None] = []
    desk.model.modelReset.connect(lambda: resets.append(None))
    for count, stop in enumerate((9_999_950, 9_999_960, 9_999_970, 9_999_980), 1):
        desk.session.apply(mark_spans(desk.session.mask, Runs.of([(9_999_940, stop)])))
        assert desk.model.span_in(10_000) == Span("manual", 9_999_940, stop)
        assert len(resets) == count
    assert desk.model.rowCount() == 10_001
    assert desk.view.selected_rows().tolist() == [3]


def test_rows_of_spans_in_any_order() -> None:
    model = SpanTableModel()
    tracks = many_tracks(300)
    model.show_spans(SpanRows.of(tracks), RATE, tracks.n_samples)
    model.sort(LENGTH, Qt.SortOrder.DescendingOrder)
    rows = np.array([0, 7, 8, 299], np.intp)
    assert model.rows_of(model.spans_at(rows)).tolist() == rows.tolist()
    gone = SpanRows(np.array([0], np.int8), np.array([[0, 1]]))
    assert model.rows_of(gone).tolist() == []
