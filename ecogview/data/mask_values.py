"""From what a mask file describes to checked values: flags, and keys that are kept as they are."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecogview.data.mask_nodes import Array, Data, Dict, Dtype, Global, Inert, Latin1, Node, Scalar
from ecogview.data.mask_stream import Blob, MalformedError

_MAX_DEPTH = 32
_MAX_TEXT = 16 << 20
_MAX_NODES_A_KEY = 250_000
_MAX_INT_BITS = 2040
_MAX_KEY = 1 << 60


class Budget:
    """How much may still be made of a file, so that a small one does not grow without bound."""

    def __init__(self, nbytes: int, nodes: int = 300_000) -> None:
        self.nbytes = nbytes
        self.nodes = nodes

    def take(self, nbytes: int) -> None:
        """Account for `nbytes`; raise `MalformedError` if there are not as many left."""
        if nbytes > self.nbytes:
            raise MalformedError(
                f"{nbytes:,} bytes, where {self.nbytes:,} more can be kept in memory"
            )
        self.nbytes -= nbytes


@dataclass(frozen=True, slots=True, eq=False)
class Uncarried:
    """Stands for a value of a mask file that is neither read nor can be written back.

    `what` names it: the type, or why it is left alone.
    """

    what: str


# -- flags


@dataclass(frozen=True, slots=True, eq=False)
class Flags:
    """True or False a sample or channel, read from the file a piece at a time."""

    key: str
    length: int
    values: Callable[[], Iterator[NDArray[Any]]]

    def chunks(self) -> Iterator[NDArray[np.bool_]]:
        """Consecutive boolean arrays; `MalformedError` at the first value that is not 0 or 1."""
        try:
            for values in self.values():
                yield _as_bool(values)
        except MalformedError as error:
            raise MalformedError(f"key {self.key!r} is {error}") from error


def flags_of(key: str, node: Node) -> Flags:
    """Check that a value can be flags: an array of one dimension, (n, 1) or (1, n), or a list."""
    try:
        match node:
            case Array():
                return _flags_of_array(key, node)
            case list() | tuple():
                values = _flags_of_list(node)
                return Flags(key, len(values), lambda: iter([values]))
            case Inert() | Global():
                raise MalformedError(f"{node.what}, not an array")
        kind = "None" if node is None else type(node).__name__.lower()
        raise MalformedError(f"{kind}, not an array")
    except MalformedError as error:
        raise MalformedError(f"key {key!r} is {error}") from error


def odd_form(node: Node) -> str | None:
    """What flags are instead of an array of booleans of one dimension; None if they are one."""
    if type(node) is not Array:
        return f"a {type(node).__name__.lower()}"
    dtype = _trusted(node.dtype)
    if dtype.kind != "b":
        return f"an array of {dtype.name}"
    return None if len(node.shape) == 1 else f"an array of the shape {node.shape}"


def _flags_of_array(key: str, array: Array) -> Flags:
    dtype, shape = _trusted(array.dtype), array.shape
    if dtype.kind not in "biuf":
        raise MalformedError(f"an array of {dtype.name}, not of True and False")
    if not (len(shape) == 1 or (len(shape) == 2 and 1 in shape)):
        raise MalformedError(f"an array of the shape {shape}, not of one dimension")
    _check_size(array, dtype)
    return Flags(key, math.prod(shape), lambda: _elements(array, dtype))


def _flags_of_list(items: list[Node] | tuple[Node, ...]) -> NDArray[Any]:
    try:
        # A list of plain bool and int below 256, by far the fastest way to an array.
        return np.frombuffer(bytes(items), np.uint8)
    except (TypeError, ValueError):
        return np.fromiter((_number(item) for item in items), np.float64, len(items))


def _number(item: Node) -> float:
    value = item
    if type(item) is Scalar and item.dtype.dtype is not None and item.dtype.dtype.kind in "biuf":
        value = _scalar(item, item.dtype.dtype, Budget(8)).item()
    if type(value) not in (bool, int, float) or value not in (0, 1):
        raise MalformedError("a list with values other than True and False")
    return float(value)


def _as_bool(values: NDArray[Any]) -> NDArray[np.bool_]:
    if values.dtype.itemsize == 1:
        small = values.view(np.uint8)
        is_right = not small.size or small.max() <= 1
        flags = small.view(np.bool_)
    else:
        flags = values == 1
        is_right = (flags | (values == 0)).all()
    if not is_right:
        raise MalformedError("an array with values other than 0 and 1")
    return flags


# -- what arrays are made of


def _check_size(array: Array, dtype: np.dtype[Any]) -> None:
    expected = math.prod(array.shape) * dtype.itemsize
    found = _size(array.data)
    if found is not None and found != expected:
        raise MalformedError(
            f"an array of the shape {array.shape}, which takes {expected:,} bytes, "
            f"but with {found:,}"
        )


def _size(data: Data) -> int | None:
    match data:
        case Blob():
            return data.size
        case Latin1():
            return len(data.text)
    return len(data)


def _pieces(data: Data) -> Iterator[bytes | bytearray]:
    match data:
        case Blob():
            yield from data.chunks()
        case Latin1():
            yield data.text.encode("latin-1")
        case str():
            yield data.encode("latin-1")
        case _:
            yield data


def _elements(array: Array, dtype: np.dtype[Any]) -> Iterator[NDArray[Any]]:
    """The elements in the order of the file, read-only."""
    missing = math.prod(array.shape) * dtype.itemsize
    rest = b""
    for piece in _pieces(array.data):
        data = rest + piece if rest else piece
        missing -= len(piece)
        if missing < 0:
            break
        count = len(data) // dtype.itemsize
        if count:
            values = np.frombuffer(data, dtype, count)
            values.setflags(write=False)
            yield values
        rest = bytes(data[count * dtype.itemsize :])
    if missing:
        raise MalformedError("an array whose bytes do not fill its shape exactly")


def _array(array: Array, dtype: np.dtype[Any], budget: Budget) -> NDArray[Any]:
    _check_size(array, dtype)
    count = math.prod(array.shape)
    budget.take(count * dtype.itemsize)
    values = np.empty(count, dtype)
    at = 0
    for piece in _elements(array, dtype):
        _check_carried(piece)
        values[at : at + len(piece)] = piece
        at += len(piece)
    return values.reshape(array.shape, order="F" if array.is_fortran else "C")


def _scalar(scalar: Scalar, dtype: np.dtype[Any], budget: Budget) -> Any:
    budget.take(dtype.itemsize)
    values = next(_elements(Array(scalar.dtype, (1,), data=scalar.data), dtype))
    _check_carried(values)
    return values[0]


def _check_carried(values: NDArray[Any]) -> None:
    """Refuse bytes that are no value of their dtype, where NumPy would take them."""
    if values.dtype.kind == "b" and values.size and values.view(np.uint8).max() > 1:
        raise MalformedError("an array of booleans with values other than 0 and 1")
    if values.dtype.kind == "U" and values.size:
        codes = values.view(values.dtype.str[0] + "u4")
        if codes.max() > 0x10FFFF:
            raise MalformedError("an array of text with codes that are no characters")


# -- other keys


def carried(node: Node, budget: Budget) -> Any:
    """The value a node describes, or `Uncarried` where it is not one that can be written back."""
    try:
        return _Carrier(budget).value(node, 0)
    except MalformedError as error:
        return Uncarried(str(error))
    except ValueError:
        return Uncarried("text or bytes that cannot be decoded")


def carried_key(node: Node) -> Any:
    """A key of a dict; `Uncarried` where it is neither text, bytes nor a number."""
    if type(node) is str or type(node) is bytes or (type(node) is int and abs(node) < _MAX_KEY):
        return node
    return Uncarried("a key that is neither text nor a number")


class _Carrier:
    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._nodes = min(budget.nodes, _MAX_NODES_A_KEY)

    def value(self, node: Node, depth: int) -> Any:
        self._nodes -= 1
        self._budget.nodes -= 1
        if self._nodes < 0:
            raise MalformedError(f"a structure of more than {_MAX_NODES_A_KEY:,} values")
        if depth > _MAX_DEPTH:
            raise MalformedError(f"a structure more than {_MAX_DEPTH} levels deep")
        match node:
            case None | bool() | float() | str() | bytes():
                return node
            case int():
                if node.bit_length() > _MAX_INT_BITS:
                    raise MalformedError(f"a number of {node.bit_length():,} bits")
                return node
            case list():
                return [self.value(item, depth + 1) for item in node]
            case tuple():
                return tuple([self.value(item, depth + 1) for item in node])
            case Dict():
                return self._dict(node, depth)
            case Array():
                return _array(node, _trusted(node.dtype), self._budget)
            case Scalar():
                return _scalar(node, _trusted(node.dtype), self._budget)
            case Latin1():
                self._budget.take(len(node.text))
                return node.text.encode("latin-1")
            case Blob():
                return self._blob(node)
            case Inert() | Global():
                raise MalformedError(node.what)
        raise MalformedError(f"a {type(node).__name__.lower()}")

    def _dict(self, node: Dict, depth: int) -> dict[Any, Any]:
        made: dict[Any, Any] = {}
        for key_node, value_node in node.pairs:
            key = carried_key(key_node)
            if type(key) is Uncarried:
                raise MalformedError("a dict with a key that is neither text nor a number")
            if key in made:
                raise MalformedError("a dict with a key twice")
            made[key] = self.value(value_node, depth + 1)
        return made

    def _blob(self, blob: Blob) -> bytes | str:
        if blob.length > _MAX_TEXT:
            raise MalformedError(f"a text or bytes of {blob.length:,} bytes")
        self._budget.take(blob.length)
        return blob.text() if blob.is_text else b"".join(blob.chunks())


def _trusted(dtype: Dtype | None) -> np.dtype[Any]:
    if dtype is None or dtype.dtype is None:
        raise MalformedError("an array of something other than numbers and text")
    return dtype.dtype
