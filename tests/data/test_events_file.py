"""Events from tables and arrays: what is read, what is left out, what is refused."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecogview.data import events_file
from ecogview.data.events_file import EventTable, events_beside, read_events
from ecogview.errors import EcogviewError, MaskFileError


def written(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def listed(table: EventTable) -> list[tuple[float, str]]:
    labels = [table.names[code] for code in table.codes]
    return list(zip(table.times_s.tolist(), labels, strict=True))


@pytest.mark.parametrize(
    ("name", "text", "events"),
    [
        ("a_events.tsv", "onset\tduration\ttrial_type\tvalue\n2.5\t0\tgo\t7\n1\tn/a\tn/a\t8\n",
         [(1, ""), (2.5, "go")]),
        ("a.tsv", "duration\tonset\tvalue\n1\t3.25\t12\n", [(3.25, "12")]),
        ("a.csv", "time,label\n1e1,left\n-0.5,right\n", [(-0.5, "right"), (10, "left")]),
        ("a.csv", "Label;Onset\nx;4\n", [(4, "x")]),
        ("a.txt", "time_s\tname\n4\ty\n", [(4, "y")]),
        ("a.csv", "0.5,stim\n0.25,stim\n", [(0.25, "stim"), (0.5, "stim")]),
        ("a.csv", "\ufeff3\n1\n2\n", [(1, ""), (2, ""), (3, "")]),
        ("a.csv", "onset\n", []),
        ("a.csv", 'onset,label\r\n1,"a, b"\r\n\r\n', [(1, "a, b")]),
    ],
)  # fmt: skip
def test_tables(tmp_path: Path, name: str, text: str, events: list[tuple[float, str]]) -> None:
    assert listed(read_events(written(tmp_path, name, text))) == events


@pytest.mark.parametrize(
    ("values", "events"),
    [
        (np.array([2.5, 0.5]), [(0.5, ""), (2.5, "")]),
        (np.array([[2.5], [0.5]]), [(0.5, ""), (2.5, "")]),
        (np.array([[2.5, 0.5]]), [(0.5, ""), (2.5, "")]),
        (np.array([[2.5, 7.0], [1.5, 0.25]]), [(1.5, "0.25"), (2.5, "7")]),
        (np.array([(1.5, "go"), (0.5, "no")], [("time", "<f4"), ("label", "<U4")]),
         [(0.5, "no"), (1.5, "go")]),
        (np.array([(1.5, b"go", 3)], [("Onset", ">f8"), ("name", "S4"), ("z", "i4")]),
         [(1.5, "go")]),
        (np.array([(1.5, 3)], [("t", "<f8"), ("code", "i4")]), [(1.5, "3")]),
        (np.array(4.0), [(4.0, "")]),
    ],
)  # fmt: skip
def test_arrays(tmp_path: Path, values: Any, events: list[tuple[float, str]]) -> None:
    np.save(tmp_path / "a.npy", values)
    assert listed(read_events(tmp_path / "a.npy")) == events


def test_what_is_left_out_or_guessed_is_said(tmp_path: Path) -> None:
    table = read_events(written(tmp_path, "a.tsv", "onset\tlabel\n1\ta\nn/a\tb\n\tc\n2\td\n"))
    assert listed(table) == [(1, "a"), (2, "d")]
    assert table.notes == ("left out, rows without a time: 2",)
    np.save(tmp_path / "a.npy", np.array([1.0, np.nan, np.inf, 3.0]))
    table = read_events(tmp_path / "a.npy")
    assert listed(table) == [(1, ""), (3, "")]
    assert table.notes == ("left out, times that are no numbers: 2",)
    np.save(tmp_path / "a.npy", np.array([30_000, 60_000], np.uint64))
    assert "taken for seconds" in read_events(tmp_path / "a.npy").notes[0]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "", "is empty"),
        ("a.csv", "\n\n", "is empty"),
        ("a.csv", "when,what\n1,a\n", "has the columns 'when, what', none of them a time"),
        ("a.csv", "1,a,b\n", "line 1: names no columns, and there are 3"),
        ("a.csv", "onset,onset\n1,2\n", "names a column twice"),
        ("a.csv", "onset,label\n1,a\n2\n", "line 3: has 1 columns, the first line 2"),
        ("a.tsv", "onset\n1\nten\n", "line 3, column 'onset': 'ten' is no number"),
        ("a.tsv", "onset\n1\n1e300\n", "line 3, column 'onset': '1e300' is no number"),
        ("a.tsv", "onset\n1\n\u0663\n", "is no number"),
        ("a.csv", b"onset\n1\n\xff\n", "line 3: is not UTF-8 text"),
        ("a.csv", 'onset,label\n1,"' + "x" * 200_000 + '"\n', "field larger than field limit"),
    ],
)
def test_refusals_say_where(tmp_path: Path, name: str, text: str | bytes, said: str) -> None:
    with pytest.raises(EcogviewError, match=re.escape(said)) as caught:
        read_events(written(tmp_path, name, text))
    assert caught.value.remedy
    assert not isinstance(caught.value, MaskFileError)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (np.zeros((4, 3)), "has the shape (4, 3)"),
        (np.array(["a", "b"]), "has times that are no numbers"),
        (np.zeros(3, [("a", "<f8"), ("b", "<f8")]), "has the fields a, b, none of which is a time"),
    ],
)
def test_arrays_that_are_no_events(tmp_path: Path, values: Any, said: str) -> None:
    np.save(tmp_path / "a.npy", values)
    with pytest.raises(EcogviewError, match=re.escape(said)):
        read_events(tmp_path / "a.npy")


def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, "a.csv", "onset\n" + "1\n" * 60)
    np.save(tmp_path / "a.npy", np.zeros(60))
    monkeypatch.setattr(events_file, "_MAX_EVENTS", 50)
    for each in (path, tmp_path / "a.npy"):
        with pytest.raises(EcogviewError, match="50"):
            read_events(each)
    monkeypatch.setattr(events_file, "_MAX_BYTES", 100)
    with pytest.raises(EcogviewError, match="126 bytes, and at most 100"):
        read_events(path)
    with pytest.raises(EcogviewError, match="does not exist"):
        read_events(tmp_path / "b.csv")


def test_labels_are_plain_text_of_bounded_length(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", f"onset,label\n1,\x1b[31mred\n2,{'y' * 900}\n")
    first, second = (label for _, label in listed(read_events(path)))
    assert first == "\\x1b[31mred"
    assert len(second) == 200


label = st.text("abc xé,;\"'\t", max_size=6)


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), label), max_size=30), st.sampled_from(",;\t"))
@settings(max_examples=60)
def test_any_table_comes_back_sorted(
    tmp_path_factory: pytest.TempPathFactory, events: list[tuple[float, str]], delimiter: str
) -> None:
    path = tmp_path_factory.mktemp("events") / "a.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(("onset", "label"))
        writer.writerows((f"{time:.6f}", text) for time, text in events)
    rounded = [(float(f"{time:.6f}"), text.strip().replace("\t", "\\t")) for time, text in events]
    assert listed(read_events(path)) == sorted(rounded, key=lambda event: event[0])


def test_a_file_beside_a_recording(tmp_path: Path) -> None:
    recording = tmp_path / "rec001.M.clfp.dat"
    assert events_beside(recording) is None
    (tmp_path / "rec001.M.clfp.events.tsv").mkdir()
    written(tmp_path, "rec002_events.tsv", "onset\n")
    assert events_beside(recording) is None
    named = written(tmp_path, "rec001_events.csv", "onset\n")
    assert events_beside(recording) == named
    nearer = written(tmp_path, "rec001.M.clfp_events.tsv", "onset\n")
    assert events_beside(recording) == nearer
