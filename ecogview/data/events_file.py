"""Events, times and labels, from tables of BIDS, CSV and arrays of NumPy.

Brain Imaging Data Structure 1.10: ``…_events.tsv`` has the columns onset and duration, in seconds
from the first sample, and may have others.
"""

from __future__ import annotations

import csv
import io
import math
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecogview.data.marks_table import Row
from ecogview.data.npy_table import read_npy
from ecogview.data.positioned_read import PositionedFile
from ecogview.errors import EcogviewError, MaskFileError, RecordingError, printable

SUFFIXES = (".tsv", ".csv", ".txt", ".npy")
BESIDE = (".events.tsv", "_events.tsv", ".events.csv", "_events.csv", ".events.npy", "_events.npy")

_TIMES = ("onset", "time_s", "time", "times", "seconds", "t", "start_s", "start")
_LABELS = ("trial_type", "label", "labels", "description", "name", "event", "type", "value", "code")
_MAX_BYTES = 1 << 27
_MAX_EVENTS = 3_000_000
_LONGEST_LABEL = 200
_UNKNOWN = ("", "n/a", "nan", "NaN")
_REMEDY = "correct it, or export it anew"


@dataclass(frozen=True, slots=True, eq=False)
class EventTable:
    """Events as a file has them, in the order of their times.

    Parameters
    ----------
    path : Path
    times_s : ndarray of float64, shape (events,)
        Seconds from the first sample, finite, sorted; also such as lie outside a recording.
    codes : ndarray of int32, shape (events,)
        Index into `names`.
    names : tuple of str
        Labels as plain text; an empty one where the file has none.
    notes : tuple of str
        What was left out or guessed, in words.
    """

    path: Path
    times_s: NDArray[np.float64]
    codes: NDArray[np.int32]
    names: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.times_s)


def read_events(path: str | os.PathLike[str]) -> EventTable:
    """Read events from a file; its ending says what it is.

    Parameters
    ----------
    path : str or path-like
        ``.npy``: times in seconds, of shape (events,), or (events, 2) with a number as label, or
        structured with a field of times and one of labels. ``.tsv``: a table with tabs, as in
        BIDS. Others: a table with commas, semicolons or tabs. The first line of a table names its
        columns; without, the first one is the time, and a second one the label. Times are called
        onset, time, time_s, seconds …, labels trial_type, label, description, name, event …

    Raises
    ------
    EcogviewError
        If it is no such file, has more than 128 MiB or 3,000,000 events; line and column, or what
        was found, are named.
    """
    path = Path(path)
    if path.suffix.lower() == ".npy":
        return _from_array(path, read_npy(path))
    try:
        return _from_table(path, _text(path))
    except MaskFileError as error:  # of a cell; it is no mask that cannot be read
        raise EcogviewError(path, error.reason, error.remedy) from error


def events_beside(path: Path) -> Path | None:
    """The file of events that lies beside a recording and is named like it, if there is one.

    ``rec001.M.clfp.dat`` has ``rec001.M.clfp.events.tsv``, ``rec001.M.clfp_events.tsv``, or the
    same with ``rec001``; also as ``.csv`` and ``.npy``.
    """
    stem = path.name.removesuffix(path.suffix)
    for known in dict.fromkeys((stem, path.name.partition(".")[0])):
        for ending in BESIDE:
            candidate = path.with_name(known + ending)
            if candidate.is_file():
                return candidate
    return None


# -- arrays


def _from_array(path: Path, values: NDArray[Any]) -> EventTable:
    names = values.dtype.names
    if names is not None:
        time, label = _column(names, _TIMES), _column(names, _LABELS)
        if time is None:
            raise EcogviewError(
                path,
                f"has the fields {printable(', '.join(names), 200)}, none of which is a time",
                f"call it {_TIMES[0]} or {_TIMES[1]}",
            )
        flat = values.ravel()
        return _table(path, flat[time], None if label is None else flat[label])
    if values.ndim == 2 and 1 not in values.shape:
        if values.shape[1] != 2:
            raise EcogviewError(
                path,
                f"has the shape {values.shape}, not (events,) or (events, 2)",
                "save one column of times in seconds, or times and codes",
            )
        return _table(path, values[:, 0], values[:, 1])
    return _table(path, values.ravel(), None)


def _table(path: Path, times: NDArray[Any], labels: NDArray[Any] | None) -> EventTable:
    if times.dtype.kind not in "fiu":
        raise EcogviewError(path, "has times that are no numbers", "save them as float64, seconds")
    notes = []
    if times.dtype.kind in "iu" and len(times):
        notes.append("whole numbers were taken for seconds, not samples")
    if labels is None:
        return _collected(path, times.astype(np.float64), ("",) * len(times), notes)
    if labels.dtype.kind == "S":
        words: Iterable[str] = (word.decode("utf-8", "replace") for word in labels.tolist())
    elif labels.dtype.kind == "f":
        words = (f"{number:.6g}" for number in labels.tolist())
    else:
        words = map(str, labels.tolist())
    return _collected(path, times.astype(np.float64), words, notes)


