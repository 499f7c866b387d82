"""Undoing edits of the mask: the place that changes comes into view."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtGui import QUndoStack

from ecogview.app.undo import MaskCommand
from ecogview.data.mask_tracks import empty_tracks
from ecogview.data.recording import Channel, Electrode, RecordingInfo
from ecogview.dsp.runs import Runs
from ecogview.model.channels import ChannelView
from ecogview.model.display import Display
from ecogview.model.mask import MaskEdit, mark_channels
from ecogview.model.session import Session
from ecogview.model.span_edit import mark_spans
from ecogview.model.time_window import TimeWindow

N_SAMPLES, LENGTH = 10_000, 1000


@pytest.fixture
def session() -> Session:
    session = Session()
    info = RecordingInfo(
        path=Path("rec001.drive.clfp.dat"),
        rec_id="rec001",
        microdrive_name="drive",
        rec_type="clfp",
        sampling_rate=250.0,
        n_samples=N_SAMPLES,
        channels=(Channel(0, "E1", Electrode("E1")),),
        dtype=np.dtype(np.float32),
        units="µV",
        layout="interleaved",
    )
    session.open(
        info,
        window=TimeWindow(0, LENGTH, N_SAMPLES),
        channels=ChannelView(info.channels),
        display=Display(),
    )
    session.set_mask_result(empty_tracks(N_SAMPLES, 1))
    return session


def pushed(session: Session, edit: MaskEdit) -> QUndoStack:
    stack = QUndoStack()
    stack.push(MaskCommand(session, edit, "marked"))
    return stack


def planned(session: Session, *spans: tuple[int, int]) -> MaskEdit:
    assert session.mask is not None
    return mark_spans(session.mask, Runs.of(spans))


def test_undo_and_redo_go_there_but_the_gesture_stays_where_it_is(session: Session) -> None:
    stack = pushed(session, planned(session, (6000, 6100)))
    assert session.window.start == 0
    stack.undo()
    assert session.window.start == 6050 - LENGTH // 2
    session.go_to(0)
    stack.redo()
    assert session.window.start == 6050 - LENGTH // 2
    assert session.mask is not None
    assert list(session.mask.manual) == [(6000, 6100)]


def test_what_changes_is_in_view_when_it_does(session: Session) -> None:
    stack = pushed(session, planned(session, (6000, 6100)))
    seen = []
    session.mask_changed.connect(lambda: seen.append(session.window.start))
    stack.undo()
    assert seen == [6050 - LENGTH // 2]


def test_the_window_stays_where_a_part_of_the_change_is_in_it(session: Session) -> None:
    stack = pushed(session, planned(session, (999, 1005), (6000, 6100)))
    stack.undo()
    assert session.window.start == 0


def test_channels_have_no_place_in_time(session: Session) -> None:
    assert session.mask is not None
    stack = pushed(session, mark_channels(session.mask, [0], bad=True))
    stack.undo()
    stack.redo()
    assert session.window.start == 0
    assert session.bad_channels == {0}
