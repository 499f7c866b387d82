"""Kept overviews that are not ours, or not any more: none is believed."""

from __future__ import annotations

import errno
import logging
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecogview.data.block_sums import BLOCK_BYTES
from ecogview.data.envelope_file import (
    DamagedEnvelope,
    EnvelopeFile,
)
from ecogview.data.envelope_spec import EnvelopeSpec
from ecogview.errors import EcogviewError
from tests.data.envelope_desk import (
    SOURCE,
    Arrays,
    content,
    damage,
    failing,
    opened,
    posix_only,
    spec_of,
    write,
)


@pytest.fixture
def spec() -> EnvelopeSpec:
    return spec_of()


@pytest.fixture
def arrays(spec: EnvelopeSpec) -> Arrays:
    return content(spec)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rec001.overview"


@pytest.fixture
def kept(path: Path, spec: EnvelopeSpec, arrays: Arrays) -> Path:
    write(path, spec, arrays)
    return path


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"source": replace(SOURCE, mtime_ns=SOURCE.mtime_ns + 1)},
        {"source": replace(SOURCE, size=1)},
        {"source": replace(SOURCE, path="/data/rec002.LM1.clfp.dat")},
        {"layout": "planar"},
        {"sampling_rate": 1000.5},
        {"cell_s": 2},
        {"dtype": np.dtype("<i4")},
        {"n_samples": 300_002},
        {"bin_sizes": (64, 256, 1024, 8192)},
    ],
)
def test_a_file_of_something_else(kept: Path, spec: EnvelopeSpec, change: dict[str, Any]) -> None:
    assert EnvelopeFile.open(kept, replace(spec, **change)) is None


def test_figures_under_other_names(kept: Path, spec: EnvelopeSpec) -> None:
    first, second = spec.figures
    other = replace(spec, figures=(replace(first, name="hum"), second))
    assert EnvelopeFile.open(kept, other) is None


def test_absent_foreign_and_no_file(
    path: Path, spec: EnvelopeSpec, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    assert EnvelopeFile.open(path, spec) is None
    path.mkdir()
    assert EnvelopeFile.open(path, spec) is None
    path.rmdir()
    path.write_bytes(b"x" * spec.n_bytes)
    assert EnvelopeFile.open(path, spec) is None
    texts = [record.message for record in caplog.records]
    assert ["does not exist" in texts[0], "is a folder" in texts[1]] == [True, True]
    assert "of another version, of something else, or damaged" in texts[2]


def test_cut_at_any_length(kept: Path, spec: EnvelopeSpec) -> None:
    for length in [*range(spec.n_bytes - 1, 0, -spec.n_bytes // 23), 0]:
        os.truncate(kept, length)
        assert EnvelopeFile.open(kept, spec) is None


@settings(max_examples=40, deadline=None)
@given(place=st.floats(0, 1, exclude_max=True), in_front=st.booleans(), bit=st.integers(0, 7))
def test_no_flipped_bit_is_believed(
    tmp_path_factory: pytest.TempPathFactory, place: float, in_front: bool, bit: int
) -> None:
    spec = spec_of()
    path = tmp_path_factory.mktemp("kept") / "file"
    write(path, spec, content(spec))
    at = int(place * (spec.data_start if in_front else spec.n_bytes))

    def flip(held: bytearray) -> None:
        held[at] ^= 1 << bit

    damage(path, flip)
    if at < spec.data_start:
        assert EnvelopeFile.open(path, spec) is None
    else:
        with opened(path, spec) as file, pytest.raises(DamagedEnvelope, match="block"):
            file.check()


def test_only_what_is_damaged_is_refused(kept: Path, spec: EnvelopeSpec, arrays: Arrays) -> None:
    bad = BLOCK_BYTES + 5000  # of level 0, whose rows take 56 bytes

    def zero_a_page(held: bytearray) -> None:
        held[spec.data_start + bad : spec.data_start + bad + 4096] = bytes(4096)

    damage(kept, zero_a_page)
    sound = BLOCK_BYTES // 56
    with opened(kept, spec) as file:
        np.testing.assert_array_equal(
            file.read_rows("level_0", 0, sound), arrays["level_0"][:sound]
        )
        for _ in range(2):
            with pytest.raises(DamagedEnvelope, match="in its block 1 of 3") as caught:
                file.read_rows("level_0", 0, sound + 1)
        assert isinstance(caught.value, EcogviewError)
        np.testing.assert_array_equal(file.read_rows("zeroed", 0, 301), arrays["zeroed"])


def test_exchanged_blocks_are_noticed(kept: Path, spec: EnvelopeSpec) -> None:
    def exchange(held: bytearray) -> None:
        a, b, c = (spec.data_start + k * BLOCK_BYTES for k in range(3))
        held[a:b], held[b:c] = held[b:c], held[a:b]

    damage(kept, exchange)
    with opened(kept, spec) as file, pytest.raises(DamagedEnvelope):
        file.read_rows("level_0", 0, 1)


def test_cut_while_open(kept: Path, spec: EnvelopeSpec) -> None:
    with opened(kept, spec) as file:
        file.read_rows("level_0", 0, 1)
        os.truncate(kept, spec.n_bytes - 5000)
        file.read_rows("level_0", 1, 9)
        with pytest.raises(DamagedEnvelope, match="has become shorter"):
            file.read_rows("zeroed", 0, 301)


def test_a_drive_that_fails(
    kept: Path, spec: EnvelopeSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(kept, spec) as file:
        monkeypatch.setattr("ecogview.data.positioned_read.read_at", failing(errno.EIO))
        with pytest.raises(DamagedEnvelope, match="cannot be read at byte"):
            file.read_rows("flat", 0, 1)
    assert EnvelopeFile.open(kept, spec) is None


@posix_only
def test_removed_or_replaced_while_open(kept: Path, spec: EnvelopeSpec, arrays: Arrays) -> None:
    with opened(kept, spec) as file:
        kept.unlink()
        np.testing.assert_array_equal(file.read_rows("flat", 3, 300), arrays["flat"][3:300])
        write(kept, spec, {name: rows + 1 for name, rows in arrays.items()})
        np.testing.assert_array_equal(file.read_rows("level_3", 2, 9), arrays["level_3"][2:9])
