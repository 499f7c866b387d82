"""Mask files: read by an interpreter of opcodes, written byte by byte. Nothing of them is run."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecogview.data.closing import Closing
from ecogview.data.file_signature import FileSignature
from ecogview.data.mask_encoder import FlagSource, UnwritableError, encode_mask
from ecogview.data.mask_nodes import Dict, Node
from ecogview.data.mask_opcodes import interpret
from ecogview.data.mask_stream import MAX_FILE, MalformedError, OpcodeStream, Source
from ecogview.data.mask_values import Budget, Flags, carried, carried_key, flags_of, odd_form
from ecogview.data.safe_write import replace_file
from ecogview.errors import MaskFileError

TRACKS = ("hf", "sat", "ch")
MAX_EXTRA = 128 << 20
_MAX_READ = 448 << 20
REMEDY = "restore an earlier version of the mask, or have it detected anew"


class MaskFile(Closing):
    """An open mask file: what it describes is known, its arrays are still in the file.

    Raises
    ------
    MaskFileError
        From the constructor and from every method, if the file is no mask.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._source = Source(path)
        self._stream = OpcodeStream(self._source)
        try:
            self._values = self._top_level()
        except BaseException:
            self.close()
            raise

    @property
    def signature(self) -> FileSignature:
        return self._source.signature

    @property
    def keys(self) -> list[Any]:
        """Keys in the order of the file; `Uncarried` in the place of one that cannot be one."""
        return list(self._values)

    def flags(self, key: str) -> Flags:
        """The flags under a key, checked for shape and size."""
        if key not in self._values:
            raise self._error(f"has no key {key!r}")
        with self._reported():
            return flags_of(key, self._values[key])

    def odd_form(self, key: str) -> str | None:
        """What flags are, in words, where they are no array of booleans of one dimension."""
        with self._reported():
            return odd_form(self._values[key])

    def chunks(self, flags: Flags) -> Iterator[NDArray[np.bool_]]:
        """Read flags a piece at a time, as consecutive bool arrays."""
        with self._reported():
            yield from flags.chunks()

    def value(self, key: Any, budget: Budget) -> Any:
        """The value under a key as it is, `Uncarried` where it cannot be written back."""
        with self._reported():
            return carried(self._values[key], budget)

    def check_unchanged(self) -> None:
        """Raise if the file was written to while it was read."""
        self._source.check_unchanged()

    def _top_level(self) -> dict[Any, Node]:
        if not self._source.size:
            raise self._error("is empty (0 bytes)")
        with self._reported("is no readable mask: it "):
            top = interpret(self._stream)
            if type(top) is not Dict:
                raise MalformedError("holds something other than a dict")
            values: dict[Any, Node] = {}
            for key_node, value in top.pairs:
                key = carried_key(key_node)
                if key in values:
                    raise MalformedError("holds a key twice")
                values[key] = value
            return values

    @contextmanager
    def _reported(self, prefix: str = "") -> Iterator[None]:
        try:
            yield
        except MalformedError as error:
            raise self._error(prefix + str(error)) from error
        except ValueError as error:
            at = self._stream.position
            raise self._error(f"is no readable mask: no sense before byte {at:,}") from error
        except OSError as error:
            raise self._error(f"cannot be read ({error.strerror})") from error

    def _error(self, reason: str) -> MaskFileError:
        return MaskFileError(self._source.path, reason, REMEDY)

    def close(self) -> None:
        self._source.close()


def read_mask(path: str | os.PathLike[str]) -> dict[Any, Any]:
    """Read a mask file.

    Parameters
    ----------
    path : str or path-like
        A ``.mask.pkl`` file, of any pickle protocol, Python and NumPy version.

    Returns
    -------
    dict
        `hf` and `sat`, bool arrays of shape (samples,), True where bad; `ch`, bool of shape
        (channels,), where the file has it; other keys as they are. A value that cannot be read
        safely is an `Uncarried`, which says what it is; `write_mask` refuses it.

    Raises
    ------
    MaskFileError
        If the file cannot be read, is no mask, or its flags take more than 448 MiB.
    """
    with MaskFile(path) as file:
        keys = file.keys
        flags = [file.flags(key) for key in TRACKS if key != "ch" or key in keys]
        left = _MAX_READ - sum(track.length for track in flags)
        if left < 0:
            raise MaskFileError(
                path,
                f"takes {_MAX_READ - left:,} bytes as booleans, more than {_MAX_READ:,}",
                "open the recording as a DataFile, which keeps bad samples as spans",
            )
        budget = Budget(min(left, MAX_EXTRA))
        tracks = {track.key: _joined(track.length, file.chunks(track)) for track in flags}
        mask = {key: tracks[key] if key in tracks else file.value(key, budget) for key in keys}
        file.check_unchanged()
    return mask


def write_mask(path: str | os.PathLike[str], mask: Mapping[Any, Any]) -> None:
    """Write a mask file that Python 3.7 with NumPy 1.x can load, at once or not at all.

    Parameters
    ----------
    path : str or path-like
        Replaced if it exists; what it held first is kept as ``<name>.bak``.
    mask : mapping
        `hf`, `sat` and, unless the lab's scripts are to guess, `ch`: flags of one dimension, bool
        or 0 and 1. Other keys may hold None, numbers, text, bytes, arrays of those, and lists,
        tuples and dicts of all this.

    Raises
    ------
    MaskFileError
        If the mask lacks `hf` or `sat`, holds what cannot be written, or writing fails. The file
        is then as it was.
    """
    for key in ("hf", "sat"):
        if key not in mask:
            raise MaskFileError(path, f"the mask to write has no key {key!r}", "add it")
    checked = {k: _flags(path, k, v) if k in TRACKS else v for k, v in mask.items()}
    write_items(path, checked, expected=None, overwrite=True)


def write_items(
    path: str | os.PathLike[str],
    items: Mapping[Any, Any | FlagSource],
    *,
    expected: FileSignature | None,
    overwrite: bool,
    keep_as: Path | None = None,
) -> FileSignature:
    """Write a mask whose tracks may be made piece by piece; see `replace_file`."""
    try:
        return replace_file(
            path,
            _limited(items),
            backup=True,
            expected=expected,
            overwrite=overwrite,
            keep_as=keep_as,
        )
    except UnwritableError as error:
        raise MaskFileError(
            path, f"cannot be written: {error}", "leave it out, or store it another way"
        ) from error


def _limited(items: Mapping[Any, Any | FlagSource]) -> Iterator[bytes | memoryview]:
    written = 0
    for piece in encode_mask(items):
        written += len(piece)
        if written > MAX_FILE:
            raise UnwritableError(f"it has more than {MAX_FILE:,} bytes")
        yield piece


def _joined(length: int, chunks: Iterator[NDArray[np.bool_]]) -> NDArray[np.bool_]:
    flags = np.empty(length, bool)
    at = 0
    for chunk in chunks:
        flags[at : at + len(chunk)] = chunk
        at += len(chunk)
    return flags


def _flags(path: str | os.PathLike[str], key: str, value: Any) -> NDArray[np.bool_]:
    with suppress(ValueError, TypeError):
        array = np.asarray(value)
        is_flat = array.ndim == 1 or (array.ndim == 2 and 1 in array.shape)
        if is_flat and (
            array.dtype == bool
            or array.size == 0
            or (array.dtype.kind in "iuf" and np.isin(array, (0, 1)).all())
        ):
            return array.reshape(-1).astype(bool, copy=False)
    raise MaskFileError(
        path, f"key {key!r} to write is not made of flags", "give booleans of one dimension"
    )
