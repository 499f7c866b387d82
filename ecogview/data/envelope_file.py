"""The pyramid and the quality map of a recording, kept in one file: complete or absent.

On Windows an open file can be neither replaced nor removed: whoever finds one damaged closes it
before making it anew, and where another process has it open, what that one uses is kept if sound.
"""

from __future__ import annotations

import contextlib
import errno
import io
import logging
import os
import weakref
from bisect import bisect
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ecogview.data.block_sums import BLOCK_BYTES, add_to_sums, block_sum
from ecogview.data.closing import Closing
from ecogview.data.envelope_spec import SUM_BYTES, EnvelopeSpec, KeptArray
from ecogview.data.positioned_read import PositionedFile
from ecogview.data.positioned_write import write_from
from ecogview.data.safe_write import sync_folder, temporary_beside
from ecogview.errors import EcogviewError, RecordingError

_log = logging.getLogger(__name__)
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class DamagedEnvelope(EcogviewError):  # noqa: N818  what is found, not what went wrong
    """A kept overview that does not hold what was written, or cannot be read any more."""


class EnvelopeWriteError(EcogviewError):
    """A kept overview that cannot be written: the disk is full, fails or is gone."""


class EnvelopeFile(Closing):
    """A kept overview open for reading; one thread owns it. Made by `open`.

    It is never believed unseen: each block's checksum is compared when it is first read. Holds
    the checksums, 70 KB for a recording of 27 GB, and one block of 128 KiB.
    """

    def __init__(self, file: PositionedFile, spec: EnvelopeSpec, sums: NDArray[np.uint64]) -> None:
        self.spec = spec
        self._file = file
        self._sums = sums
        self._is_checked = np.zeros(len(sums), bool)
        self._arrays = _placed(spec)
        self._data_start = spec.data_start
        self._data_bytes = spec.data_bytes
        self._scratch = np.empty(BLOCK_BYTES, np.uint8)

    @classmethod
    def open(cls, path: str | os.PathLike[str], spec: EnvelopeSpec) -> Self | None:
        """Open the file that `spec` describes, and note that it was used now.

        Returns
        -------
        EnvelopeFile or None
            None where there is no such file, or one that is truncated, foreign, of another version
            of the format or the recording, or damaged at its front: the log tells why.
        """
        try:
            file = PositionedFile(path)
        except RecordingError as error:
            _log.info("no kept overview: %s", error)
            return None
        try:
            sums, reason = _read_front(file, spec)
        except RecordingError as error:
            sums, reason = None, error.reason
        if sums is None:
            file.close()
            _log.warning("kept overview is not used: %s %s", path, reason)
            return None
        # The oldest go first; in a shared folder only a file's owner can say that it is in use.
        with contextlib.suppress(OSError):
            os.utime(path)
        return cls(file, spec, sums)

    @property
    def path(self) -> Path:
        return self._file.path

    def read_all(self, name: str, out: NDArray[Any]) -> None:
        """Read an array into one of its shape and dtype, C-contiguous; raises as `read_rows`."""
        array, position = self._arrays[name]
        if out.shape != array.shape or out.dtype != array.dtype:
            raise ValueError(f"{name} is {array.dtype} {array.shape}, not {out.dtype} {out.shape}")
        self._fill(out.reshape(-1).view(np.uint8), position)

    def read_rows(
        self, name: str, start: int, stop: int, out: NDArray[Any] | None = None
    ) -> NDArray[Any]:
        """Read rows ``[start, stop)`` of an array.

        Parameters
        ----------
        name : str
            One of `spec.arrays`.
        start, stop : int
            Bins of a level, cells of a figure.
        out : ndarray, optional
            To be filled, of the array's dtype and C-contiguous; may have more rows.

        Returns
        -------
        ndarray, shape (stop - start, ...)
            The first rows of `out`, or a fresh, C-contiguous array: (bins, 2, channels) in the
            recording's dtype for a level, (cells, channels) or (cells,) for a figure.

        Raises
        ------
        KeyError
            If there is no such array.
        ValueError
            If the range does not lie within ``0 <= start <= stop <= rows``.
        DamagedEnvelope
            If the file does not hold what was written, has become shorter or cannot be read.
        """
        array, position = self._arrays[name]
        if not 0 <= start <= stop <= array.shape[0]:
            raise ValueError(f"rows {start} to {stop} do not lie within 0 to {array.shape[0]}")
        if out is None:
            out = np.empty((stop - start, *array.shape[1:]), array.dtype)
        rows = out[: stop - start]
        self._fill(rows.reshape(-1).view(np.uint8), position + start * array.row_bytes)
        return rows

    def check(self) -> None:
        """Compare every block not read so far; `DamagedEnvelope` at the first that differs."""
        for block in np.flatnonzero(~self._is_checked).tolist():
            self._check(block)

    def close(self) -> None:
        self._file.close()

    def _fill(self, target: NDArray[np.uint8], position: int) -> None:
        done = 0
        while done < target.size:
            block, offset = divmod(position + done, BLOCK_BYTES)
            if self._is_checked[block]:
                rest = self._is_checked[block : -(-(position + target.size) // BLOCK_BYTES)]
                n_checked = len(rest) if rest.all() else int(rest.argmin())
                part = target[done : done + n_checked * BLOCK_BYTES - offset]
                self._read(part, position + done)
            else:
                part = target[done : done + BLOCK_BYTES - offset]
                part[:] = self._check(block)[offset : offset + part.size]
            done += part.size

    def _check(self, block: int) -> NDArray[np.uint8]:
        """Content of a block that is as it was written, until the next one is asked for."""
        start = block * BLOCK_BYTES
        content = self._scratch[: self._data_bytes - start]
        self._read(content, start)
        if block_sum(content, 0) != int(self._sums[block]):
            raise DamagedEnvelope(
                self.path,
                f"does not hold what was written in its block {block:,} of {len(self._sums):,}",
                "it is made anew from the recording",
            )
        self._is_checked[block] = True
        return content

    def _read(self, target: NDArray[np.uint8], position: int) -> None:
        try:
            got = self._file.read_into(target, self._data_start + position)
        except RecordingError as error:
            raise DamagedEnvelope(self.path, error.reason, error.remedy) from error
        if got < target.size:
            raise DamagedEnvelope(
                self.path,
                f"has become shorter: {self._file.size_now():,} of {self.spec.n_bytes:,} bytes",
                "it is made anew from the recording",
            )


class EnvelopeWriter(Closing):
    """Writes a kept overview under a temporary name; `finish` gives it its own.

    One thread owns it. Leaving its context without `finish` abandons it. Several writers of one
    file do not hurt each other: the last to finish wins.

    Parameters
    ----------
    path : Path
        What the complete file will be named; its folder must exist.
    spec : EnvelopeSpec
        What will be written.

    Raises
    ------
    EnvelopeWriteError
        If the temporary file cannot be made.
    """

    def __init__(self, path: Path, spec: EnvelopeSpec) -> None:
        self.path = Path(path)
        self.spec = spec
        self._arrays = _placed(spec)
        self._data_start = spec.data_start
        self._sums = np.zeros(spec.n_blocks, np.uint64)
        self._written = {array.name: _Rows() for array in spec.arrays}
        try:
            with contextlib.ExitStack() as held:
                self._temporary = held.enter_context(temporary_beside(self.path))
                self._file = held.enter_context(io.FileIO(self._temporary, "xb", opener=_create))
                self._file.truncate(spec.n_bytes)
                # Also when it is forgotten: half a file is of no use to anyone.
                self._close = weakref.finalize(self, held.pop_all().close)
        except OSError as error:
            raise self._error(error) from error

    def write_rows(self, name: str, first_row: int, rows: NDArray[Any]) -> None:
        """Write rows of an array, in any order, each once.

        Parameters
        ----------
        name : str
            One of `spec.arrays`.
        first_row : int
            Bin of a level, cell of a figure.
        rows : ndarray, shape (rows, ...)
            In the array's dtype; copied only where it is not C-contiguous.

        Raises
        ------
        KeyError
            If there is no such array.
        ValueError
            If the rows do not fit into the array, some have been written before, or the writer has
            finished, failed or been abandoned.
        EnvelopeWriteError
            If the disk is full or fails; the temporary file is gone then.
        """
        self._require_open()
        array, position = self._arrays[name]
        if rows.dtype != array.dtype or rows.shape[1:] != array.shape[1:]:
            raise ValueError(
                f"rows of {name} are {array.dtype} {array.shape[1:]}, "
                f"not {rows.dtype} {rows.shape[1:]}"
            )
        if not 0 <= first_row <= first_row + len(rows) <= array.shape[0]:
            raise ValueError(
                f"{len(rows)} rows from {first_row} on do not lie within 0 to {array.shape[0]}"
            )
        self._written[name].add(first_row, first_row + len(rows))
        data = np.ascontiguousarray(rows).reshape(-1).view(np.uint8)
        at = position + first_row * array.row_bytes
        self._write(data, self._data_start + at)
        add_to_sums(self._sums, data, at)

    def finish(self) -> None:
        """Let the file take its name: complete, on the disk, and in its place at once.

        Raises
        ------
        ValueError
            If rows are missing, or the writer has finished, failed or been abandoned.
        EnvelopeWriteError
            If the disk is full or fails, or another process holds a file of that name that is not
            sound. A sound one is as good: then this is no error, and the temporary file is gone.
        """
        self._require_open()
        for name, (array, _) in self._arrays.items():
            n_written = self._written[name].count
            if n_written < array.shape[0]:
                raise ValueError(f"{n_written} of {array.shape[0]} rows of {name} were written")
        self._write(np.frombuffer(self.spec.front(self._sums.tobytes()), np.uint8), 0)
        try:
            os.fsync(self._file.fileno())
            self._file.close()
            self._temporary.replace(self.path)
        except PermissionError as error:
            self.abandon()
            if not _is_sound(self.path, self.spec):
                raise self._error(error) from error
        except OSError as error:
            self.abandon()
            raise self._error(error) from error
        self.abandon()
        sync_folder(self.path.parent)

    def abandon(self) -> None:
        """Remove the temporary file; nothing happens once it has finished."""
        with contextlib.suppress(OSError):
            self._close()

    def close(self) -> None:
        self.abandon()

    def _write(self, data: NDArray[np.uint8], offset: int) -> None:
        try:
            write_from(self._file.fileno(), data, offset)
        except OSError as error:
            self.abandon()
            raise self._error(error) from error

    def _require_open(self) -> None:
        if not self._close.alive:
            raise ValueError(f"{self.path} has been finished or abandoned")

    def _error(self, error: OSError) -> EnvelopeWriteError:
        return EnvelopeWriteError(
            self.path,
            f"an overview of {self.spec.n_bytes:,} bytes cannot be written: "
            f"{error.strerror or error}",
            _remedy(error, self.path),
        )


def _remedy(error: OSError, path: Path) -> str:
    if error.errno in _NO_ROOM:
        return "make room on the disk, or name another folder for overviews"
    if path.is_dir():
        return "remove the folder of that name, or name another folder for overviews"
    if isinstance(error, PermissionError):
        return "let its folder be written to, or name another folder for overviews"
    return "look at the disk, or name another folder for overviews"


class _Rows:
    """Rows that have come, as sorted half-open runs that do not touch."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._stops: list[int] = []

    @property
    def count(self) -> int:
        return sum(self._stops) - sum(self._starts)

    def add(self, start: int, stop: int) -> None:
        """Take in a run; `ValueError` if part of it has come before."""
        if start == stop:
            return
        place = bisect(self._starts, start)
        if (place and self._stops[place - 1] > start) or (
            place < len(self._starts) and self._starts[place] < stop
        ):
            raise ValueError(f"some of the rows {start} to {stop} have been written before")
        self._starts.insert(place, start)
        self._stops.insert(place, stop)
        for left in (place, place - 1):
            if 0 <= left < len(self._starts) - 1 and self._stops[left] == self._starts[left + 1]:
                del self._stops[left], self._starts[left + 1]


def _placed(spec: EnvelopeSpec) -> dict[str, tuple[KeptArray, int]]:
    positions = spec.positions()
    return {array.name: (array, positions[array.name]) for array in spec.arrays}


def _read_front(file: PositionedFile, spec: EnvelopeSpec) -> tuple[NDArray[np.uint64] | None, str]:
    """Return the checksums, or None and what speaks against the file."""
    if file.size != spec.n_bytes:
        return None, f"has {file.size:,} bytes, not {spec.n_bytes:,}"
    front = np.empty(spec.data_start, np.uint8)
    file.read_into(front, 0)
    start = len(spec.header())
    sums = front[start : start + spec.n_blocks * SUM_BYTES].tobytes()
    if front.tobytes() != spec.front(sums):
        return None, "is of another version, of something else, or damaged"
    return np.frombuffer(sums, np.uint64), ""


def _is_sound(path: Path, spec: EnvelopeSpec) -> bool:
    kept = EnvelopeFile.open(path, spec)
    if kept is None:
        return False
    with kept:
        try:
            kept.check()
        except DamagedEnvelope as error:
            _log.warning("%s", error)
            return False
    return True


def _create(path: str, flags: int) -> int:
    # Readable for whoever shares the folder, as far as the user's umask allows.
    return os.open(path, flags, 0o644)
