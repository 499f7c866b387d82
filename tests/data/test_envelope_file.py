"""The kept overview: what was written or nothing, in whatever order and whatever happens."""

from __future__ import annotations

import errno
import gc
import logging
import os
import signal
import stat
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ecogview.data import positioned_write
from ecogview.data.block_sums import BLOCK_BYTES
from ecogview.data.envelope_file import (
    DamagedEnvelope,
    EnvelopeFile,
    EnvelopeWriteError,
    EnvelopeWriter,
)
from ecogview.data.envelope_spec import EnvelopeSpec, KeptArray, SourceKey
from ecogview.data.safe_write import remove_leftovers
from ecogview.errors import EcogviewError

Arrays = dict[str, NDArray[Any]]
UNIT = 32_768  # samples of a step of the pass
SOURCE = SourceKey("/data/rec001.LM1.clfp.dat", 12_345, 1_700_000_000_123_456_789)
posix_only = pytest.mark.skipif(os.name == "nt", reason="Windows keeps open files in their place")


def spec_of(n_samples: int = 300_001, n_channels: int = 7, dtype: str = "<f4") -> EnvelopeSpec:
    n_cells = -(-n_samples // 1000)
    shares, dropped = np.dtype(np.float16), np.dtype(np.float32)
    return EnvelopeSpec(
        source=SOURCE,
        n_samples=n_samples,
        n_channels=n_channels,
        dtype=np.dtype(dtype),
        layout="interleaved",
        sampling_rate=1000.0,
        cell_s=1,
        bin_sizes=(64, 256, 1024, 4096),
        figures=(
            KeptArray("flat", shares, (n_cells, n_channels)),
            KeptArray("zeroed", dropped, (n_cells,)),
        ),
    )


def content(spec: EnvelopeSpec) -> Arrays:
    """Values of which no two neighbours along any axis are equal."""
    arrays = {}
    for seed, array in enumerate(spec.arrays):
        random = np.random.default_rng(seed)
        arrays[array.name] = random.integers(-9000, 9000, array.shape).astype(array.dtype)
    return arrays


def pieces(spec: EnvelopeSpec) -> list[tuple[str, int, int]]:
    """(array, first row, last row) as units of the pass bring them, figures by sevens."""
    steps = {f"level_{k}": UNIT // size for k, size in enumerate(spec.bin_sizes)}
    return [
        (array.name, start, min(start + steps.get(array.name, 7), array.shape[0]))
        for array in spec.arrays
        for start in range(0, array.shape[0], steps.get(array.name, 7))
    ]


def write(path: Path, spec: EnvelopeSpec, arrays: Arrays) -> None:
    with EnvelopeWriter(path, spec) as writer:
        for name, rows in arrays.items():
            writer.write_rows(name, 0, rows)
        writer.finish()


def opened(path: Path, spec: EnvelopeSpec) -> EnvelopeFile:
    file = EnvelopeFile.open(path, spec)
    assert file is not None
    return file


def read_all(path: Path, spec: EnvelopeSpec) -> Arrays:
    with opened(path, spec) as file:
        return {a.name: file.read_rows(a.name, 0, a.shape[0]) for a in spec.arrays}


def assert_same(found: Arrays, expected: Arrays) -> None:
    assert found.keys() == expected.keys()
    for name, rows in expected.items():
        assert found[name].dtype == rows.dtype
        np.testing.assert_array_equal(found[name], rows)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


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


# -- what is not ours, or not any more


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


def damage(path: Path, change: Callable[[bytearray], None]) -> None:
    held = bytearray(path.read_bytes())
    change(held)
    path.write_bytes(held)


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


# -- writing that fails


def failing(number: int, after: int = 0, call: Any = None) -> Any:
    counted = iter(range(after))

    def fail(*args: Any, **options: Any) -> Any:
        if next(counted, None) is None:
            raise OSError(number, os.strerror(number))
        return call(*args, **options)

    return fail


@pytest.mark.parametrize("after", [0, 1, 3, 6])
def test_a_full_disk(
    path: Path, spec: EnvelopeSpec, arrays: Arrays, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    full = failing(errno.ENOSPC, after, positioned_write.write_at)
    monkeypatch.setattr(positioned_write, "write_at", full)
    with pytest.raises(EnvelopeWriteError, match=os.strerror(errno.ENOSPC)) as caught:
        write(path, spec, arrays)
    assert caught.value.remedy
    assert names(path.parent) == []


@pytest.mark.parametrize(("owner", "call"), [(os, "fsync"), (Path, "replace")])
def test_a_failure_at_the_end_leaves_the_old_file(
    kept: Path, spec: EnvelopeSpec, arrays: Arrays, monkeypatch: pytest.MonkeyPatch,
    owner: Any, call: str,
) -> None:  # fmt: skip
    monkeypatch.setattr(owner, call, failing(errno.EIO))
    with pytest.raises(EnvelopeWriteError, match=os.strerror(errno.EIO)):
        write(kept, spec, {name: rows + 1 for name, rows in arrays.items()})
    assert names(kept.parent) == [kept.name]
    assert_same(read_all(kept, spec), arrays)


def test_no_folder(tmp_path: Path, spec: EnvelopeSpec) -> None:
    with pytest.raises(EnvelopeWriteError, match="cannot be written"):
        EnvelopeWriter(tmp_path / "none" / "file", spec)
    (tmp_path / "plain").touch()
    with pytest.raises(EnvelopeWriteError, match="cannot be written"):
        EnvelopeWriter(tmp_path / "plain" / "file", spec)


def test_a_folder_in_its_place(path: Path, spec: EnvelopeSpec, arrays: Arrays) -> None:
    path.mkdir()
    with pytest.raises(EnvelopeWriteError):
        write(path, spec, arrays)
    assert names(path.parent) == [path.name]


@pytest.mark.parametrize("is_sound", [True, False])
def test_a_file_that_another_process_holds(
    kept: Path, spec: EnvelopeSpec, arrays: Arrays, monkeypatch: pytest.MonkeyPatch, is_sound: bool
) -> None:
    """As on Windows, or in a folder where only owners may replace."""
    if not is_sound:
        damage(kept, lambda held: held.__setitem__(-1, held[-1] ^ 1))
    monkeypatch.setattr(Path, "replace", failing(errno.EACCES))
    if is_sound:
        write(kept, spec, arrays)
    else:
        with pytest.raises(EnvelopeWriteError):
            write(kept, spec, arrays)
    assert names(kept.parent) == [kept.name]


def test_leaving_and_forgetting_remove_the_temporary(path: Path, spec: EnvelopeSpec) -> None:
    with EnvelopeWriter(path, spec):
        assert len(names(path.parent)) == 1
    assert names(path.parent) == []
    EnvelopeWriter(path, spec)
    gc.collect()
    assert names(path.parent) == []


def test_two_writers_at_once(path: Path, spec: EnvelopeSpec, arrays: Arrays) -> None:
    threads = [threading.Thread(target=write, args=(path, spec, arrays)) for _ in range(2)]
    with EnvelopeWriter(path, spec) as slow:
        slow.write_rows("flat", 0, arrays["flat"])
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert remove_leftovers(path.parent) == []
        assert_same(read_all(path, spec), arrays)
        for name in arrays.keys() - {"flat"}:
            slow.write_rows(name, 0, arrays[name])
        slow.finish()
    assert names(path.parent) == [path.name]
    assert_same(read_all(path, spec), arrays)


def test_killed_while_writing(path: Path, tmp_path: Path, spec: EnvelopeSpec) -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from ecogview.data.envelope_file import EnvelopeWriter\n"
        "import tests.data.test_envelope_file as here\n"
        "spec = here.spec_of()\n"
        "with EnvelopeWriter(Path(sys.argv[1]), spec) as writer:\n"
        "    writer.write_rows('level_0', 0, here.content(spec)['level_0'])\n"
        "    print('half', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], cwd=root, stdin=-1, stdout=-1, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "half\n"
        (left,) = names(tmp_path)
        assert left != path.name
        assert remove_leftovers(tmp_path) == []
        child.kill()
        child.communicate()
    assert child.returncode in (-getattr(signal, "SIGKILL", 9), 1)
    assert EnvelopeFile.open(path, spec) is None
    assert remove_leftovers(tmp_path) == [tmp_path / left]


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
