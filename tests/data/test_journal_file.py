"""The bytes of a journal: what is written comes back, and whatever is not exactly so is damage."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecogview.data.file_signature import FileSignature
from ecogview.data.journal_file import DamagedJournalError, JournalRecord, decode, encode
from ecogview.data.mask_tracks import empty_tracks
from ecogview.dsp.runs import Runs

N, N_CHANNELS = 5_000_000_000_000, 5


def record(**changes: Any) -> JournalRecord:
    base = replace(empty_tracks(N, N_CHANNELS), hf=Runs.of([(0, 3), (N - 7, N)]))
    tracks = replace(
        base,
        sat=Runs.of([(11, 13)]),
        manual=Runs.of([(20, 25), (30, 31)]),
        bad_channels=np.array([0, 1, 0, 0, 1], bool),
    )
    whole = JournalRecord(
        mask_path=Path("/data/µ \udcff/rec001.mask.pkl"),
        recording_path=Path("/data/rec001.dat"),
        tracks=tracks,
        base=base,
        mask_signature=FileSignature(1, 1 << 70, 3, -4, b"\x05" * 32),
        written_s=1.5e9,
        process=4711,
        host="",
    )
    return replace(whole, **changes)


def written(whole: JournalRecord) -> bytes:
    return b"".join(encode(whole))


def read(content: bytes) -> JournalRecord:
    return decode(memoryview(content))


def assert_same(found: JournalRecord, expected: JournalRecord) -> None:
    for name in ("mask_path", "recording_path", "written_s", "process", "host"):
        assert getattr(found, name) == getattr(expected, name)
    assert found.tracks.marks_equal(expected.tracks)
    assert found.base.marks_equal(expected.base)
    assert found.tracks.n_samples == expected.tracks.n_samples
    assert found.mask_signature == expected.mask_signature
    if found.mask_signature is not None and expected.mask_signature is not None:
        assert found.mask_signature.sha256 == expected.mask_signature.sha256


@pytest.mark.parametrize(
    "changes",
    [{}, {"mask_signature": None}, {"mask_signature": FileSignature(1, 2, 3, 4)}],
)
def test_what_is_written_comes_back(changes: dict[str, Any]) -> None:
    whole = record(**changes)
    assert_same(read(written(whole)), whole)


runs = st.lists(st.tuples(st.integers(0, 1 << 40), st.integers(0, 1 << 40)), max_size=6).map(
    Runs.of
)


@given(runs, runs, runs, st.lists(st.booleans(), min_size=5, max_size=5))
def test_any_marks_come_back(hf: Runs, sat: Runs, manual: Runs, channels: list[bool]) -> None:
    tracks = replace(
        empty_tracks(N, N_CHANNELS), hf=hf, sat=sat, manual=manual, bad_channels=np.array(channels)
    )
    whole = record(tracks=tracks)
    assert_same(read(written(whole)), whole)


def test_a_million_spans_take_eight_bytes_each() -> None:
    bounds = np.arange(2_000_000).reshape(-1, 2) * 100
    tracks = replace(empty_tracks(200_000_000, 3), hf=Runs(bounds))
    whole = record(tracks=tracks, base=empty_tracks(200_000_000, 3))
    content = written(whole)
    assert len(content) < 8_001_000
    assert_same(read(content), whole)


def test_every_cut_and_every_changed_byte_is_damage() -> None:
    content = written(record())
    for length in range(len(content)):
        with pytest.raises(DamagedJournalError):
            read(content[:length])
    for place in range(0, len(content), 7):
        changed = bytearray(content)
        changed[place] ^= 0x10
        with pytest.raises(DamagedJournalError):
            read(bytes(changed))
    with pytest.raises(DamagedJournalError):
        read(content + b"\0")


def forged(change: Any, data: bytes | None = None) -> bytes:
    """A journal whose digest is right, and whose description is not."""
    start, line, rest = written(record()).split(b"\n", 2)
    head = json.loads(line)
    change(head)
    body = (
        start + b"\n" + json.dumps(head).encode() + b"\n" + (rest[:-32] if data is None else data)
    )
    return body + hashlib.sha256(body).digest()


def setting(*keys: Any, to: Any) -> Any:
    def change(head: dict[str, Any]) -> None:
        for key in keys[:-1]:
            head = head[key]
        head[keys[-1]] = to

    return change


@pytest.mark.parametrize(
    "change",
    [
        setting("mask", to=5),
        setting("mask", to="a\0b"),
        setting("mask", to="a" * 40_000),
        setting("n_samples", to=-1),
        setting("n_samples", to=1 << 60),
        setting("n_samples", to=True),
        setting("n_samples", to=100),
        setting("n_channels", to=1 << 40),
        setting("n_channels", to=1),
        setting("bad_channels", to={"0": 1}),
        setting("bad_channels", to=[-1]),
        setting("bad_channels", to=[1.0]),
        setting("written_s", to="now"),
        setting("written_s", to=float("nan")),
        setting("written_s", to=1e300),
        setting("process", to=None),
        setting("host", to=["h"]),
        setting("tracks", to=None),
        setting("tracks", to=[]),
        setting("tracks", 0, to=[1, 3]),
        setting("tracks", 0, to=[1 << 50, 8]),
        setting("tracks", 0, to=[-1, 8]),
        setting("tracks", 0, to=[1, 8]),
        setting("tracks", 0, to="2"),
        setting("mask_signature", to=[]),
        setting("mask_signature", "size", to="3"),
        setting("mask_signature", "sha256", to="xy"),
        setting("mask_signature", "sha256", to=5),
    ],
)
def test_a_description_that_is_not_right_is_damage(change: Any) -> None:
    with pytest.raises(DamagedJournalError, match="damaged"):
        read(forged(change))


@pytest.mark.parametrize("steps", [[5, 0], [5, -3], [-1, 4], [(1 << 62), (1 << 62)], [0, N + 1]])
def test_spans_out_of_order_or_outside_are_damage(steps: list[int]) -> None:
    def only_one(head: dict[str, Any]) -> None:
        head["tracks"] = [[1, 8], *[[0, 4]] * 5]

    assert len(read(forged(only_one, np.array([0, 4], "<i8").tobytes())).tracks.hf) == 1
    with pytest.raises(DamagedJournalError, match="out of order or outside"):
        read(forged(only_one, np.array(steps, "<i8").tobytes()))


@pytest.mark.parametrize("line", [b"[]", b"{", b"[" * 100_000, b"5", b"\xff"])
def test_a_description_that_is_no_object_is_damage(line: bytes) -> None:
    body = b"ecogview journal 1\n" + line + b"\n"
    with pytest.raises(DamagedJournalError, match="damaged"):
        read(body + hashlib.sha256(body).digest())
    with pytest.raises(DamagedJournalError, match="does not end"):
        read(body[:-1] + hashlib.sha256(body[:-1]).digest())