# -- tables


def _text(path: Path) -> str:
    try:
        with PositionedFile(path) as file:
            if file.size > _MAX_BYTES:
                raise EcogviewError(
                    path,
                    f"has {file.size:,} bytes, and at most {_MAX_BYTES:,} are read",
                    "split it",
                )
            buffer = np.empty(file.size, np.uint8)
            content = buffer[: file.read_into(buffer, 0)].tobytes()
    except RecordingError as error:
        raise EcogviewError(path, error.reason, error.remedy) from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise EcogviewError(path, f"line {line:,}: is not UTF-8 text", _REMEDY) from error


def _from_table(path: Path, text: str) -> EventTable:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(path, text))
    columns: tuple[str, ...] | None = None
    time, label = "time", None
    times: list[float] = []
    words: list[str] = []
    n_unknown = 0
    try:
        for cells in reader:
            if not cells:
                continue
            if columns is None:
                columns, time, label = _columns(path, cells)
                if columns == tuple(cell.strip() for cell in cells):
                    continue
            if len(cells) != len(columns):
                raise EcogviewError(
                    path,
                    f"line {reader.line_num:,}: has {len(cells)} columns, the first line "
                    f"{len(columns)}",
                    _REMEDY,
                )
            row = Row(path, reader.line_num, dict(zip(columns, cells, strict=True)))
            if row.text(time).strip() in _UNKNOWN:
                n_unknown += 1
                continue
            times.append(row.number(time))
            words.append("" if label is None else row.text(label))
            if len(times) > _MAX_EVENTS:
                raise EcogviewError(path, f"has more than {_MAX_EVENTS:,} events", "split it")
    except csv.Error as error:
        raise EcogviewError(path, f"after line {reader.line_num:,}: {error}", _REMEDY) from error
    if columns is None:
        raise EcogviewError(path, "is empty", _REMEDY)
    notes = [f"left out, rows without a time: {n_unknown:,}"] if n_unknown else []
    return _collected(path, np.array(times, np.float64), words, notes)


def _delimiter(path: Path, text: str) -> str:
    first = text.lstrip("\r\n").partition("\n")[0]
    if path.suffix.lower() == ".tsv" or "\t" in first:
        return "\t"
    return ";" if first.count(";") > first.count(",") else ","


def _columns(path: Path, cells: Sequence[str]) -> tuple[tuple[str, ...], str, str | None]:
    """Names of the columns, which of them are time and label; of a table without names, ours."""
    names = tuple(cell.strip() for cell in cells)
    if _is_number(names[0]):
        if len(names) > 2:
            raise EcogviewError(
                path,
                f"line 1: names no columns, and there are {len(names)}",
                f"name them: {_TIMES[0]} in seconds, {_LABELS[1]}",
            )
        return ("time", "label")[: len(names)], "time", "label" if len(names) == 2 else None
    time = _column(names, _TIMES)
    if time is None:
        raise EcogviewError(
            path,
            f"line 1: has the columns {printable(', '.join(names), 200)!r}, none of them a time",
            f"call it {_TIMES[0]} or {_TIMES[1]}, in seconds",
        )
    if len(set(names)) < len(names):
        raise EcogviewError(path, "line 1: names a column twice", _REMEDY)
    return names, time, _column(names, _LABELS)


def _column(names: Sequence[str], wanted: Sequence[str]) -> str | None:
    """The first of the wanted columns that is there, in whatever case."""
    known = {name.casefold(): name for name in reversed(names)}
    return next((known[name] for name in wanted if name in known), None)


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


# -- both


def _collected(
    path: Path, times_s: NDArray[np.float64], words: Iterable[str], notes: Sequence[str]
) -> EventTable:
    """Sorted by time, labels counted once; what has no finite time is left out."""
    if len(times_s) > _MAX_EVENTS:
        raise EcogviewError(
            path, f"has {len(times_s):,} events, and at most {_MAX_EVENTS:,} are read", "split it"
        )
    known: dict[str, int] = {}
    codes = np.fromiter((known.setdefault(w, len(known)) for w in words), np.int32, len(times_s))
    said, finite = list(notes), np.isfinite(times_s)
    if not finite.all():
        said.append(f"left out, times that are no numbers: {np.count_nonzero(~finite):,}")
        times_s, codes = times_s[finite], codes[finite]
    order = np.argsort(times_s, kind="stable")
    names = tuple(_label(word) for word in known)
    return EventTable(path, times_s[order], codes[order], names, tuple(said))


def _label(word: str) -> str:
    word = word.strip()
    return "" if word in _UNKNOWN else printable(word, _LONGEST_LABEL)
