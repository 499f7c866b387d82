"""Kept overviews under test: what one holds, written and read again."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ecogview.data.envelope_file import (
    EnvelopeFile,
    EnvelopeWriter,
)
from ecogview.data.envelope_spec import EnvelopeSpec, KeptArray, SourceKey

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


def damage(path: Path, change: Callable[[bytearray], None]) -> None:
    held = bytearray(path.read_bytes())
    change(held)
    path.write_bytes(held)


def failing(number: int, after: int = 0, call: Any = None) -> Any:
    counted = iter(range(after))

    def fail(*args: Any, **options: Any) -> Any:
        if next(counted, None) is None:
            raise OSError(number, os.strerror(number))
        return call(*args, **options)

    return fail
