"""What a mask file can hold, as descriptions: nothing of it is trusted, nothing is run.

A global is a tag of two texts. Calling it gives an array, a dtype or a NumPy scalar description
where the whole (module, name) pair is one of the few that NumPy's own pickles use and the
arguments are of the exact form NumPy writes. Everything else gives `Inert`, which remembers what
it would have been. Nothing here hashes, compares or prints a value that comes from the file,
except text and numbers after their type is known.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ecogview.data.mask_stream import Blob
from ecogview.errors import printable

_MAX_DIM = 1 << 40

Node = Any


@dataclass(frozen=True, slots=True, eq=False)
class Latin1:
    """Bytes written as text, not yet encoded: one text can be used any number of times."""

    text: str


Data = bytes | bytearray | str | Latin1 | Blob


@dataclass(frozen=True, slots=True, eq=False)
class Global:
    """A global as the file names it: module and name."""

    pair: tuple[str, str]

    @property
    def what(self) -> str:
        return printable(".".join(self.pair), 80)


@dataclass(frozen=True, slots=True, eq=False)
class Inert:
    """What would have come of a global; what is put into it is dropped."""

    what: str


@dataclass(slots=True, eq=False)
class Dict:
    """A dict that has not been checked for its keys."""

    pairs: list[tuple[Node, Node]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Dtype:
    """A dtype description; `dtype` is None where it is not one that can be trusted."""

    dtype: np.dtype[Any] | None
    is_built: bool = False


@dataclass(slots=True, eq=False)
class Array:
    """An array description: the shape is checked, the length of the data is not."""

    dtype: Dtype | None = None
    shape: tuple[int, ...] = ()
    is_fortran: bool = False
    data: Data = b""
    is_built: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Scalar:
    """A NumPy scalar description."""

    dtype: Dtype
    data: Data


# -- what NumPy's pickles call


def _names(modules: str, name: str) -> frozenset[tuple[str, str]]:
    return frozenset((module, name) for module in modules.split())


_NDARRAY = _names("numpy", "ndarray")
_DTYPE_TEXT = re.compile(r"b1|[iu][1248]|f[248]|c8|c16|[SU][1-9][0-9]{0,5}")
_LATIN1 = frozenset({"latin1", "latin-1"})


def _new_array(args: tuple[Node, ...]) -> Node:
    match args:
        case (Global(pair), (int(size),), b"b" | "b" | Latin1("b")) if (
            pair in _NDARRAY and size == 0
        ):
            return Array()
    return None


def _array_from_buffer(args: tuple[Node, ...]) -> Node:
    match args:
        case (bytes() | bytearray() | Blob() as data, Dtype() as dtype, shape, str(order)) if (
            order in ("C", "F")
        ):
            dims = _dims((shape,) if type(shape) is int else shape)
            if dims is not None:
                return Array(dtype, dims, order == "F", data, is_built=True)
    return None


def _new_dtype(args: tuple[Node, ...]) -> Node:
    match args:
        case (str(text), 0, 1) if _DTYPE_TEXT.fullmatch(text):
            return Dtype(np.dtype(text))
    return None


def _new_scalar(args: tuple[Node, ...]) -> Node:
    match args:
        case (Dtype() as dtype, bytes() | str() | Latin1() | Blob() as data):
            return Scalar(dtype, data)
    return None


def _encoded(args: tuple[Node, ...]) -> Node:
    match args:
        case (str(text), str(coding)) if coding in _LATIN1:
            return Latin1(text)
        case (Blob() as blob, str(coding)) if coding in _LATIN1 and blob.is_text:
            return Blob(blob.source, blob.offset, blob.length, blob.coding, is_text=False)
    return None


def _empty_bytes(args: tuple[Node, ...]) -> Node:
    return None if args else b""


MAKERS: dict[tuple[str, str], Callable[[tuple[Node, ...]], Node]] = {
    pair: maker
    for modules, name, maker in (
        ("numpy.core.multiarray numpy._core.multiarray", "_reconstruct", _new_array),
        ("numpy.core.multiarray numpy._core.multiarray", "scalar", _new_scalar),
        ("numpy.core.numeric numpy._core.numeric", "_frombuffer", _array_from_buffer),
        ("numpy", "dtype", _new_dtype),
        ("_codecs", "encode", _encoded),
        ("builtins __builtin__", "bytes", _empty_bytes),
    )
    for pair in _names(modules, name)
}


def _dims(shape: Node) -> tuple[int, ...] | None:
    if type(shape) is not tuple or len(shape) > 32:
        return None
    product = 1
    for dim in shape:
        if type(dim) is not int or not 0 <= dim <= _MAX_DIM:
            return None
        product *= max(dim, 1)
        if product > _MAX_DIM:
            return None
    return shape


def build_array(array: Array, state: Node) -> None:
    match state:
        case (
            1,
            shape,
            Dtype() as dtype,
            int(is_fortran),
            bytes() | str() | Latin1() | Blob() as data,
        ):
            dims = _dims(shape)
            if dims is not None:
                array.dtype, array.shape, array.data = dtype, dims, data
                array.is_fortran = bool(is_fortran)


def build_dtype(node: Dtype, state: Node) -> None:
    dtype, node.dtype = node.dtype, None
    match state:
        case (3, str(order), None, None, None, int(size), int(), 0 | 8) if (
            dtype is not None and order in ("|", "<", ">", "=") and size in (-1, dtype.itemsize)
        ):
            node.dtype = np.dtype(order + dtype.str[1:])
