"""Marking, changing and selecting stretches of time with real drags and keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ecogview.app.viewer import Viewer
from ecogview.app.wiring import Workbench
from ecogview.model.time_window import TimeWindow
from ecogview.views.message_bar import StatusMessage
from tests.app.windows import N_SAMPLES, a_recording

PLAIN, CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
HF, SAT = (1000, 2000), (4000, 6000)


class Hand:
    """Drags over the traces from sample to sample."""

    def __init__(self, bench: Workbench, qtbot: QtBot) -> None:
        self.bench, self.qtbot = bench, qtbot
        self.canvas, self.lane = bench.window.traces.canvas, bench.window.traces.lane

    def send(
        self, kind: QEvent.Type, x: float, modifiers: Qt.KeyboardModifier, over: QWidget
    ) -> None:
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        place = QPointF(x, over.height() / 2)
        event = QMouseEvent(
            kind, place, QPointF(over.mapToGlobal(place.toPoint())),
            none if kind == QEvent.Type.MouseMove else left,
            none if kind == QEvent.Type.MouseButtonRelease else left, modifiers,
        )  # fmt: skip
        QApplication.sendEvent(over, event)

    def press(
        self, at: float, modifiers: Qt.KeyboardModifier = PLAIN, over: QWidget | None = None
    ) -> None:
        x = self.canvas.x_of(at)
        self.send(QEvent.Type.MouseButtonPress, x, modifiers, over or self.canvas)

    def move(
        self, to: float, modifiers: Qt.KeyboardModifier = PLAIN, over: QWidget | None = None
    ) -> None:
        x = self.canvas.x_of(to)
        self.send(QEvent.Type.MouseMove, x, modifiers, over or self.canvas)

    def release(
        self, at: float, modifiers: Qt.KeyboardModifier = PLAIN, over: QWidget | None = None
    ) -> None:
        x = self.canvas.x_of(at)
        self.send(QEvent.Type.MouseButtonRelease, x, modifiers, over or self.canvas)

    def drag(
        self,
        start: float,
        stop: float,
        modifiers: Qt.KeyboardModifier = PLAIN,
        over: QWidget | None = None,
    ) -> None:
        self.press(start, modifiers, over)
        for part in (0.3, 0.7, 1.0):
            self.move(start + part * (stop - start), modifiers, over)
        self.release(stop, modifiers, over)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
        self.qtbot.keyClick(self.bench.window, key, modifiers)

    @property
    def said(self) -> str:
        message = self.bench.window.findChild(StatusMessage).message
        return "" if message is None else message.text

    def spans(self, kind: str = "manual") -> list[tuple[int, int]]:
        assert self.bench.session.mask is not None
        return list(self.bench.session.mask.tracks()[kind])


@pytest.fixture
def hand(show: Callable[..., Viewer], qtbot: QtBot, tmp_path: Path) -> Hand:
    """A window on 10 s at 1000 Hz, hf at 1–2 s and sat at 4–6 s."""
    hf, sat = np.zeros(N_SAMPLES, bool), np.zeros(N_SAMPLES, bool)
    hf[slice(*HF)], sat[slice(*SAT)] = True, True
    viewer = show(a_recording(tmp_path, mask={"hf": hf, "sat": sat, "ch": np.zeros(6, bool)}))
    viewer.main_window.resize(1600, 900)
    viewer._bench.window.set_dock("shown")
    assert viewer.wait_until_drawn()
    viewer._wait_for_mask()
    viewer.set_window(0, 10)
    assert viewer.wait_until_drawn()
    return Hand(viewer._bench, qtbot)


def near(span: tuple[int, int], wanted: tuple[int, int]) -> bool:
    return max(abs(a - b) for a, b in zip(span, wanted, strict=True)) <= 12  # a pixel


def test_without_marking_mode_a_drag_moves(hand: Hand) -> None:
    hand.bench.session.set_window(TimeWindow.clamped(8000, 10_000, N_SAMPLES))
    hand.qtbot.waitUntil(lambda: hand.canvas.is_settled)
    hand.drag(14_000, 12_000)
    assert hand.bench.session.window.start == pytest.approx(10_000, abs=15)
    assert hand.spans() == []


def test_a_turns_marking_on_and_off_and_the_switch_shows_it(hand: Hand) -> None:
    pan, mark, _ = hand.bench.window.tools.mode_switch.buttons
    assert pan.isChecked()
    hand.key(Qt.Key.Key_A)
    assert mark.isChecked()
    assert not pan.isChecked()
    hand.key(Qt.Key.Key_A)
    assert pan.isChecked()
    hand.qtbot.mouseClick(mark, Qt.MouseButton.LeftButton)
    assert hand.bench.window.traces.marking.is_on
    hand.qtbot.mouseClick(pan, Qt.MouseButton.LeftButton)
    assert not hand.bench.window.traces.marking.is_on
    hand.qtbot.mouseClick(pan, Qt.MouseButton.LeftButton)  # once more stays
    assert pan.isChecked()


def test_a_drag_marks_as_one_step_that_can_be_undone(hand: Hand) -> None:
    hand.key(Qt.Key.Key_A)
    hand.drag(7000, 8500)
    (marked,) = hand.spans()
    assert near(marked, (7000, 8500))
    assert hand.said.endswith(f"marked bad at 0:0{marked[0] / 1000:.3f}")
    assert hand.bench.undo_stack.count() == 1
    hand.key(Qt.Key.Key_Z, CTRL)
    assert hand.spans() == []
    hand.key(Qt.Key.Key_Y, CTRL)
    assert hand.spans() == [marked]


def test_the_preview_shows_length_and_edges_and_escape_discards_it(hand: Hand) -> None:
    hand.key(Qt.Key.Key_A)
    quiet = hand.bench.window.traces.grab().toImage()
    hand.press(7000)
    hand.move(8000)
    gestures = hand.bench.window.traces.marking
    assert gestures.preview is not None
    assert near(gestures.preview.span, (7000, 8000))
    assert [tag.text for tag in hand.bench.window.traces.axis.edge_tags()] == [
        f"0:{edge / 1000:06.3f}" for edge in gestures.preview.span
    ]
    assert hand.bench.window.traces.grab().toImage() != quiet
    hand.key(Qt.Key.Key_Escape)
    assert gestures.preview is None
    hand.move(8200)
    hand.release(8200)
    assert hand.spans() == []
    assert gestures.is_on  # Escape gave up the drag alone
    hand.key(Qt.Key.Key_Escape)
    assert not gestures.is_on


def test_edges_snap_to_spans_and_ends_unless_alt_is_held(hand: Hand) -> None:
    hand.key(Qt.Key.Key_A)
    hand.drag(2300, 3970)
    assert hand.spans()[0][1] == SAT[0]
    hand.key(Qt.Key.Key_Z, CTRL)
    hand.drag(2300, 3970, ALT)
    assert near(hand.spans()[0], (2300, 3970))
    assert hand.spans()[0][1] != SAT[0]
    hand.key(Qt.Key.Key_Z, CTRL)
    hand.drag(500, 20)
    assert hand.spans()[0][0] == 0


def test_what_a_detector_found_stays_its_own(hand: Hand) -> None:
    hand.key(Qt.Key.Key_A)
    hand.drag(500, 7000)
    assert hand.spans("hf") == [HF]
    assert hand.spans("sat") == [SAT]
    between = [(500, 1000), (2000, 4000), (6000, 7000)]
    assert all(near(*pair) for pair in zip(hand.spans(), between, strict=True))
    hand.drag(4500, 5500)
    assert hand.said == "All of that is marked already"


def test_ctrl_and_drag_cut_whatever_lies_there(hand: Hand) -> None:
    hand.key(Qt.Key.Key_A)
    hand.drag(1500, 5000, CTRL)
    assert near(hand.spans("hf")[0], (1000, 1500))
    assert near(hand.spans("sat")[0], (5000, 6000))
    assert hand.bench.undo_stack.count() == 1


def test_an_edge_of_ones_own_span_can_be_dragged(hand: Hand) -> None:
    hand.key(Qt.Key.Key_A)
    hand.drag(7000, 8000)
    start, stop = hand.spans()[0]
    hand.drag(stop + 2, 8800)
    assert hand.spans() == [(start, hand.spans()[0][1])]
    assert near(hand.spans()[0], (start, 8800))
    hand.drag(6000 + 4, 6500)  # the end of sat: a new span begins there
    assert hand.spans("sat") == [SAT]
    assert near(hand.spans()[0], (6000, 6500))


def test_tabs_are_selected_moved_and_deleted(hand: Hand) -> None:
    hand.bench.marking.mark_span((7000, 8000))
    hand.press(1500, over=hand.lane)
    hand.release(1500, over=hand.lane)
    session = hand.bench.session
    assert session.selected_spans[0] == ("hf", *HF)
    hand.press(7500, CTRL, over=hand.lane)
    hand.release(7500, CTRL, over=hand.lane)
    assert len(session.selected_spans) == 2
    hand.drag(7500, 8500, over=hand.lane)  # in the middle: it moves
    assert near(hand.spans()[0], (8000, 9000))
    assert hand.spans()[0][1] - hand.spans()[0][0] == 1000
    hand.drag(5000, 5500, over=hand.lane)
    assert hand.spans("sat") == [SAT]
    assert "not moved" in hand.said
    assert [session.selected_spans[i].kind for i in range(len(session.selected_spans))] == ["hf"]
    hand.key(Qt.Key.Key_Delete)
    assert hand.spans("hf") == []
    hand.key(Qt.Key.Key_Z, CTRL)
    assert hand.spans("hf") == [HF]


def test_dragging_against_the_border_scrolls(hand: Hand) -> None:
    hand.key(Qt.Key.Key_A)
    hand.press(8000)
    right = hand.canvas.width() + 100.0
    hand.send(QEvent.Type.MouseMove, right, PLAIN, hand.canvas)
    session = hand.bench.session
    hand.qtbot.waitUntil(lambda: session.window.start > 2000, timeout=5000)
    hand.qtbot.waitUntil(lambda: hand.canvas.is_settled)
    shown = hand.bench.window.traces.marking.preview
    assert shown is not None
    hand.send(QEvent.Type.MouseButtonRelease, right, PLAIN, hand.canvas)
    start_now = session.window.start
    (marked,) = hand.spans()
    assert marked[0] == pytest.approx(8000, abs=12)
    assert marked[1] >= shown.span[1] > 10_500
    QApplication.processEvents()
    assert session.window.start == start_now  # it has stopped


def test_shift_and_drag_select_and_keys_mark_unmark_and_zoom(hand: Hand) -> None:
    hand.drag(2500, 3500, SHIFT)
    session = hand.bench.session
    assert session.selection is not None
    assert near(session.selection, (2500, 3500))
    assert hand.spans() == []
    hand.key(Qt.Key.Key_M)
    assert hand.spans() == [session.selection]
    hand.key(Qt.Key.Key_U)
    assert hand.spans() == []
    before = session.selection
    hand.drag(before[1] + 1, 3800)  # its edge, without a modifier
    assert session.selection[0] == before[0]
    assert near(session.selection, (before[0], 3800))
    hand.key(Qt.Key.Key_F)
    assert (session.window.start, session.window.stop) == session.selection
    hand.key(Qt.Key.Key_Escape)
    assert session.selection is None
    hand.key(Qt.Key.Key_M)
    assert "Shift+drag" in hand.said


def test_i_and_o_set_the_ends_at_the_mouse(hand: Hand) -> None:
    session = hand.bench.session
    hand.canvas.mouse = QPointF(hand.canvas.x_of(2500), 50)
    hand.key(Qt.Key.Key_I)
    assert session.selection is None
    assert "O sets its end" in hand.said
    hand.canvas.mouse = QPointF(hand.canvas.x_of(3300), 50)
    hand.key(Qt.Key.Key_O)
    assert near(session.selection, (2500, 3300))
    hand.canvas.mouse = QPointF(hand.canvas.x_of(1996), 50)  # near the end of hf
    hand.key(Qt.Key.Key_I)
    assert session.selection[0] == HF[1]
    hand.canvas.mouse = None  # then the window's
    hand.key(Qt.Key.Key_O)
    assert session.selection == (HF[1], 10_000)


def test_from_span_to_span_with_keys(hand: Hand) -> None:
    hand.bench.marking.mark_span((20_000, 20_500))
    session = hand.bench.session
    hand.key(Qt.Key.Key_Right, CTRL)
    assert session.selected_spans[0] == ("hf", *HF)
    hand.key(Qt.Key.Key_Period)
    assert session.selected_spans[0] == ("sat", *SAT)
    hand.key(Qt.Key.Key_Right, CTRL)
    assert session.selected_spans[0] == ("manual", 20_000, 20_500)
    assert session.window.start < 20_000 < session.window.stop
    hand.key(Qt.Key.Key_Left, CTRL | SHIFT)
    assert hand.said == "No manual span before this"
    hand.key(Qt.Key.Key_Comma)
    assert session.selected_spans[0] == ("sat", *SAT)


def test_channels_all_at_once(hand: Hand) -> None:
    marking, session = hand.bench.marking, hand.bench.session
    marking.mark_channels([1, 2], bad=True)
    marking.invert_channels()
    assert session.bad_channels == {0, 3, 4, 5}
    marking.all_good()
    assert session.bad_channels == set()
    hand.bench.commands.undo()
    marking.channels_as_saved()
    assert session.bad_channels == set()
    marking.channels_as_saved()
    assert hand.said == "The channels are as they were saved"


def test_a_right_click_offers_what_is_there(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    menu, shown_at = hand.bench.modes.menu, []
    monkeypatch.setattr(menu, "popup", shown_at.append)
    at = QPoint(round(hand.canvas.x_of(1500)), round(hand.canvas.height() * 2.5 / 6))
    hand.qtbot.mouseClick(hand.canvas, Qt.MouseButton.RightButton, pos=at)
    assert shown_at == [hand.canvas.mapToGlobal(at)]
    texts = [action.text() for action in menu.actions()]
    assert "hf at 0:01.000, 1.000 s" in texts
    assert "Mark E05 bad" in texts
    next(action for action in menu.actions() if action.text() == "Un-mark it").trigger()
    assert hand.spans("hf") == []
    hand.qtbot.mouseClick(
        hand.bench.window.traces.gutter, Qt.MouseButton.RightButton, pos=QPoint(20, 10)
    )
    texts = [action.text() for action in menu.actions()]
    assert "Mark E01 bad" in texts
    assert not any(text.startswith("hf") for text in texts)


def test_scripts_mark_select_and_undo(show: Callable[..., Viewer], tmp_path: Path) -> None:
    viewer = show(a_recording(tmp_path))
    viewer.mark_span(1.0, 2.5)
    assert viewer.bad_spans == [(1.0, 2.5)]
    viewer.mark_span(1.5, 2.0, False)
    assert viewer.bad_spans == [(1.0, 1.5), (2.0, 2.5)]
    viewer.undo()
    assert viewer.bad_spans == [(1.0, 2.5)]
    viewer.redo()
    assert len(viewer.bad_spans) == 2
    viewer.selection = (3.0, 4.0)
    assert viewer.selection == (3.0, 4.0)
    viewer.selection = None
    assert viewer.selection is None
    for wrong in ((2.0, 1.0), (-1.0, 1.0), (1.0, 1e6)):
        with pytest.raises(ValueError, match="no stretch of this recording"):
            viewer.mark_span(*wrong)
        with pytest.raises(ValueError, match="no stretch of this recording"):
            viewer.selection = wrong


def test_undo_is_offered_for_the_last_step_alone(hand: Hand) -> None:
    hand.bench.marking.mark_channels([1], bad=True)
    hand.bench.marking.mark_channels([2], bad=True)
    assert hand.said == "E05 bad"
    hand.bench.undo_stack.setIndex(1)  # as a click in the history does
    assert hand.said == ""
