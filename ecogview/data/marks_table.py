"""Marks as tables of other programs: what their importers and exporters share.

Cells are plain text: what a spreadsheet would take for a formula gets an apostrophe in front.
"""

from __future__ import annotations

import csv
import io
import math
import os
import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ecogview.data.mask_tracks import MaskTracks
from ecogview.data.positioned_read import PositionedFile
from ecogview.data.recording import RecordingInfo
from ecogview.data.safe_write import replace_file
from ecogview.dsp.runs import EMPTY, Runs
from ecogview.errors import MaskFileError, RecordingError, printable

KINDS = ("hf", "sat", "manual")

_MAX_BYTES = 1 << 27
_MAX_ROWS = 3_000_000
_BLOCK_ROWS = 10_000
_MAX_SECONDS = 1e9
_ROUNDING_S = 2e-6  # MNE rounds onset and duration to microseconds
_NUMBER = re.compile(r"[+-]?([0-9]{1,30}(\.[0-9]{0,30})?|\.[0-9]{1,30})([eE][+-]?[0-9]{1,3})?")
_FORMULA = re.compile(r"'*[=+\-@]")
_REMEDY = "correct it, or export it anew"


@dataclass(frozen=True, slots=True, eq=False)
class ImportedMarks:
    """What a table of another program marks; nothing is applied yet.

    Parameters
    ----------
    hf, sat, manual : Runs
        Spans that are bad; what has another name than one of our kinds counts as `manual`.
    bad_channels, good_channels : tuple of str
        Labels that the table calls bad and good; empty where it says nothing of channels.
    notes : tuple of str
        What was left out, in words.
    """

    hf: Runs = EMPTY
    sat: Runs = EMPTY
    manual: Runs = EMPTY
    bad_channels: tuple[str, ...] = ()
    good_channels: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def onto(self, tracks: MaskTracks, labels: Sequence[str]) -> MaskTracks:
        """Add these marks to others; channels that are called good become so.

        `labels` are those of the channels of `tracks`, in order.
        """
        hf, sat = tracks.hf.union(self.hf), tracks.sat.union(self.sat)
        manual = tracks.manual.union(self.manual).difference(hf).difference(sat)
        flags = np.array(tracks.bad_channels)
        places = {label: index for index, label in enumerate(labels)}
        for names, value in ((self.good_channels, False), (self.bad_channels, True)):
            flags[[places[name] for name in names]] = value
        flags.setflags(write=False)
        return replace(tracks, hf=hf, sat=sat, manual=manual, bad_channels=flags)


