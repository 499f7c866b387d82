"""The kept overview: what was written or nothing, in whatever order and whatever happens."""

from __future__ import annotations

import errno
import os
import stat
import tracemalloc
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecogview.data.envelope_file import (
    EnvelopeWriter,
)
from ecogview.data.envelope_spec import EnvelopeSpec
from tests.data.envelope_desk import (
    SOURCE,
    Arrays,
    assert_same,
    content,
    failing,
    names,
    opened,
    pieces,
    posix_only,
    read_all,
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


# -- what is written is read


@settings(max_examples=25, deadline=None)
@given(
    n_samples=st.integers(1, 400_000),
    n_channels=st.integers(1, 9),
    dtype=st.sampled_from(["<i2", "<f4"]),
    random=st.randoms(),
)
def test_pieces_in_any_order_equal_the_whole(
    tmp_path_factory: pytest.TempPathFactory,
    n_samples: int,
    n_channels: int,
    dtype: str,
    random: Random,
) -> None:
    spec = spec_of(n_samples, n_channels, dtype)
    arrays, folder = content(spec), tmp_path_factory.mktemp("kept")
    write(folder / "plain", spec, arrays)
    parts = pieces(spec)
    random.shuffle(parts)
    with EnvelopeWriter(folder / "pieces", spec) as writer:
        for name, start, stop in parts:
            writer.write_rows(name, start, arrays[name][start:stop])
        writer.finish()
    assert (folder / "pieces").read_bytes() == (folder / "plain").read_bytes()
    with opened(folder / "pieces", spec) as file:
        for _ in range(20):
            array = random.choice(spec.arrays)
            start, stop = sorted(random.choices(range(array.shape[0] + 1), k=2))
            rows = file.read_rows(array.name, start, stop)
            assert rows.dtype == array.dtype
            assert rows.flags.c_contiguous
            np.testing.assert_array_equal(rows, arrays[array.name][start:stop])
            held = np.full_like(arrays[array.name], 77)
            again = file.read_rows(array.name, start, stop, held)
            assert again.base is held
            np.testing.assert_array_equal(again, rows)
            assert (held[stop - start :] == 77).all()
    assert_same(read_all(folder / "pieces", spec), arrays)


def test_an_array_is_read_into_one(kept: Path, spec: EnvelopeSpec, arrays: Arrays) -> None:
    with opened(kept, spec) as file:
        for name, wanted in arrays.items():
            held = np.full_like(wanted, 77)
            file.read_all(name, held)
            np.testing.assert_array_equal(held, wanted)
        held = arrays["level_1"]
        with pytest.raises(ValueError, match="level_1 is"):
            file.read_all("level_1", held[:-1].copy())
        with pytest.raises(ValueError, match="level_1 is"):
            file.read_all("level_1", np.zeros(held.shape, np.int8))


def test_the_file_is_what_the_spec_says(kept: Path, spec: EnvelopeSpec, arrays: Arrays) -> None:
    held = kept.read_bytes()
    assert len(held) == spec.n_bytes
    assert [array.shape for array in spec.arrays[:2]] == [(4688, 2, 7), (1172, 2, 7)]
    assert held.startswith(b"\x93ecogview overview\n{")
    for array in spec.arrays:
        start = spec.data_start + spec.positions()[array.name]
        assert start % 4096 == 0
        assert held[start : start + array.n_bytes] == arrays[array.name].tobytes()


def test_rows_that_lie_otherwise_in_memory(path: Path, spec: EnvelopeSpec, arrays: Arrays) -> None:
    write(path, spec, {name: np.asfortranarray(rows) for name, rows in arrays.items()})
    assert_same(read_all(path, spec), arrays)


def test_two_hours_at_30_khz_take_five_percent() -> None:
    real = replace(spec_of(), n_samples=216_000_000, n_channels=62, dtype=np.dtype("<i2"))
    assert real.n_bytes < 0.05 * 216_000_000 * 62 * 2
    assert real.n_blocks * 8 < 70_000


@pytest.mark.parametrize("range_", [(-1, 3), (4, 3), (0, 4689)])
def test_ranges_that_are_none(kept: Path, spec: EnvelopeSpec, range_: tuple[int, int]) -> None:
    with opened(kept, spec) as file:
        with pytest.raises(ValueError, match="do not lie within 0 to 4688"):
            file.read_rows("level_0", *range_)
        with pytest.raises(KeyError):
            file.read_rows("level_9", 0, 1)


def test_what_does_not_fit_is_refused(path: Path, spec: EnvelopeSpec, arrays: Arrays) -> None:
    rows = arrays["level_1"]
    with EnvelopeWriter(path, spec) as writer:
        with pytest.raises(ValueError, match="float32"):
            writer.write_rows("level_1", 0, rows.astype(np.int16))
        with pytest.raises(ValueError, match=r"\(2, 7\), not float32 \(7, 2\)"):
            writer.write_rows("level_1", 0, rows.swapaxes(1, 2))
        with pytest.raises(ValueError, match="within 0 to 1172"):
            writer.write_rows("level_1", 1, rows)
        writer.write_rows("level_1", 100, rows[100:200])
        writer.write_rows("level_1", 300, rows[300:400])
        for start, stop in ((50, 101), (199, 200), (150, 160), (250, 301), (90, 450)):
            with pytest.raises(ValueError, match="written before"):
                writer.write_rows("level_1", start, rows[start:stop])
        with pytest.raises(ValueError, match="0 of 4688 rows of level_0"):
            writer.finish()
    assert names(path.parent) == []


def test_a_writer_is_used_once(path: Path, spec: EnvelopeSpec, arrays: Arrays) -> None:
    writer = EnvelopeWriter(path, spec)
    for name, rows in arrays.items():
        writer.write_rows(name, 0, rows)
    assert not path.exists()
    writer.finish()
    writer.abandon()
    with pytest.raises(ValueError, match="has been finished"):
        writer.write_rows("level_0", 0, arrays["level_0"])
    assert_same(read_all(path, spec), arrays)


def test_two_arrays_of_one_name(spec: EnvelopeSpec) -> None:
    with pytest.raises(ValueError, match="occur twice"):
        replace(spec, figures=spec.figures * 2)


@posix_only
def test_others_may_read_it(path: Path, spec: EnvelopeSpec, arrays: Arrays) -> None:
    mask = os.umask(0o002)
    try:
        write(path, spec, arrays)
    finally:
        os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_opening_is_use(kept: Path, spec: EnvelopeSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    os.utime(kept, (1, 1))
    opened(kept, spec).close()
    assert kept.stat().st_mtime > 1_700_000_000
    monkeypatch.setattr(os, "utime", failing(errno.EPERM))  # someone else's file
    opened(kept, spec).close()


# -- what it costs


def test_little_is_held(tmp_path: Path) -> None:
    """Neither side holds more than the checksums and what it was given."""
    spec = spec_of(8_000_000, 16)
    rows = np.ones((512, 2, 16), np.float32)
    path = tmp_path / "large"
    tracemalloc.start()
    try:
        with EnvelopeWriter(path, spec) as writer:
            for array in spec.arrays:
                for first in range(0, array.shape[0], 512):
                    n_rows = min(512, array.shape[0] - first)
                    piece = rows[:n_rows].reshape(n_rows, -1)[:, : array.row_bytes // 4]
                    if array.name == "zeroed":
                        piece = piece[:, 0]
                    elif array.name == "flat":
                        piece = rows[:n_rows, 0].astype(np.float16)
                    writer.write_rows(array.name, first, piece.reshape(-1, *array.shape[1:]))
            writer.finish()
        assert path.stat().st_size == spec.n_bytes > 20e6
        with opened(path, spec) as file:
            file.check()
        assert tracemalloc.get_traced_memory()[1] < 1.5e6
    finally:
        tracemalloc.stop()


def test_names_of_undecodable_bytes() -> None:
    odd = replace(spec_of(), source=replace(SOURCE, path="/data/\udcff µ.dat"))
    assert odd.header()[1:].isascii()
    assert len(odd.key) == 32
    assert odd.key != spec_of().key


def test_a_path_longer_than_a_page(path: Path) -> None:
    long = replace(spec_of(1000), source=replace(SOURCE, path="/data/" + "µ" * 3000))
    assert len(long.header()) > 4096
    write(path, long, content(long))
    assert_same(read_all(path, long), content(long))
