"""Arrays of .npy files: what NumPy writes is read, and nothing else is."""

from __future__ import annotations

import io
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.lib import format as npy

from ecogview.data import npy_table
from ecogview.data.npy_table import read_npy
from ecogview.errors import EcogviewError


def saved(path: Path, values: Any) -> Path:
    np.save(path, values)
    return path


DTYPES = st.sampled_from(["<f8", ">f4", "<f2", "<i8", "|u1", ">u2", "<U5", "|S3"])


@given(DTYPES.flatmap(lambda d: arrays(d, array_shapes(max_dims=2, max_side=6, min_side=0))))
@settings(max_examples=60)
def test_reads_what_numpy_writes(tmp_path_factory: pytest.TempPathFactory, values: Any) -> None:
    path = saved(tmp_path_factory.mktemp("npy") / "a.npy", np.asfortranarray(values))
    read = read_npy(path)
    assert read.dtype == values.dtype
    np.testing.assert_array_equal(read, values)


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_structured_arrays_of_every_version(tmp_path: Path, version: tuple[int, int]) -> None:
    values = np.array([(1.5, "go"), (2.5, "stop")], [("onset", "<f8"), ("label", "<U8")])
    stream = io.BytesIO()
    npy.write_array(stream, values, version)
    path = tmp_path / "a.npy"
    path.write_bytes(stream.getvalue())
    read = read_npy(path)
    assert read.dtype == values.dtype
    assert read.tolist() == [(1.5, "go"), (2.5, "stop")]


def test_a_header_as_other_programs_write_it(tmp_path: Path) -> None:
    header = b"{'descr': '<f8', 'fortran_order': True, 'shape': (3, 1), }".ljust(118) + b"\n"
    path = tmp_path / "matlab.npy"
    path.write_bytes(
        b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
        + np.array([1.0, 2.0, 4.0]).tobytes()
    )  # fmt: skip
    assert read_npy(path).tolist() == [[1.0], [2.0], [4.0]]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (np.array([None, "x"]), "values of type '|O'"),
        (np.array([1 + 2j]), "values of type '<c16'"),
        (np.array(["2020"], "M8[D]"), "values of type '<M8[D]'"),
        (np.zeros((2, 2, 2)), "has 3 dimensions"),
        (np.zeros(2, [("a", "<f8", (2,))]), "no plain columns"),
        (np.zeros(2, [("a", [("b", "<f8")])]), "no plain columns"),
    ],
)
def test_refuses_other_arrays(tmp_path: Path, values: Any, said: str) -> None:
    with pytest.raises(EcogviewError, match=re.escape(said)) as caught:
        read_npy(saved(tmp_path / "a.npy", values))
    assert caught.value.remedy


def with_header(text: str, data: bytes = b"") -> bytes:
    head = text.encode("latin-1")
    return b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head + data


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is no .npy file"),
        (b"\x80\x04K\x05." * 9, "is no .npy file"),
        (b"\x93NUMPY\x09\x00aaaaaaaaa", "version 9"),
        (b"\x93NUMPY\x02\x00\xff\xff\xff\x7f", "claims 2,147,483,647 bytes"),
        (b"\x93NUMPY\x01\x00\xff\x00short", "claims 255 bytes"),
        (with_header("__import__('os').abort()"), "names no type"),
        (with_header("{'descr': '<f8', 'fortran_order': False, 'shape': (4,), }"), "needs 32"),
        (
            with_header("{'descr': '<f8', 'fortran_order': False, 'shape': (999999999999,), }"),
            "needs 7,999,999,999,992",
        ),
        (with_header("{'descr': '<f8', 'shape': (1,), 'fortran_order': 0}", bytes(8)), "names no"),
        (with_header("{'descr': " + "[" * 3000 + ", 'shape': (1,)}"), "names no"),
        (with_header("{'descr': [('a', '<f8'), ('a', '<f8')], 'fortran_order': False, "
                     "'shape': (1,), }", bytes(16)), "no plain columns"),
    ],
)  # fmt: skip
def test_hostile_headers_are_told_apart_and_never_evaluated(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "a.npy"
    path.write_bytes(content)
    with pytest.raises(EcogviewError, match=re.escape(said)):
        read_npy(path)


@given(st.binary(max_size=300), st.integers(0, 200))
@settings(max_examples=150)
def test_damage_is_an_error_of_ours(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, at: int
) -> None:
    stream = io.BytesIO()
    np.save(stream, np.arange(8.0))
    content = bytearray(stream.getvalue())
    content[at : at + len(noise)] = noise
    path = tmp_path_factory.mktemp("npy") / "a.npy"
    path.write_bytes(bytes(content))
    with suppress(EcogviewError):
        read_npy(path)


def test_files_too_large_missing_and_special(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(tmp_path / "a.npy", np.zeros(40))
    monkeypatch.setattr(npy_table, "_MAX_BYTES", 300)
    with pytest.raises(EcogviewError, match="448 bytes, and at most 300"):
        read_npy(path)
    with pytest.raises(EcogviewError, match="does not exist"):
        read_npy(tmp_path / "b.npy")
    with pytest.raises(EcogviewError, match="is a folder"):
        read_npy(tmp_path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.npy")
        with pytest.raises(EcogviewError, match="is a FIFO"):
            read_npy(tmp_path / "pipe.npy")
