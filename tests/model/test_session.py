"""The session: what it announces, and when marks count as unsaved."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecogview.data.mask_tracks import MaskTracks, empty_tracks, save_tracks
from ecogview.data.recording import Channel, Electrode, RecordingInfo
from ecogview.dsp.runs import Runs
from ecogview.errors import MaskFileError
from ecogview.model.channels import ChannelView
from ecogview.model.display import Display
from ecogview.model.mask import MaskEdit, mark_channels
from ecogview.model.session import Session
from ecogview.model.span_edit import mark_spans, move_span, unmark_spans
from ecogview.model.spans import NO_SPANS, SpanRows
from ecogview.model.time_window import TimeWindow

N_CHANNELS, N_SAMPLES, RATE = 5, 10_000, 250.0
SIGNALS = (
    "recording", "window", "display", "mask", "modified", "selection", "selected_spans"
)  # fmt: skip


def an_info() -> RecordingInfo:
    return RecordingInfo(
        path=Path("rec001.drive.clfp.dat"),
        rec_id="rec001",
        microdrive_name="drive",
        rec_type="clfp",
        sampling_rate=RATE,
        n_samples=N_SAMPLES,
        channels=tuple(Channel(i, f"E{i}", Electrode(f"E{i}")) for i in range(N_CHANNELS)),
        dtype=np.dtype(np.float32),
        units="µV",
        layout="interleaved",
    )


def open_into(session: Session, mask: MaskTracks | MaskFileError | None = None) -> None:
    info = an_info()
    session.open(
        info,
        window=TimeWindow(1000, 2500, N_SAMPLES),
        channels=ChannelView(info.channels),
        display=Display(),
        mask_path=Path("rec001.drive.clfp.mask.pkl"),
    )
    if mask is not None:
        session.set_mask_result(mask)


@pytest.fixture
def session() -> Session:
    session = Session()
    open_into(session, empty_tracks(N_SAMPLES, N_CHANNELS))
    return session


@pytest.fixture
def heard(session: Session) -> list[str]:
    """Names of what the session announces, in order."""
    heard: list[str] = []
    for name in SIGNALS:
        getattr(session, f"{name}_changed").connect(lambda name=name: heard.append(name))
    return heard


def marked(session: Session, *channels: int, bad: bool = True) -> MaskEdit:
    assert session.mask is not None
    edit = mark_channels(session.mask, channels, bad=bad)
    session.apply(edit)
    return edit


# -- recording


def test_a_new_session_is_empty() -> None:
    session = Session()
    assert (session.info, session.mask, session.mask_path, session.mask_error) == (None,) * 4
    assert session.window.length == 0
    assert not session.is_modified
    assert session.bad_channels == frozenset()
    session.go_to(5)
    session.move(1)
    session.zoom(2)
    assert session.window == TimeWindow(0, 0, 0)


def test_opening_drops_the_mask_of_the_recording_before(session: Session, heard: list[str]) -> None:
    marked(session, 3)
    heard.clear()
    open_into(session)
    assert session.mask is None
    assert not session.is_modified
    assert heard == ["recording", "modified"]
    marks = MaskEdit(made_bad=(1,))
    session.apply(marks)  # the mask has not been read yet: nothing to edit
    session.revert(marks)
    assert session.mask is None
    assert heard == ["recording", "modified"]


def test_all_is_in_place_when_a_recording_is_announced() -> None:
    session = Session()
    seen = []
    session.recording_changed.connect(
        lambda: seen.append((session.info is not None, session.window.length, session.mask_path))
    )
    open_into(session)
    assert seen == [(True, 2500, Path("rec001.drive.clfp.mask.pkl"))]


def test_nobody_is_told_after_disconnecting(session: Session, heard: list[str]) -> None:
    session.disconnect_all()
    session.select((3, 9))
    marked(session, 1)
    session.set_display(session.display.gain_stepped(1))
    open_into(session)
    assert heard == []


# -- window and display


def test_only_changes_are_announced(session: Session, heard: list[str]) -> None:
    session.set_window(replace(session.window))
    session.set_display(replace(session.display))
    assert heard == []
    session.move(0.5)
    session.set_display(session.display.gain_stepped(1))
    assert heard == ["window", "display"]
    assert session.window.start == 1000 + 1250


def test_going_to_a_time(session: Session) -> None:
    session.go_to(8.0)
    assert (session.window.start, session.window.length) == (2000, 2500)
    session.go_to(1e9)
    assert session.window.stop == N_SAMPLES
    session.go_to(-3)
    assert session.window.start == 0


def test_zooming_without_an_anchor_keeps_the_middle(session: Session) -> None:
    session.zoom(0.5)
    assert (session.window.start, session.window.length) == (1625, 1250)
    session.zoom(2, anchor=1625)
    assert (session.window.start, session.window.length) == (1625, 2500)


@pytest.mark.parametrize(
    ("places", "start"),
    [
        ([], 1000),
        ([(0, 50), (3400, 3700)], 1000),  # a part of one is in the window 1000 to 3500
        ([(0, 901), (3600, 3800)], 0),  # 99 samples off, and 100: nearer to the start
        ([(0, 899), (3600, 3800)], 2450),
        ([(3500, 3502)], 2251),  # the first sample that is not in it
        ([(5000, 9000)], 3750),  # too long for the window: its start in the middle
        ([(9990, 10_000)], 7500),
    ],
)
def test_places_come_into_view(session: Session, places: list[tuple[int, int]], start: int) -> None:
    session.bring_into_view(Runs.of(places))
    assert (session.window.start, session.window.length) == (start, 2500)


# -- selection


def test_a_selected_stretch_is_cut_at_the_ends(session: Session, heard: list[str]) -> None:
    session.select((400, 300))
    assert session.selection == (300, 400)
    session.select((300, 400))
    assert heard == ["selection"]
    session.select((-20, N_SAMPLES + 7))
    assert session.selection == (0, N_SAMPLES)
    session.select((77, 77))
    assert session.selection == (77, 78)
    session.select(None)
    assert session.selection is None
    assert heard == ["selection"] * 4


def test_selections_end_with_their_recording(session: Session, heard: list[str]) -> None:
    session.apply(mark_spans(session.mask, Runs.of([(10, 20)])))  # type: ignore[arg-type]
    session.select((3, 9))
    session.select_spans(SpanRows.of(session.mask))  # type: ignore[arg-type]
    heard.clear()
    seen = []
    session.recording_changed.connect(
        lambda: seen.append((session.selection, len(session.selected_spans)))
    )
    open_into(session)
    assert seen == [(None, 0)]
    assert heard == ["recording", "selection", "selected_spans", "modified"]
    heard.clear()
    open_into(session)
    assert heard == ["recording"]


def test_nothing_can_be_selected_where_nothing_is_open() -> None:
    session = Session()
    session.select((3, 9))
    session.select_spans(SpanRows.of(replace(empty_tracks(99, 1), hf=Runs.of([(1, 2)]))))
    assert session.selection is None
    assert session.selected_spans == NO_SPANS


def test_selected_spans_are_those_of_the_mask(session: Session, heard: list[str]) -> None:
    assert session.mask is not None
    session.apply(mark_spans(session.mask, Runs.of([(10, 20), (40, 50), (70, 80)])))
    rows = SpanRows.of(session.mask)
    session.select_spans(rows.take([0, 2]))
    heard.clear()
    session.select_spans(rows.take([2, 0]))
    away = unmark_spans(session.mask, Runs.of([(75, 76)]))
    session.apply(away)
    assert list(session.selected_spans.runs()) == [(10, 20)]
    assert heard == ["mask", "selected_spans"]
    session.revert(away)  # what was selected once stays unselected
    assert list(session.selected_spans.runs()) == [(10, 20)]
    session.apply(move_span(session.mask, (40, 50), (45, 55)))
    session.select_spans(rows)  # of the mask as it was: the span moved is none of it
    assert list(session.selected_spans.runs()) == [(10, 20), (70, 80)]
    session.set_mask_result(MaskFileError("rec001.mask.pkl", "is gone"))
    assert session.selected_spans == NO_SPANS


# -- mask


def test_the_mask_read_is_announced_and_shown(session: Session, heard: list[str]) -> None:
    session.channels.set_hide_bad(hide=True)
    flags = np.array([True, False, False, True, False])
    session.set_mask_result(replace(empty_tracks(N_SAMPLES, N_CHANNELS), bad_channels=flags))
    assert session.bad_channels == {0, 3}
    assert session.channels.rows == (1, 2, 4)
    assert heard == ["mask"]
    assert not session.is_modified


def test_an_unreadable_mask_is_none_and_says_why(session: Session, heard: list[str]) -> None:
    marked(session, 1)
    heard.clear()
    error = MaskFileError("rec001.mask.pkl", "is empty (0 bytes)")
    session.set_mask_result(error)
    assert session.mask is None
    assert session.mask_error is error
    assert session.bad_channels == frozenset()
    assert not session.is_modified
    assert heard == ["mask", "modified"]
    session.set_mask_result(empty_tracks(N_SAMPLES, N_CHANNELS))
    assert session.mask_error is None


def test_marks_taken_back_are_no_marks(session: Session, heard: list[str]) -> None:
    first, second = marked(session, 1, 2), marked(session, 2, bad=False)
    assert session.bad_channels == {1}
    session.revert(second)
    session.revert(first)
    assert not session.is_modified
    assert heard == ["mask", "modified", "mask", "mask", "mask", "modified"]
    marked(session, 4)
    marked(session, 4, bad=False)  # by hand, not by undo
    assert not session.is_modified


def test_saved_marks_are_not_unsaved(session: Session, heard: list[str], tmp_path: Path) -> None:
    edit = marked(session, 2)
    assert session.mask is not None
    written = save_tracks(tmp_path / "a.mask.pkl", session.mask)
    heard.clear()
    session.mark_saved(written)
    assert not session.is_modified
    assert heard == ["modified"]
    session.revert(edit)  # the file has the mark now: its undoing is what is unsaved
    assert session.is_modified
    session.apply(edit)
    assert not session.is_modified


def test_marks_made_during_a_save_stay_unsaved(
    session: Session, heard: list[str], tmp_path: Path
) -> None:
    marked(session, 2)
    assert session.mask is not None
    handed_over = session.mask
    later = marked(session, 4)
    written = save_tracks(tmp_path / "a.mask.pkl", handed_over)
    heard.clear()
    session.mark_saved(written)
    assert session.is_modified
    assert session.bad_channels == {2, 4}
    assert heard == []
    session.revert(later)
    assert not session.is_modified
    # What is known of the file goes on with the marks: the next save is no conflict.
    session.apply(later)
    assert session.mask.has_channel_flags
    session.mark_saved(save_tracks(tmp_path / "a.mask.pkl", session.mask))
    assert not session.is_modified


def test_a_mark_undone_during_a_save_is_unsaved(session: Session, tmp_path: Path) -> None:
    edit = marked(session, 2)
    assert session.mask is not None
    handed_over = session.mask
    session.revert(edit)
    assert not session.is_modified
    session.mark_saved(save_tracks(tmp_path / "a.mask.pkl", handed_over))
    assert session.bad_channels == frozenset()
    assert session.is_modified


def test_spans_count_as_marks_too(session: Session, heard: list[str]) -> None:
    assert session.mask is not None
    written = replace(session.mask, manual=Runs.of([(5, 9)]))
    session.mark_saved(written)
    assert session.saved_mask is written
    assert session.mask is not None
    assert len(session.mask.manual) == 0
    assert session.is_modified
    heard.clear()
    session.apply(mark_spans(session.mask, Runs.of([(5, 9)])))
    assert not session.is_modified
    assert heard == ["mask", "modified"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["mark", "clear", "undo", "hand over", "saved"]),
            st.integers(0, N_CHANNELS - 1),
        ),
        max_size=25,
    )
)
def test_modified_means_other_than_in_the_file(steps: list[tuple[str, int]]) -> None:
    """Against the plain thing: what is in the file, what is in memory, as sets."""
    session = Session()
    open_into(session, empty_tracks(N_SAMPLES, N_CHANNELS))
    announced = [False]
    session.modified_changed.connect(lambda: announced.append(session.is_modified))
    file: frozenset[int] = frozenset()
    on_its_way: MaskTracks | None = None
    history: list[tuple[MaskEdit, frozenset[int]]] = []
    memory: frozenset[int] = frozenset()
    for step, channel in steps:
        assert session.mask is not None
        if step in ("mark", "clear"):
            history.append((marked(session, channel, bad=step == "mark"), memory))
            memory = memory | {channel} if step == "mark" else memory - {channel}
        elif step == "undo" and history:
            edit, memory = history.pop()
            session.revert(edit)
        elif step == "hand over":
            on_its_way = session.mask
        elif step == "saved" and on_its_way is not None:
            file = frozenset(np.flatnonzero(on_its_way.bad_channels).tolist())
            session.mark_saved(replace(on_its_way, has_channel_flags=True))
            on_its_way = None
        assert session.bad_channels == memory
        assert session.is_modified == (memory != file)
        assert announced[-1] == session.is_modified
    assert all(a != b for a, b in pairwise(announced))
