"""Grow, fill, drop: the counts are those of `EditCounts`; what was counted is what is applied."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ecogview.data.mask_tracks import MaskTracks
from ecogview.dsp.runs import Runs
from ecogview.model.edit_counts import EditCounts
from ecogview.model.mask import MaskEdit
from ecogview.model.span_edit import drop_short, fill_gaps, grow_spans, mark_spans
from ecogview.model.spans import SpanRows
from ecogview.services.resize_planning import Operation, ResizePlanning, ResizeRequest
from ecogview.views.resize_dialog import ResizeDialog, counts_text
from tests.views.span_desk import RATE, SPANS, Edits, many_tracks, open_session, tracks_of


class Desk:
    def __init__(self, qtbot: QtBot, tracks: MaskTracks) -> None:
        self.qtbot = qtbot
        self.session = open_session(tracks)
        self.edits = Edits(self.session)
        self.planning = ResizePlanning()
        self.dialog = ResizeDialog(self.session, self.planning, self.edits.apply)
        qtbot.addWidget(self.dialog)

    def type(self, operation: Operation, seconds: str) -> None:
        field = self.dialog.seconds[operation]
        field.selectAll()
        self.qtbot.keyClicks(field, seconds)

    def wait(self) -> str:
        """The counts, once they are of what is asked for."""
        self.qtbot.waitUntil(lambda: self.dialog._plan is not None)
        return self.dialog.count_label.text()

    def says(self, edit: MaskEdit) -> str:
        assert self.session.mask is not None
        return counts_text(EditCounts.of(self.session.mask, edit), RATE)


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    made = Desk(qtbot, tracks_of(SPANS))
    made.dialog.show_for_selected()
    yield made
    made.planning.close()


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        (
            EditCounts((8, 1, 3), (5, 1, 3), 800, 0, 0.015, 0.02),
            "12 → 9 spans (hf 8 → 5)\n+3.2 s, masked 1.5 % → 2.0 %",
        ),
        (
            EditCounts((0, 0, 9000), (0, 0, 9), 0, 10, 0.5, 0.1),
            "9,000 → 9 spans\n−0.04 s, masked 50.0 % → 10.0 %",
        ),
        (
            EditCounts((1, 0, 1), (1, 0, 1), 250, 25, 0, 0),
            "2 → 2 spans (as many of each kind)\n+1.0 s, −0.1 s, masked 0.0 % → 0.0 %",
        ),
        (
            EditCounts((2, 1, 0), (2, 1, 6), 250, 0, 0.1, 0.2),
            "3 → 9 spans (manual 0 → 6)\n+1.0 s, masked 10.0 % → 20.0 %",
        ),
        (EditCounts((1, 1, 0), (1, 1, 0), 0, 0, 0.1, 0.1), "Nothing would change"),
    ],
)
def test_counts_in_words(counts: EditCounts, text: str) -> None:
    assert counts_text(counts, 250.0) == text


def test_counts_follow_what_is_typed(desk: Desk) -> None:
    mask = desk.session.mask
    assert mask is not None
    desk.type("grow", "0.5")
    assert desk.wait() == desk.says(grow_spans(mask, 125))
    desk.type("fill", "4.5")
    assert desk.dialog.operation == "fill"
    assert not desk.dialog.apply_button.isEnabled()  # not counted yet
    assert desk.wait() == desk.says(fill_gaps(mask, 1125))
    desk.type("drop", "1.2004")  # the one of 1.2 s is shorter
    assert desk.wait() == desk.says(drop_short(mask, 301))
    desk.type("drop", "1.2")
    assert desk.wait() == desk.says(drop_short(mask, 300))
    assert desk.dialog.apply_button.isEnabled()


def test_apply_is_one_step_with_its_text(desk: Desk) -> None:
    mask = desk.session.mask
    assert mask is not None
    desk.type("drop", "1")
    desk.wait()
    desk.qtbot.keyClick(desk.dialog.seconds["drop"], Qt.Key.Key_Return)
    ((edit, text),) = desk.edits
    assert text == "Spans shorter than 1 s un-marked"
    assert edit == drop_short(mask, 250)
    assert desk.session.mask.bad == Runs.of([(230, 560), (7975, 8325), (9700, 10_000)])
    assert desk.dialog.isVisible()
    assert desk.wait() == "Nothing would change"
    assert not desk.dialog.apply_button.isEnabled()


def test_enter_right_after_a_digit_applies_once_it_is_counted(desk: Desk) -> None:
    desk.type("drop", "1")
    desk.qtbot.keyClick(desk.dialog.seconds["drop"], Qt.Key.Key_Return)
    assert desk.edits == []
    desk.qtbot.waitUntil(lambda: len(desk.edits) == 1)
    assert desk.edits[0][1] == "Spans shorter than 1 s un-marked"
    desk.wait()
    assert len(desk.edits) == 1
    desk.type("grow", "0.1")
    desk.qtbot.keyClick(desk.dialog.seconds["grow"], Qt.Key.Key_Return)
    desk.type("grow", "0.2")  # another number than the one that was confirmed
    desk.wait()
    assert len(desk.edits) == 1


def test_only_the_selected_grow(qtbot: QtBot) -> None:
    desk = Desk(qtbot, tracks_of(SPANS))
    assert desk.session.mask is not None
    desk.session.select_spans(SpanRows.of(desk.session.mask).take([1, 4]))
    desk.dialog.show_for_selected()
    assert desk.dialog.which.currentText() == "2 selected"
    desk.type("grow", "0.02")
    chosen = Runs.of([(3465, 3680), (9700, 10_000)])
    assert desk.wait() == desk.says(grow_spans(desk.session.mask, 5, chosen))
    qtbot.mouseClick(desk.dialog.apply_button, Qt.MouseButton.LeftButton)
    assert list(desk.session.mask.manual) == [(230, 560), (3460, 3465), (3680, 3685), (9695, 9700)]
    desk.session.select_spans(SpanRows.of(desk.session.mask).take([]))
    assert desk.dialog.which.currentText() == "all spans"
    assert not desk.dialog.which.model().item(1).isEnabled()
    desk.planning.close()


def test_an_edit_beneath_is_counted_anew(desk: Desk) -> None:
    assert desk.session.mask is not None
    desk.type("grow", "0.1")
    before = desk.wait()
    desk.session.apply(mark_spans(desk.session.mask, Runs.of([(1000, 2000)])))
    desk.dialog.apply()  # of what was there before: nothing is done
    assert desk.edits == []
    assert desk.wait() != before
    assert desk.wait() == desk.says(grow_spans(desk.session.mask, 25))


def test_without_a_mask_nothing_can_be_applied(desk: Desk) -> None:
    desk.session.set_mask_result(tracks_of([]))
    assert desk.wait() == "Nothing would change"
    desk.session.mask = None
    desk.type("grow", "3")
    desk.qtbot.waitUntil(lambda: "no mask" in desk.dialog.count_label.text())
    assert not desk.dialog.apply_button.isEnabled()


def test_no_key_waits_for_the_count_which_a_thread_does_once(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(qtbot, many_tracks(100_000))
    desk.dialog.show_for_selected()
    desk.wait()
    counted: list[tuple[int, threading.Thread]] = []
    plan = ResizeRequest.plan

    def noted(request: ResizeRequest) -> MaskEdit:
        counted.append((request.samples, threading.current_thread()))
        return plan(request)

    monkeypatch.setattr(ResizeRequest, "plan", noted)
    for digit in "12345":
        desk.type("fill", f"0.{digit}")
    assert not counted
    said = desk.wait()
    assert [samples for samples, _ in counted] == [125]
    assert counted[0][1] is not threading.main_thread()
    monkeypatch.undo()
    assert desk.session.mask is not None
    assert said == desk.says(fill_gaps(desk.session.mask, 125))
    desk.planning.close()
