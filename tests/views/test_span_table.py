"""The table of bad spans on real widgets: order, filter, selection, keys, numbers typed in."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtTest import QAbstractItemModelTester
from PyQt6.QtWidgets import QApplication, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from ecogview.data.mask_tracks import MaskTracks
from ecogview.dsp.runs import Runs
from ecogview.errors import MaskFileError
from ecogview.model.mask import KINDS, mark_channels
from ecogview.model.session import Session
from ecogview.model.span_edit import mark_spans
from ecogview.model.spans import NO_SPANS, Span, SpanRows
from ecogview.model.time_window import TimeWindow
from ecogview.views.span_filter import SpanFilter
from ecogview.views.span_table import SpanTable, window_at
from ecogview.views.span_table_model import END, KIND, LENGTH, START, SpanTableModel
from tests.views.span_desk import (
    N_SAMPLES,
    RATE,
    SPANS,
    Edits,
    many_tracks,
    open_session,
    tracks_of,
)

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton

# What Qt's offscreen platform says of every menu that opens.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard")


class Desk:
    def __init__(self, qtbot: QtBot, tracks: MaskTracks, rate: float = RATE) -> None:
        self.qtbot = qtbot
        self.session = open_session(tracks, rate)
        self.edits = Edits(self.session)
        self.table = SpanTable(self.session, self.edits.apply)
        self.view, self.model = self.table.view, self.table.model
        self.refused: list[str] = []
        self.table.refused.connect(self.refused.append)
        self.table.resize(284, 400)
        qtbot.addWidget(self.table)
        with qtbot.waitExposed(self.table):
            self.table.show()

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


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot, tracks_of(SPANS))


# -- what is shown


def test_rows_and_note(desk: Desk) -> None:
    assert desk.listed() == list(SPANS)
    assert desk.texts(0) == ["manual", "0:00.920", "0:02.240", "1.320 s"]
    assert desk.texts(4) == ["sat", "0:38.800", "0:40.000", "1.200 s"]
    assert desk.table.note == "5   5.4 s   13.6 %"
    assert desk.table.hint == ""


def test_qt_finds_nothing_wrong(desk: Desk) -> None:
    QAbstractItemModelTester(desk.model, QAbstractItemModelTester.FailureReportingMode.Warning)
    desk.sort_by(LENGTH)
    desk.table.filter_field.setText("hf")
    desk.session.apply(mark_spans(desk.session.mask, Runs.of([(10, 20)])))


def test_raw_has_the_decimals_it_needs(qtbot: QtBot) -> None:
    desk = Desk(qtbot, tracks_of([Span("manual", 30_001, 30_002)], 60_000), 30_000.0)
    assert desk.texts(0) == ["manual", "0:01.00003", "0:01.00007", "0.00003 s"]


def test_states_without_rows(qtbot: QtBot) -> None:
    session = Session()
    table = SpanTable(session, Edits(session).apply)
    qtbot.addWidget(table)
    table.show()
    assert "Open a recording" in table.hint
    desk = Desk(qtbot, tracks_of([]))
    assert desk.table.hint == "No bad spans. Press A and drag over the traces to mark one."
    assert desk.table.filter_field.isHidden()
    desk.session.set_mask_result(MaskFileError("x.mask.pkl", "is odd", "restore it"))
    assert "cannot be read" in desk.table.hint
    assert desk.table.note == ""


def test_hidden_it_waits_and_is_right_when_shown(desk: Desk) -> None:
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
    desk = Desk(qtbot, many_tracks(500))
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
def test_filter(desk: Desk, text: str, rows: list[int]) -> None:
    desk.qtbot.keyClicks(desk.table.filter_field, text)
    assert desk.listed() == [SPANS[row] for row in rows]
    whole = len(rows) == len(SPANS)
    assert desk.table.note.startswith("5   " if whole else f"{len(rows)} of 5   ")
    assert desk.table.hint == ("" if rows else "No span is like that.")


@given(st.text(max_size=20))
def test_the_filter_takes_any_text(text: str) -> None:
    kinds, lengths = np.array([0, 1, 2], np.int8), np.array([0.1, 1.0, 10.0])
    assert SpanFilter.parse(text).accepted(kinds, lengths).shape == (3,)


def test_escape_empties_the_filter_and_down_leaves_it(desk: Desk) -> None:
    desk.qtbot.keyClicks(desk.table.filter_field, "sat")
    desk.qtbot.keyClick(desk.table.filter_field, Qt.Key.Key_Escape)
    assert len(desk.listed()) == 5
    desk.table.filter_field.setFocus()
    desk.qtbot.keyClick(desk.table.filter_field, Qt.Key.Key_Down)
    assert desk.view.hasFocus()


# -- selection and going there


def test_a_click_selects_and_goes_there(desk: Desk) -> None:
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


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        ((5000, 5010), (4667, 1000)),
        ((5000, 5900), (4950, 1000)),  # less before it, for it to fit
        ((5000, 6000), (5000, 1000)),
        ((3000, 5000), (2000, 4000)),
        ((0, 10), (0, 1000)),
        ((9990, 10_000), (9000, 1000)),
        ((0, 10_000), (0, 10_000)),
    ],
)
def test_where_the_window_goes(span: tuple[int, int], expected: tuple[int, int]) -> None:
    assert window_at(TimeWindow(100, 1000, 10_000), *span) == TimeWindow(*expected, 10_000)


def test_the_selection_of_the_session_is_shown(desk: Desk) -> None:
    rows = SpanRows.of(desk.session.mask)
    desk.sort_by(END)
    desk.sort_by(END)
    desk.session.select_spans(rows.take([0, 3]))
    assert desk.view.selected_rows().tolist() == [1, 4]
    desk.session.select_spans(NO_SPANS)
    assert desk.view.selected_rows().tolist() == []
    assert desk.session.window.start == 0  # nobody asked to go there


def test_what_is_selected_elsewhere_is_scrolled_to(qtbot: QtBot) -> None:
    desk = Desk(qtbot, many_tracks(2000))
    desk.session.select_spans(desk.model.spans.take([1500]))
    assert desk.view.selected_rows().tolist() == [1500]
    assert desk.view.viewport().rect().contains(desk.place(1500))


def test_the_selection_and_the_place_outlive_an_edit_elsewhere(qtbot: QtBot) -> None:
    desk = Desk(qtbot, many_tracks(2000))
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


def test_keys_move_and_go(desk: Desk) -> None:
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


def test_delete_unmarks_the_selected_as_one_step(desk: Desk) -> None:
    desk.click(1)
    desk.click(3, modifiers=CTRL)
    desk.key(Qt.Key.Key_Delete)
    assert len(desk.edits) == 1
    assert desk.edits[0][1] == "2 spans un-marked"
    assert desk.listed() == [SPANS[0], SPANS[2], SPANS[4]]
    assert desk.selected == []
    desk.key(Qt.Key.Key_Delete)  # nothing selected
    assert len(desk.edits) == 1
    desk.key(Qt.Key.Key_Up)  # goes on where it was: from the last row
    assert desk.selected == [SPANS[2]]


def test_copy_is_tab_separated_with_true_numbers(desk: Desk) -> None:
    desk.click(0)
    desk.click(2, modifiers=CTRL)
    desk.key(Qt.Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text() == (
        "kind\tstart_s\tend_s\tlength_s\nmanual\t0.920\t2.240\t1.320\nhf\t18.960\t19.620\t0.660\n"
    )


def test_menu(desk: Desk, qtbot: QtBot) -> None:
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


# -- numbers typed in


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
    desk: Desk, column: int, text: str, expected: tuple[int, int]
) -> None:
    desk.edit(0, column, text)
    assert len(desk.edits) == 1
    assert desk.session.mask.manual.bounds[0].tolist() == list(expected)
    assert desk.selected[0] == Span("manual", *expected)
    assert desk.refused == []
    assert desk.field() is None


def test_every_sample_of_raw_can_be_typed(qtbot: QtBot) -> None:
    desk = Desk(qtbot, tracks_of([Span("manual", 30_001, 30_020)], 60_000), 30_000.0)
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
    desk: Desk, column: int, text: str, why: str
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


def test_f2_edits_and_escape_gives_it_up(desk: Desk) -> None:
    desk.click(0, END)
    desk.key(Qt.Key.Key_F2)
    field = desk.field()
    assert field is not None
    assert field.text() == "0:02.240"
    desk.qtbot.keyClicks(field, "9")
    desk.qtbot.keyClick(field, Qt.Key.Key_Escape)
    QApplication.processEvents()
    assert desk.edits == []


def test_what_detectors_found_and_kinds_cannot_be_typed_into(desk: Desk) -> None:
    for row, column in ((1, START), (2, LENGTH), (0, KIND)):
        desk.qtbot.mouseDClick(desk.view.viewport(), LEFT, NONE, desk.place(row, column))
        assert desk.field() is None
    tip = desk.model.index(1, START).data(Qt.ItemDataRole.ToolTipRole)
    assert "found by a detector" in tip


# -- many


def test_a_hundred_thousand_rows(qtbot: QtBot) -> None:
    desk = Desk(qtbot, many_tracks(100_000))
    assert desk.model.rowCount() == 100_000
    for column in (LENGTH, KIND):
        desk.sort_by(column)
    desk.key(Qt.Key.Key_A, CTRL)
    assert len(desk.session.selected_spans) == 100_000
    assert len(desk.view.selected_rows()) == 100_000


def test_an_edit_among_ten_thousand_is_shown_at_once(qtbot: QtBot) -> None:
    """16 ms is the figure; it takes 3 here, and the machine of a test may be slow."""
    desk = Desk(qtbot, many_tracks(10_000))
    desk.click(3)
    times = []
    for stop in (9_999_950, 9_999_960, 9_999_970, 9_999_980):
        tracks = mark_spans(desk.session.mask, Runs.of([(9_999_940, stop)])).apply(
            desk.session.mask
        )
        desk.session.mask = tracks
        begin = time.perf_counter()
        desk.table._refresh()
        times.append(time.perf_counter() - begin)
    assert desk.view.selected_rows().tolist() == [3]
    assert min(times) < 0.016


def test_rows_of_spans_in_any_order() -> None:
    model = SpanTableModel()
    tracks = many_tracks(300)
    model.show_spans(SpanRows.of(tracks), RATE, tracks.n_samples)
    model.sort(LENGTH, Qt.SortOrder.DescendingOrder)
    rows = np.array([0, 7, 8, 299], np.intp)
    assert model.rows_of(model.spans_at(rows)).tolist() == rows.tolist()
    gone = SpanRows(np.array([0], np.int8), np.array([[0, 1]]))
    assert model.rows_of(gone).tolist() == []
