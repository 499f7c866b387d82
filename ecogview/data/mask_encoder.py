"""Write a mask as the bytes Python 3.7 with NumPy 1.x writes for it: pickle protocol 3.

Byte by byte, because anything NumPy 2 pickles names `numpy._core`, which older versions lack.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ecogview.data.in_turns import PIECE

_MAX_DEPTH = 32
_MAX_NBYTES = (1 << 32) - 1
_MAX_INT_BITS = 2040
_CARRIED_KINDS = "biufcSU"
_PLAIN = {type(None), bool, int, float, str, bytes, list, tuple, dict, np.ndarray}


class UnwritableError(ValueError):
    """A value that a mask file cannot hold; the text says which."""


class FlagSource(Protocol):
    """Flags of one dimension that are made a piece at a time."""

    @property
    def length(self) -> int: ...

    def chunks(self) -> Iterable[NDArray[np.bool_]]: ...


def encode_mask(mask: Mapping[Any, Any | FlagSource]) -> Iterator[bytes | memoryview]:
    """Yield the pickle of a dict, a piece at a time.

    Values may be None, bool, int, float, str, bytes, list, tuple, dict, NumPy numbers and texts,
    arrays of them, and, at the top, flags with `length` and `chunks`.

    Raises
    ------
    UnwritableError
        At the first value that is none of these.
    """
    return _Encoder().pieces(mask)


class _Encoder:
    """Numbers memo entries in the order of Python's own pickler, so that the bytes are the same."""

    def __init__(self) -> None:
        self._memo: dict[tuple[str, Any], int] = {}
        self._n_memo = 0

    def pieces(self, mask: Mapping[Any, Any]) -> Iterator[bytes | memoryview]:
        yield b"\x80\x03}" + self._put()
        if mask:
            yield b"("
            for key, value in mask.items():
                try:
                    yield from self._item(key, value)
                except UnwritableError as error:
                    raise UnwritableError(f"key {key!r} holds {error}") from None
            yield b"u"
        yield b"."

    def _item(self, key: Any, value: Any) -> Iterator[bytes | memoryview]:
        yield from self._key(key)
        if hasattr(value, "chunks"):
            pieces = (memoryview(chunk).cast("B") for chunk in value.chunks())
            yield from self._array(np.dtype(bool), (value.length,), value.length, pieces)
        else:
            yield from self._value(value, 1)

    def _put(self, kind: str = "", value: Any = None) -> bytes:
        number, self._n_memo = self._n_memo, self._n_memo + 1
        if kind:
            self._memo[kind, value] = number
        return b"q%c" % number if number < 256 else b"r" + struct.pack("<I", number)

    def _get(self, kind: str, value: Any) -> bytes | None:
        number = self._memo.get((kind, value))
        if number is None:
            return None
        return b"h%c" % number if number < 256 else b"j" + struct.pack("<I", number)

    def _key(self, key: Any) -> Iterator[bytes]:
        if type(key) not in (str, bytes, int):
            raise UnwritableError(f"a key of the type {type(key).__name__}")
        yield from self._value(key, 1)

    def _value(self, value: Any, depth: int) -> Iterator[Any]:
        if depth > _MAX_DEPTH:
            raise UnwritableError(f"a structure more than {_MAX_DEPTH} levels deep")
        if isinstance(value, np.generic):
            yield from self._scalar(value)
            return
        # Of a subclass only half would be written, so it is refused.
        if type(value) not in _PLAIN:
            what = getattr(value, "what", f"a value of the type {type(value).__name__}")
            raise UnwritableError(what)
        match value:
            case None:
                yield b"N"
            case bool():
                yield b"\x88" if value else b"\x89"
            case int():
                yield _integer(value)
            case float():
                yield b"G" + struct.pack(">d", value)
            case str():
                yield self._text(value)
            case bytes():
                yield _counted(value) + self._put()
            case np.ndarray():
                _check_dtype(value.dtype)
                flat = np.ascontiguousarray(value).reshape(-1)
                step = max(1, PIECE // flat.itemsize)
                blocks = (flat[i : i + step].tobytes() for i in range(0, len(flat), step))
                yield from self._array(value.dtype, value.shape, value.nbytes, blocks)
            case list():
                yield b"]" + self._put() + b"("
                for item in value:
                    yield from self._value(item, depth + 1)
                yield b"e"
            case tuple():
                yield from self._tuple(value, depth)
            case dict():
                yield b"}" + self._put() + b"("
                for key, item in value.items():
                    yield from self._key(key)
                    yield from self._value(item, depth + 1)
                yield b"u"

    def _tuple(self, items: tuple[Any, ...], depth: int) -> Iterator[Any]:
        if not items:
            yield b")"
            return
        if len(items) > 3:
            yield b"("
        for item in items:
            yield from self._value(item, depth + 1)
        yield (b"t" if len(items) > 3 else b"\x84\x85\x86\x87"[len(items) :][:1]) + self._put()

    def _text(self, text: str) -> bytes:
        known = self._get("text", text)
        if known is not None:
            return known
        raw = text.encode("utf-8", "surrogatepass")
        return b"X" + struct.pack("<I", len(raw)) + raw + self._put("text", text)

    def _global(self, module: str, name: str) -> bytes:
        known = self._get("global", (module, name))
        if known is not None:
            return known
        return f"c{module}\n{name}\n".encode() + self._put("global", (module, name))

    def _dtype(self, dtype: np.dtype[Any]) -> bytes:
        _check_dtype(dtype)
        known = self._get("dtype", dtype.str)
        if known is not None:
            return known
        parts = [self._global("numpy", "dtype"), self._text(dtype.str[1:]), b"\x89\x88\x87"]
        parts += [self._put(), b"R", self._put("dtype", dtype.str)]
        parts += [b"(K\x03", self._text(dtype.str[0]), b"NNN"]
        if dtype.kind in "SU":
            alignment = 4 if dtype.kind == "U" else 1
            flags = 8 if dtype.kind == "U" else 0
            parts += [_integer(dtype.itemsize), _integer(alignment), _integer(flags)]
        else:
            parts += [_integer(-1), _integer(-1), _integer(0)]
        return b"".join([*parts, b"t", self._put(), b"b"])

    def _scalar(self, value: np.generic) -> Iterator[bytes]:
        yield self._global("numpy.core.multiarray", "scalar") + self._dtype(value.dtype)
        yield _counted(value.tobytes()) + self._put()
        yield b"\x86" + self._put() + b"R" + self._put()

    def _array(
        self,
        dtype: np.dtype[Any],
        shape: tuple[int, ...],
        nbytes: int,
        pieces: Iterable[bytes | memoryview],
    ) -> Iterator[bytes | memoryview]:
        if nbytes > _MAX_NBYTES:
            raise UnwritableError(f"an array of {nbytes:,} bytes, more than {_MAX_NBYTES:,}")
        yield self._global("numpy.core.multiarray", "_reconstruct")
        yield self._global("numpy", "ndarray")
        yield b"K\x00\x85" + self._put()
        yield self._get("bytes", b"b") or b"C\x01b" + self._put("bytes", b"b")
        yield b"\x87" + self._put() + b"R" + self._put()
        yield b"(K\x01"
        yield from self._tuple(tuple(int(dim) for dim in shape), 1)
        yield self._dtype(dtype) + b"\x89" + _counted_head(nbytes)
        written = 0
        for piece in pieces:
            written += len(piece)
            yield piece
        if written != nbytes:
            raise UnwritableError(f"an array of {written:,} bytes where {nbytes:,} were announced")
        yield self._put() + b"t" + self._put() + b"b"


def _check_dtype(dtype: np.dtype[Any]) -> None:
    is_known = dtype.kind in _CARRIED_KINDS and dtype.names is None and dtype.itemsize > 0
    if not is_known or dtype.str[1:] in ("f16", "c32", "f12", "c24"):
        raise UnwritableError(f"an array of {dtype.name}")


def _integer(value: int) -> bytes:
    if 0 <= value < 1 << 8:
        return b"K%c" % value
    if 0 <= value < 1 << 16:
        return b"M" + struct.pack("<H", value)
    if -(1 << 31) <= value < 1 << 31:
        return b"J" + struct.pack("<i", value)
    if value.bit_length() > _MAX_INT_BITS:
        raise UnwritableError(f"a number of {value.bit_length():,} bits")
    raw = value.to_bytes((value.bit_length() >> 3) + 1, "little", signed=True)
    if value < 0 and raw[-1] == 0xFF and len(raw) > 1 and raw[-2] & 0x80:
        raw = raw[:-1]
    return b"\x8a%c" % len(raw) + raw


def _counted_head(nbytes: int) -> bytes:
    return b"C%c" % nbytes if nbytes < 256 else b"B" + struct.pack("<I", nbytes)


def _counted(data: bytes) -> bytes:
    if len(data) > _MAX_NBYTES:
        raise UnwritableError(f"{len(data):,} bytes, more than {_MAX_NBYTES:,}")
    return _counted_head(len(data)) + data
