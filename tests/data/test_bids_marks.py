"""Marks as tables of BIDS, there and back, and errors that say where."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecogview.data import marks_table
from ecogview.data.bids_marks import (
    read_channels_tsv,
    read_events_tsv,
    write_channels_tsv,
    write_events_tsv,
)
from ecogview.data.mask_tracks import empty_tracks
from ecogview.data.safe_write import MaskConflictError
from ecogview.dsp.runs import EMPTY, Runs
from ecogview.errors import MaskFileError
from tests.data.marked_recording import N, info_with, tracks_with

HOSTILE = ('=cmd|"/c calc"!A1', "+1", "-1", "@x", "'=1", 'a"b', "a,b", "n/a", " E 1 ", "µ", "E01")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "sub-01_task-rest_events.tsv"


def lines(file: Path) -> list[list[str]]:
    return [line.split("\t") for line in file.read_text("utf-8").splitlines()]


# -- channels


def test_channels_as_bids_has_them(file: Path) -> None:
    write_channels_tsv(file, info_with(), tracks_with())
    assert lines(file) == [
        ["name", "type", "units", "low_cutoff", "high_cutoff", "status", "status_description"],
        ["E01", "ECOG", "µV", "n/a", "n/a", "good", "n/a"],
        ["E03", "ECOG", "µV", "n/a", "n/a", "bad", "marked bad in ecogview"],
        ["E05", "ECOG", "µV", "n/a", "n/a", "good", "n/a"],
    ]
    assert list(file.parent.iterdir()) == [file]


def test_filtered_files_contacts_in_depth_and_counts(file: Path) -> None:
    info = info_with(
        path=Path("rec001.LM1_SC32_1.clfp_ds250_fl5u10.dat"),
        microdrive_name="LM1_SC32_1",
        units="counts",
    )
    write_channels_tsv(file, info, tracks_with())
    assert lines(file)[1][1:5] == ["SEEG", "n/a", "5", "10"]
    info = replace(info, path=Path("rec001.LM1_SC32_1.clfp_ds250_fl0u10.dat"))
    write_channels_tsv(file, info, tracks_with(), channel_type="DBS", overwrite=True)
    assert lines(file)[1][1:5] == ["DBS", "n/a", "n/a", "10"]
    info = replace(info, path=Path("array"))
    write_channels_tsv(file, info, tracks_with(), overwrite=True)
    assert lines(file)[1][3:5] == ["n/a", "n/a"]


def test_channels_come_back(file: Path) -> None:
    info, tracks = info_with(), tracks_with()
    write_channels_tsv(file, info, tracks)
    found = read_channels_tsv(file, info)
    assert found.bad_channels == ("E03",)
    assert found.good_channels == ("E01", "E05")
    assert found.notes == ()
    assert found.manual == EMPTY
    other = replace(empty_tracks(N, 3), bad_channels=np.array([True, False, False]))
    assert found.onto(other, info.labels).bad_channels.tolist() == [False, True, False]


def test_cells_are_plain_text_and_come_back_as_they_were(file: Path) -> None:
    info, tracks = info_with(HOSTILE), tracks_with(len(HOSTILE))
    write_channels_tsv(file, info, tracks)
    for row in lines(file)[1:]:
        assert row[0].lstrip('"')[0] not in "=+-@"
    found = read_channels_tsv(file, info)
    assert found.bad_channels + found.good_channels == (HOSTILE[1], HOSTILE[0], *HOSTILE[2:])


def test_statuses_that_say_nothing_and_channels_that_are_not_here(file: Path) -> None:
    file.write_text(
        "name\tstatus\textra\r\nE01\tn/a\tx\r\nE99\tbad\ty\r\nE05\t\tz\r\nE03\tbad\t\r\n"
    )
    found = read_channels_tsv(file, info_with())
    assert found.bad_channels == ("E03",)
    assert found.good_channels == ()
    assert found.notes == ("1 channel does not occur here: left out (E99)",)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"name\ttype\nE01\tECOG\n", "line 1: has no column 'status'"),
        (b"name\tstatus\tname\n", "line 1: names a column twice"),
        (b"name\tstatus\nE01\tgood\nE03\tBad\n", "line 3, column 'status': 'Bad' is none of good"),
        (b"name\tstatus\nE01\tgood\nE01\tbad\n", "line 3, column 'name': 'E01' occurs twice"),
        (b"name\tstatus\nE01\n", "line 2: has 1 columns, the first line 2"),
        (b"name\tstatus\nE01\tgood\tx\n", "line 2: has 3 columns, the first line 2"),
        (b"name\tstatus\nE01\tgood\n\xb5\tbad\n", "is not UTF-8 text"),
        (b'name\tstatus\n"E01"x\tgood\n', "after line 2: "),
        (b'name\tstatus\n"E01\tgood\n', "after line 2: "),
        (b"name\tstatus\nE01\tb\x1b[31m\n", r"'b\\x1b[31m' is none of"),
    ],
)
def test_what_is_no_table_of_channels_says_where(file: Path, content: bytes, said: str) -> None:
    file.write_bytes(content)
    with pytest.raises(MaskFileError) as caught:
        read_channels_tsv(file, info_with())
    assert said in str(caught.value)
    assert caught.value.path == file


# -- events


def test_events_as_bids_has_them(file: Path) -> None:
    write_events_tsv(file, info_with(), tracks_with())
    assert lines(file) == [
        ["onset", "duration", "trial_type"],
        ["0", "0.003", "BAD_hf"],
        ["0.002", "0.005", "BAD_sat"],
        ["0.1", "0.001", "BAD_manual"],
        ["12.345", "11.111", "BAD_manual"],
        ["30.001", "0.009", "BAD_hf"],
        ["39.999", "0.001", "BAD_sat"],
    ]


spans = st.lists(st.tuples(st.integers(0, N), st.integers(0, N)), max_size=6).map(Runs.of)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(spans, spans, spans, st.sampled_from([250.0, 1000.0, 30_000.0, 29_999.97, 1 / 3]))
def test_events_come_back(file: Path, hf: Runs, sat: Runs, manual: Runs, rate: float) -> None:
    info = info_with(rate=rate)
    manual = manual.difference(hf).difference(sat)
    tracks = tracks_with(hf=hf, sat=sat, manual=manual)
    write_events_tsv(file, info, tracks, overwrite=True)
    found = read_events_tsv(file, info)
    assert found.notes == ()
    assert found.onto(replace(tracks, hf=EMPTY, sat=EMPTY, manual=EMPTY), info.labels).marks_equal(
        tracks
    )


def test_marks_far_into_a_long_recording_come_back(file: Path) -> None:
    n = 30_000 * 86_400
    info = info_with(rate=30_000.0, n_samples=n)
    tracks = tracks_with(hf=EMPTY, sat=EMPTY, manual=Runs.of([(n - 2, n - 1), (n // 3, n // 2)]))
    write_events_tsv(file, info, replace(tracks, n_samples=n))
    assert read_events_tsv(file, info).manual == tracks.manual


def events(
    file: Path, *rows: tuple[Any, ...], columns: str = "onset\tduration\ttrial_type"
) -> Path:
    text = "\n".join([columns, *("\t".join(map(str, row)) for row in rows)])
    file.write_text(f"\ufeff{text}\n", encoding="utf-8")
    return file


def test_what_others_mark_bad_counts_as_marked_by_a_person(file: Path) -> None:
    events(
        file,
        ("1", "0.5", "BAD_hf"),
        ("2", "0.5", "bad_SAT"),
        ("3", "0.5", "Bad segment"),
        ("4", "5e-1", "BAD"),
        ("5", "n/a", "stimulus"),
        ("6", "1", "go"),
    )
    found = read_events_tsv(file, info_with())
    assert list(found.hf) == [(1000, 1500)]
    assert list(found.sat) == [(2000, 2500)]
    assert list(found.manual) == [(3000, 3500), (4000, 4500)]
    assert found.notes == ("2 rows are no bad spans: left out",)


@pytest.mark.parametrize(
    ("onset", "duration", "span"),
    [
        ("1.0005", "0.001", (1000, 1002)),
        ("1.0009999999", "0.0010000001", (1001, 1002)),
        ("1", "0", (1000, 1001)),
        ("-1", "1.002", (0, 2)),
        ("39.9", "500", (39_900, N)),
        (".5", "1.", (500, 1500)),
        ("1e0", "1E-1", (1000, 1100)),
    ],
)
def test_spans_are_rounded_outwards_and_cut(
    file: Path, onset: str, duration: str, span: tuple[int, int]
) -> None:
    found = read_events_tsv(events(file, (onset, duration, "BAD_manual")), info_with())
    assert list(found.manual) == [span]


def test_spans_outside_are_counted(file: Path) -> None:
    rows = [("40", "1", "BAD_x"), ("-3", "1", "BAD_x"), ("1e8", "0", "BAD_x")]
    found = read_events_tsv(events(file, *rows), info_with())
    assert found.manual == EMPTY
    assert found.notes == ("3 bad spans lie outside the recording: left out",)


@pytest.mark.parametrize(
    "text", ["", "n/a", "nan", "inf", "1_0", "0x1", "1,5", "1e", "--1", "1 2", "१", "1e9999", "-1"]
)
def test_what_is_no_number_says_where(file: Path, text: str) -> None:
    events(file, ("1", "1", "BAD_hf"), ("2", text, "BAD_hf"))
    with pytest.raises(MaskFileError, match=r"line 3, column 'duration': .* is no number"):
        read_events_tsv(file, info_with())


def test_columns_in_any_order_and_lines_with_nothing(file: Path) -> None:
    file.write_text("x\ttrial_type\tduration\tonset\n\na\tBAD_hf\t1\t2\n")
    assert list(read_events_tsv(file, info_with()).hf) == [(2000, 3000)]


def test_marks_are_added_to_those_there_are(file: Path) -> None:
    info, tracks = info_with(), tracks_with()
    events(file, ("0.001", "0.003", "BAD_x"), ("0.1", "0.002", "BAD_hf"))
    found = read_events_tsv(file, info).onto(tracks, info.labels)
    assert found.hf == tracks.hf.union(Runs.of([(100, 102)]))
    assert found.sat == tracks.sat
    assert found.manual == Runs.of([(12_345, 23_456)])
    assert found.bad_channels.tolist() == [False, True, False]


# -- files


def test_an_export_replaces_nothing_unasked(file: Path) -> None:
    file.write_text("mine")
    with pytest.raises(MaskConflictError, match="exists"):
        write_events_tsv(file, info_with(), tracks_with())
    assert file.read_text() == "mine"
    write_events_tsv(file, info_with(), tracks_with(), overwrite=True)
    assert list(file.parent.iterdir()) == [file]


def test_a_failed_export_leaves_nothing(file: Path) -> None:
    with pytest.raises(MaskFileError, match="is missing"):
        write_events_tsv(file.parent / "none" / "x.tsv", info_with(), tracks_with())
    assert list(file.parent.iterdir()) == []


def test_what_is_no_file_or_too_large(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MaskFileError, match="does not exist"):
        read_events_tsv(file, info_with())
    with pytest.raises(MaskFileError, match="a folder"):
        read_events_tsv(file.parent, info_with())
    events(file, ("1", "1", "BAD_hf"), ("2", "1", "BAD_hf"))
    monkeypatch.setattr(marks_table, "_MAX_ROWS", 2)
    with pytest.raises(MaskFileError, match="more than 2 lines"):
        read_events_tsv(file, info_with())
    monkeypatch.setattr(marks_table, "_MAX_BYTES", 10)
    with pytest.raises(MaskFileError, match="at most 10 are read"):
        read_events_tsv(file, info_with())


def test_many_spans_are_written_in_blocks(file: Path) -> None:
    bounds = np.arange(40_000).reshape(-1, 2) * 2
    tracks = tracks_with(hf=Runs(bounds), sat=EMPTY, manual=EMPTY, n_samples=80_000)
    info = info_with(n_samples=80_000)
    write_events_tsv(file, info, tracks)
    assert read_events_tsv(file, info).hf == tracks.hf
