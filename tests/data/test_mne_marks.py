"""Marks as annotations of MNE: there and back by ourselves, and by MNE where it is installed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecogview.data.bids_marks import read_channels_tsv, write_channels_tsv
from ecogview.data.mne_marks import read_annotations_csv, write_annotations_csv
from ecogview.dsp.runs import EMPTY, Runs
from ecogview.errors import MaskFileError
from tests.data.marked_recording import N, info_with, tracks_with

START = datetime(2018, 3, 25, 14, 10, 7, 250_000, tzinfo=UTC)
HEAD = "onset,duration,description\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rec001-annot.csv"


def test_the_table_as_mne_writes_it(file: Path) -> None:
    tracks = tracks_with(hf=EMPTY, sat=Runs.of([(100, 103)]))
    write_annotations_csv(file, info_with(), tracks, recording_start=START)
    assert file.read_text().splitlines() == [
        "onset,duration,description",
        "2018-03-25 14:10:07.250000,0.0,recording start",
        "2018-03-25 14:10:07.350000,0.003,BAD_sat",
        "2018-03-25 14:10:07.350000,0.001,BAD_manual",
        "2018-03-25 14:10:19.595000,11.111,BAD_manual",
    ]


spans = st.lists(st.tuples(st.integers(0, N), st.integers(0, N)), max_size=6).map(Runs.of)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    *(spans, spans, spans),
    st.sampled_from([250.0, 1000.0, 30_000.0, 29_999.97]),
    st.sampled_from([None, START]),
)
def test_annotations_come_back(
    file: Path, hf: Runs, sat: Runs, manual: Runs, rate: float, start: datetime | None
) -> None:
    info = info_with(rate=rate)
    tracks = tracks_with(hf=hf, sat=sat, manual=manual.difference(hf).difference(sat))
    write_annotations_csv(file, info, tracks, recording_start=start, overwrite=True)
    for told in {None, start}:
        found = read_annotations_csv(file, info, recording_start=told)
        assert found.notes == ()
        assert (found.hf, found.sat, found.manual) == (tracks.hf, tracks.sat, tracks.manual)


def test_a_start_without_a_zone_is_utc(file: Path) -> None:
    zone = timezone(timedelta(hours=5))
    for start in (START.replace(tzinfo=None), START.astimezone(zone)):
        write_annotations_csv(
            file, info_with(), tracks_with(), recording_start=start, overwrite=True
        )
        assert "2018-03-25 14:10:07.250000,0.0,recording start" in file.read_text()
        found = read_annotations_csv(file, info_with(), recording_start=start)
        assert found.hf == tracks_with().hf


def test_dates_of_1970_count_from_its_first_second(file: Path) -> None:
    """MNE writes them so for raw data without a date, whole seconds without a fraction."""
    file.write_text(f"{HEAD}1970-01-01 00:00:01,0.5,BAD_hf\n1970-01-01T00:00:02.5Z,1,bad\n")
    found = read_annotations_csv(file, info_with())
    assert list(found.hf) == [(1000, 1500)]
    assert list(found.manual) == [(2500, 3500)]


def test_dates_need_a_start(file: Path) -> None:
    file.write_text(f"{HEAD}2018-03-25 14:10:08.25,0.5,BAD_hf\n")
    with pytest.raises(MaskFileError, match=r"line 2, column 'onset': .* starts is not known"):
        read_annotations_csv(file, info_with())
    assert list(read_annotations_csv(file, info_with(), recording_start=START).hf) == [(1000, 1500)]


def test_annotations_of_single_channels_are_counted(file: Path) -> None:
    file.write_text(
        "onset,duration,description,ch_names\n"
        "1970-01-01 00:00:01,0.5,BAD_hf,E01:E03\n"
        "1970-01-01 00:00:02,0.5,BAD_hf,\n"
        '1970-01-01 00:00:03,0.5,"BAD, as seen",()\n'
    )
    found = read_annotations_csv(file, info_with())
    assert list(found.hf) == [(2000, 2500)]
    assert list(found.manual) == [(3000, 3500)]
    assert found.notes == ("1 annotation is of single channels: left out",)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("1.5,1,BAD", r"line 2, column 'onset': '1.5' is no date like .* milliseconds"),
        ("1970-01-01,1,BAD", "is no date like"),
        ("1970-02-30 00:00:00,1,BAD", "is no date of the calendar"),
        ("1970-01-01 00:00:00+05:00,1,BAD", "is no date like"),
        ("1970-01-01 00:00:00,-1,BAD", r"line 2, column 'duration': '-1' is no number"),
        ("1970-01-01 00:00:00,nan,BAD", "column 'duration': 'nan' is no number"),
        ("1970-01-01 00:00:00,1", "line 2: has 2 columns"),
    ],
)
def test_what_is_wrong_says_where(file: Path, row: str, said: str) -> None:
    file.write_text(f"{HEAD}{row}\n")
    with pytest.raises(MaskFileError, match=said):
        read_annotations_csv(file, info_with())


# -- against MNE itself


@pytest.fixture
def mne() -> Any:
    pytest.importorskip("pandas", reason="MNE reads and writes CSV by pandas")
    return pytest.importorskip("mne")


Raw = Callable[..., Any]


@pytest.fixture
def raw(mne: Any) -> Raw:
    def make(start: datetime | None) -> Any:
        info = mne.create_info(list(info_with().labels), 1000.0, "ecog")
        made = mne.io.RawArray(np.zeros((3, N)), info, verbose="error")
        made.set_meas_date(start)
        return made

    return make


@pytest.mark.parametrize("start", [None, START])
def test_mne_rejects_what_is_bad_here(mne: Any, raw: Raw, file: Path, start: Any) -> None:
    tracks = tracks_with()
    write_annotations_csv(file, info_with(), tracks, recording_start=start)
    read = mne.read_annotations(file)
    data = raw(start)
    data.set_annotations(read)
    kept = data.get_data(reject_by_annotation="omit", verbose="error")
    assert kept.shape[1] == N - tracks.bad.total
    marked = np.isnan(data.get_data(reject_by_annotation="NaN", verbose="error")[0])
    assert Runs.from_bool(marked) == tracks.bad
    assert set(read.description) == {"recording start", "BAD_hf", "BAD_sat", "BAD_manual"}


@pytest.mark.parametrize("start", [None, START])
def test_what_mne_saves_is_read(mne: Any, raw: Raw, file: Path, start: Any) -> None:
    tracks = tracks_with()
    write_annotations_csv(file, info_with(), tracks, recording_start=start)
    data = raw(start)
    data.set_annotations(mne.read_annotations(file))
    saved = file.with_name("saved-annot.csv")
    data.annotations.save(saved)
    found = read_annotations_csv(saved, info_with())
    assert found.notes == ()
    assert (found.hf, found.sat, found.manual) == (tracks.hf, tracks.sat, tracks.manual)


@pytest.mark.parametrize("start", [None, START])
def test_annotations_made_in_mne_are_read(mne: Any, file: Path, start: Any) -> None:
    """Its traps: no row at the start, whole seconds, other descriptions, single channels."""
    for first in (0.0, 1.0, 1.5):
        made = mne.Annotations(
            [first, 3.0, 5.0, 6.0],
            [0.25, 1.0, 1.0, 1.0],
            ["BAD_hf", "bad_blink", "stimulus", "BAD_x"],
            orig_time=start,
            ch_names=[(), (), (), ("E01",)],
        )
        made.save(file, overwrite=True)
        found = read_annotations_csv(file, info_with(), recording_start=start)
        begin = int(first * 1000)
        assert list(found.hf) == [(begin, begin + 250)]
        assert list(found.manual) == [(3000, 4000)]
        assert len(found.notes) == 2


def test_mne_takes_our_bad_channels(mne: Any, file: Path) -> None:
    """As `mne_bids` does it: those whose status is bad."""
    pandas = pytest.importorskip("pandas")
    write_channels_tsv(file, info_with(), tracks_with())
    table = pandas.read_csv(file, sep="\t", keep_default_na=False)
    assert table["name"][table["status"] == "bad"].tolist() == ["E03"]
    assert read_channels_tsv(file, info_with()).bad_channels == ("E03",)
    info = mne.create_info(table["name"].tolist(), 1000.0, "ecog")
    info["bads"] = table["name"][table["status"] == "bad"].tolist()


def test_times_beyond_a_day(file: Path) -> None:
    n = 30_000 * 90_000
    info = info_with(rate=30_000.0, n_samples=n)
    tracks = replace(
        tracks_with(hf=EMPTY, sat=EMPTY, manual=Runs.of([(n - 7, n - 2)])), n_samples=n
    )
    write_annotations_csv(file, info, tracks)
    assert "1970-01-02 00:59:59.999767" in file.read_text()
    assert read_annotations_csv(file, info).manual == tracks.manual
