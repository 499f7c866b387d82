"""What a kept overview holds, and where in the file: all of it follows from the recording."""

from __future__ import annotations

import hashlib
import json
import math
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np

from ecogview.data.block_sums import BLOCK_BYTES
from ecogview.data.positioned_read import PositionedFile, check_regular
from ecogview.data.recording import Layout

FORMAT_VERSION = 1
"""Raised with every change of the layout, or of the meaning of what is kept."""

SUM_BYTES = 8
DIGEST_BYTES = 32

_PAGE = 4096
_MAGIC = b"\x93ecogview overview\n"


@dataclass(frozen=True, slots=True)
class SourceKey:
    """What tells a version of a recording: its absolute path, size in bytes, mtime in ns."""

    path: str
    size: int
    mtime_ns: int

    @classmethod
    def of(cls, path: str | os.PathLike[str]) -> Self:
        """Key of the file `path` leads to; `RecordingError` where there is no regular file."""
        status = check_regular(Path(path))
        return cls(os.path.realpath(path), status.st_size, status.st_mtime_ns)

    @classmethod
    def of_open(cls, file: PositionedFile) -> Self:
        """Key of what was opened: its path may lead to another version a moment later."""
        return cls(os.path.realpath(file.path), file.size, file.mtime_ns)

    def has_changed_since(self, head: bytes) -> bool:
        """Whether `head` starts a file kept for this recording when it was another version."""
        # The source comes first in the header, so all files of a recording start alike.
        same_path = _MAGIC + b'{"source":{"path":' + _json(self.path) + b","
        return head.startswith(same_path) and not head.startswith(self._start())

    @property
    def head_bytes(self) -> int:
        """How much of a file is enough to ask `has_changed_since`."""
        return len(self._start())

    def _start(self) -> bytes:
        return _MAGIC + b'{"source":' + _json(self.facts())

    def facts(self) -> dict[str, Any]:
        """The same as the header tells it."""
        return {"path": self.path, "size": int(self.size), "mtime_ns": int(self.mtime_ns)}


@dataclass(frozen=True, slots=True)
class KeptArray:
    """An array of the file: rows (bins or cells) one after the other, C-contiguous."""

    name: str
    dtype: np.dtype[Any]
    shape: tuple[int, ...]

    @property
    def row_bytes(self) -> int:
        return math.prod(self.shape[1:]) * self.dtype.itemsize

    @property
    def n_bytes(self) -> int:
        return self.shape[0] * self.row_bytes


@dataclass(frozen=True, slots=True)
class EnvelopeSpec:
    """Everything that decides what a kept overview holds and where.

    Parameters
    ----------
    source : SourceKey
        The version of the recording.
    n_samples, n_channels : int
    dtype : dtype
        Of a sample and so of the levels, little-endian.
    layout : {"interleaved", "planar"}
    sampling_rate : float
        In Hz.
    cell_s : float
        Length of a cell of the quality map, in seconds.
    bin_sizes : tuple of int
        Samples in a bin of each level, finest first.
    figures : tuple of KeptArray
        The quality map, of shapes (cells, channels) and (cells,).
    version : int, optional
        Of the format.
    variant : str, optional
        What else tells it from others of the recording: how its samples were processed.

    Raises
    ------
    ValueError
        If two arrays have one name.

    Notes
    -----
    Level ``k`` is the array named ``level_name(k)``, of shape (bins, 2, channels): ``[:, 0]`` the
    low, ``[:, 1]`` the high of each bin, ``bins = ceil(n_samples / bin_sizes[k])``.

    A file is the header, the table of checksums with its digest, and the arrays, each on a page of
    its own. Two specs that differ in anything have different headers.
    """

    source: SourceKey
    n_samples: int
    n_channels: int
    dtype: np.dtype[Any]
    layout: Layout
    sampling_rate: float
    cell_s: float
    bin_sizes: tuple[int, ...]
    figures: tuple[KeptArray, ...] = ()
    version: int = FORMAT_VERSION
    variant: str = ""
    arrays: tuple[KeptArray, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        levels = (
            KeptArray(
                level_name(level), self.dtype, (-(-self.n_samples // size), 2, self.n_channels)
            )
            for level, size in enumerate(self.bin_sizes)
        )
        object.__setattr__(self, "arrays", (*levels, *self.figures))
        if len({array.name for array in self.arrays}) < len(self.arrays):
            raise ValueError(f"names occur twice in {[array.name for array in self.arrays]}")

    @property
    def key(self) -> str:
        """32 hex digits that tell the recording and how it is read."""
        return hashlib.sha256(_json(self._identity())).hexdigest()[:32]

    def header(self) -> bytes:
        """First bytes of the file, a whole number of pages."""
        facts = {
            **self._identity(),
            "n_samples": int(self.n_samples),
            "cell_s": float(self.cell_s),
            "bin_sizes": [int(size) for size in self.bin_sizes],
            "block_bytes": BLOCK_BYTES,
            "arrays": [
                [array.name, array.dtype.str, [int(n) for n in array.shape]]
                for array in self.arrays
            ],
        }
        text = _MAGIC + _json(facts) + b"\n"
        return text.ljust(_whole_pages(len(text)), b"\0")

    def positions(self) -> dict[str, int]:
        """Where each array starts, in bytes from the first of the first array."""
        positions, stop = {}, 0
        for array in self.arrays:
            positions[array.name] = _whole_pages(stop)
            stop = positions[array.name] + array.n_bytes
        return positions

    @property
    def data_bytes(self) -> int:
        """From the first byte of the first array to the last of the last."""
        if not self.arrays:
            return 0
        last = self.arrays[-1]
        return self.positions()[last.name] + last.n_bytes

    @property
    def n_blocks(self) -> int:
        """Number of checksums."""
        return -(-self.data_bytes // BLOCK_BYTES)

    @property
    def data_start(self) -> int:
        """Where the first array starts in the file."""
        table = _whole_pages(self.n_blocks * SUM_BYTES + DIGEST_BYTES)
        return len(self.header()) + table

    @property
    def n_bytes(self) -> int:
        """Size of the file."""
        return self.data_start + self.data_bytes

    def front(self, sums: bytes) -> bytes:
        """All that comes before the arrays, given the checksums of their blocks."""
        told = self.header() + sums
        digest = hashlib.blake2b(told, digest_size=DIGEST_BYTES).digest()
        return (told + digest).ljust(self.data_start, b"\0")

    def _identity(self) -> dict[str, Any]:
        facts = {
            "source": self.source.facts(),
            "version": int(self.version),
            "n_channels": int(self.n_channels),
            "dtype": self.dtype.str,
            "layout": self.layout,
            "sampling_rate": float(self.sampling_rate),
        }
        return facts | {"variant": self.variant} if self.variant else facts


def level_name(level: int) -> str:
    """Name of the array of a level, 0 being the finest."""
    return f"level_{level}"


def _json(facts: dict[str, Any] | str) -> bytes:
    # ASCII, so that names of undecodable bytes can be written too.
    return json.dumps(facts, separators=(",", ":")).encode("ascii")


def _whole_pages(n_bytes: int) -> int:
    return -(-n_bytes // _PAGE) * _PAGE