# -- reading


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: where it stands, and its cells by column."""

    path: str | os.PathLike[str]
    line: int
    cells: dict[str, str]

    def text(self, column: str) -> str:
        return self.cells.get(column, "")

    def number(self, column: str, *, least: float = -_MAX_SECONDS) -> float:
        """A plain decimal number; anything else is an error."""
        text = self.cells[column].strip()
        value = float(text) if _NUMBER.fullmatch(text) else math.nan
        if not least <= value <= _MAX_SECONDS:
            raise self.wrong(column, f"is no number from {least:g} to {_MAX_SECONDS:g}")
        return value

    def wrong(self, column: str, reason: str, remedy: str = _REMEDY) -> MaskFileError:
        """An error that names the line, the column and what stands there."""
        found = printable(self.text(column), 40)
        return MaskFileError(
            self.path, f"line {self.line:,}, column '{column}': {found!r} {reason}", remedy
        )


def read_rows(path: str | os.PathLike[str], delimiter: str, needed: Sequence[str]) -> Iterator[Row]:
    """Read a table whose first line names its columns.

    Parameters
    ----------
    path : str or path-like
        UTF-8 text, with or without a byte order mark.
    delimiter : str
        What separates cells.
    needed : sequence of str
        Columns that must be there; others may be.

    Raises
    ------
    MaskFileError
        If it is no such table: the line and, where it is one, the column are named.
    """
    reader = csv.reader(
        io.TextIOWrapper(io.BytesIO(_content(path)), "utf-8-sig", newline=""),
        delimiter=delimiter,
        strict=True,
    )
    columns: list[str] | None = None
    try:
        for cells in reader:
            line = reader.line_num
            if line > _MAX_ROWS:
                raise MaskFileError(path, f"has more than {_MAX_ROWS:,} lines", "split it")
            if columns is None:
                columns = _header(path, cells, needed)
            elif len(cells) != len(columns):
                if cells:
                    raise MaskFileError(
                        path,
                        f"line {line:,}: has {len(cells)} columns, the first line {len(columns)}",
                        _REMEDY,
                    )
            else:
                yield Row(path, line, dict(zip(columns, map(_plain, cells), strict=True)))
    except (csv.Error, UnicodeDecodeError) as error:
        what = "is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else str(error)
        raise MaskFileError(path, f"after line {reader.line_num:,}: {what}", _REMEDY) from error
    if columns is None:
        raise MaskFileError(path, "is empty, without even a line of column names", _REMEDY)


class SpanCollector:
    """Gathers the bad spans of a table, in samples of a recording."""

    def __init__(self, info: RecordingInfo) -> None:
        self._info = info
        self._edges = {kind: array("q") for kind in KINDS}
        self._n_outside = self._n_other = 0

    def add(self, description: str, onset_s: float, duration_s: float) -> None:
        """Take a row, if it is one that MNE rejects: its description begins with "bad".

        Rounded outwards to samples; a span without a duration is one sample long.
        """
        described = description.strip().lower()
        if not described.startswith("bad"):
            self._n_other += 1
            return
        named = described[3:].lstrip("_- ")
        rate = self._info.sampling_rate
        slack = _ROUNDING_S * rate
        start = math.floor(onset_s * rate + slack)
        stop = max(math.ceil((onset_s + duration_s) * rate - slack), start + 1)
        start, stop = max(start, 0), min(stop, self._info.n_samples)
        if stop <= start:
            self._n_outside += 1
        else:
            self._edges[named if named in KINDS else "manual"].extend((start, stop))

    def marks(self, notes: Iterable[str] = ()) -> ImportedMarks:
        said = list(notes)
        if self._n_outside:
            spans = counted(self._n_outside, "bad span lies", "bad spans lie")
            said.append(f"{spans} outside the recording: left out")
        if self._n_other:
            rows = counted(self._n_other, "row is no bad span", "rows are no bad spans")
            said.append(f"{rows}: left out")
        hf, sat, manual = (Runs.of(np.array(self._edges[kind], np.int64)) for kind in KINDS)
        return ImportedMarks(hf, sat, manual, notes=tuple(said))


def counted(count: int, one: str, many: str) -> str:
    """A number and what it counts."""
    return f"{count:,} {one if count == 1 else many}"


def _content(path: str | os.PathLike[str]) -> bytes:
    try:
        with PositionedFile(path) as file:
            if file.size > _MAX_BYTES:
                raise MaskFileError(
                    path,
                    f"has {file.size:,} bytes, and at most {_MAX_BYTES:,} are read",
                    "split it",
                )
            buffer = np.empty(file.size, np.uint8)
            return buffer[: file.read_into(buffer, 0)].tobytes()
    except RecordingError as error:
        raise MaskFileError(path, error.reason, error.remedy) from error


def _header(path: str | os.PathLike[str], cells: list[str], needed: Sequence[str]) -> list[str]:
    columns = [cell.strip() for cell in cells]
    missing = [name for name in needed if name not in columns]
    if missing:
        raise MaskFileError(
            path, f"line 1: has no column {missing[0]!r}", f"columns are {', '.join(needed)}"
        )
    if len(set(columns)) < len(columns):
        raise MaskFileError(path, "line 1: names a column twice", _REMEDY)
    return columns


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


# -- writing


def write_rows(
    path: str | os.PathLike[str],
    delimiter: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    overwrite: bool,
) -> None:
    """Write a table, at once or not at all; `MaskFileError` if it cannot be, or already exists."""
    chunks = _encoded(delimiter, columns, rows)
    replace_file(path, chunks, backup=False, expected=None, overwrite=overwrite)


def spans_in_order(tracks: MaskTracks) -> Iterator[tuple[int, int, str]]:
    """Bad spans as (start, stop, "BAD_<kind>"), in samples, by their start."""
    kinds = tracks.tracks()
    bounds = np.concatenate([kinds[kind].bounds for kind in KINDS])
    which = np.repeat(np.arange(len(KINDS)), [len(kinds[kind]) for kind in KINDS])
    for index in np.lexsort((which, bounds[:, 0])).tolist():
        start, stop = bounds[index].tolist()
        yield start, stop, f"BAD_{KINDS[which[index]]}"


def text_cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula, on one line."""
    clean = printable(text)
    return f"'{clean}" if _FORMULA.match(clean) else clean


def seconds_cell(value: float) -> str:
    """Seconds to the nanosecond, without zeros at the end."""
    return f"{value:.9f}".rstrip("0").rstrip(".")


def _encoded(
    delimiter: str, columns: Sequence[str], rows: Iterable[Sequence[str]]
) -> Iterator[bytes]:
    block = io.StringIO()
    writer = csv.writer(block, delimiter=delimiter, lineterminator="\n")
    writer.writerow(columns)
    for count, row in enumerate(rows, 1):
        writer.writerow(row)
        if count % _BLOCK_ROWS == 0:
            yield block.getvalue().encode("utf-8")
            block.seek(0)
            block.truncate()
    yield block.getvalue().encode("utf-8")
