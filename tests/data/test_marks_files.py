"""Tables of marks told apart by their content, and added to marks or put in their place."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecogview.data.marks_files import (
    MarksFile,
    guess_format,
    read_marks,
    with_marks,
    write_annotations,
    write_bids_pair,
)
from ecogview.data.marks_table import ImportedMarks
from ecogview.data.mask_tracks import empty_tracks
from ecogview.dsp.runs import EMPTY, Runs
from ecogview.errors import MaskFileError
from tests.data.marked_recording import N, info_with, tracks_with


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a table"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("name\ttype\tunits\tstatus\n", "channels"),
        ("status\tname\r\n", "channels"),
        ("\ufeffname\tstatus\n", "channels"),
        ("onset\tduration\ttrial_type\tvalue\n", "events"),
        ("trial_type\tonset\tduration", "events"),
        ("onset,duration,description\n", "mne"),
        ('"onset","duration","description","ch_names"\n', "mne"),
    ],
)
def test_the_first_line_tells(file: Path, head: str, kind: str) -> None:
    file.write_text(head, encoding="utf-8")
    assert guess_format(file) == kind


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"\n", b"onset,duration\n", b"name,status\n", b"onset\tduration\n"),
        *(b"onset\tduration\tdescription\n", b"\x80\x03}q\x00.", os.urandom(50_000)),
    ],
)
def test_what_is_none_of_them_is_said(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(MaskFileError, match="no table of marks that is known"):
        guess_format(file)


def test_what_is_no_file(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(MaskFileError):
            guess_format(path)


spans = st.lists(st.tuples(st.integers(0, N), st.integers(0, N)), max_size=6).map(Runs.of)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(spans, spans, spans, st.sampled_from([write_bids_pair, write_annotations]))
def test_marks_come_back_whole(
    tmp_path: Path, hf: Runs, sat: Runs, manual: Runs, write: Callable[..., tuple[Path, ...]]
) -> None:
    info = info_with()
    tracks = tracks_with(hf=hf, sat=sat, manual=manual.difference(hf).difference(sat))
    files = [
        read_marks(path, info)
        for path in write(tmp_path / "sub-1_events.tsv", info, tracks, overwrite=True)
    ]
    back = with_marks(empty_tracks(N, 3), files, info.labels, replaces=False)
    assert (back.hf, back.sat, back.manual) == (tracks.hf, tracks.sat, tracks.manual)
    assert back.bad_channels.tolist() == [False, len(files) == 2, False]


def test_the_pair_of_bids_is_named_alike(tmp_path: Path) -> None:
    events = tmp_path / "sub-1_ieeg_events.tsv"
    written = write_bids_pair(events, info_with(), tracks_with())
    assert written == (tmp_path / "sub-1_ieeg_channels.tsv", events)
    assert [read_marks(path, info_with()).format for path in written] == ["channels", "events"]


def test_a_pair_of_which_one_is_there_replaces_nothing_unasked(tmp_path: Path) -> None:
    events = tmp_path / "a_events.tsv"
    events.write_text("mine")
    with pytest.raises(MaskFileError, match=r"a_events\.tsv: exists"):
        write_bids_pair(events, info_with(), tracks_with())
    assert [path.name for path in tmp_path.iterdir()] == ["a_events.tsv"]
    assert events.read_text() == "mine"


def marks_file(kind: str, **marks: object) -> MarksFile:
    return MarksFile(Path("a"), kind, ImportedMarks(**marks))  # type: ignore[arg-type]


SPANS = marks_file("events", hf=Runs.of([(50, 60)]), manual=Runs.of([(55, 70)]))
CHANNELS = marks_file("channels", bad_channels=("E05",), good_channels=("E03",))


def test_added_marks_make_nothing_good() -> None:
    before = tracks_with()
    after = with_marks(before, [SPANS, CHANNELS], info_with().labels, replaces=False)
    assert after.hf == before.hf.union(Runs.of([(50, 60)]))
    assert after.manual == before.manual.union(Runs.of([(60, 70)]))
    assert after.bad_channels.tolist() == [False, True, True]


def test_what_takes_the_place_of_marks_is_that_of_which_a_file_tells() -> None:
    before, labels = tracks_with(), info_with().labels
    both = with_marks(before, [SPANS, CHANNELS], labels, replaces=True)
    assert (both.hf, both.sat) == (Runs.of([(50, 60)]), EMPTY)
    assert both.manual == Runs.of([(60, 70)])
    assert both.bad_channels.tolist() == [False, False, True]
    only_channels = with_marks(before, [CHANNELS], labels, replaces=True)
    assert (only_channels.hf, only_channels.manual) == (before.hf, before.manual)
    only_spans = with_marks(before, [SPANS], labels, replaces=True)
    assert only_spans.bad_channels.tolist() == before.bad_channels.tolist()
