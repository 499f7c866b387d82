"""Tables of marks in any of the formats that are read, told apart by what their first line says."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from ecogview.data.bids_marks import (
    EVENT_COLUMNS,
    read_channels_tsv,
    read_events_tsv,
    write_channels_tsv,
    write_events_tsv,
)
from ecogview.data.marks_table import ImportedMarks
from ecogview.data.mask_tracks import MaskTracks, empty_tracks
from ecogview.data.mne_marks import COLUMNS, read_annotations_csv, write_annotations_csv
from ecogview.data.positioned_read import PositionedFile
from ecogview.data.recording import RecordingInfo
from ecogview.errors import MaskFileError, RecordingError

MarksFormat = Literal["channels", "events", "mne"]
FORMAT_NAMES: dict[MarksFormat, str] = {
    "channels": "BIDS channels",
    "events": "BIDS events",
    "mne": "MNE annotations",
}
CHANNELS_ENDING, EVENTS_ENDING = "_channels.tsv", "_events.tsv"
ANNOTATIONS_ENDING = "-annot.csv"

_SIGNS: tuple[tuple[MarksFormat, str, frozenset[str]], ...] = (
    ("channels", "\t", frozenset({"name", "status"})),
    ("events", "\t", frozenset(EVENT_COLUMNS)),
    ("mne", ",", frozenset(COLUMNS)),
)
_HEAD_BYTES = 1 << 14
_READERS = {
    "channels": read_channels_tsv,
    "events": read_events_tsv,
    "mne": read_annotations_csv,
}


@dataclass(frozen=True, slots=True, eq=False)
class MarksFile:
    """What one file marks.

    Parameters
    ----------
    path : Path
    format : str
        What its first line shows it to be.
    marks : ImportedMarks
    """

    path: Path
    format: MarksFormat
    marks: ImportedMarks


def guess_format(path: str | os.PathLike[str]) -> MarksFormat:
    """Tell a format by the names of its columns; `MaskFileError` if it is none that is read."""
    try:
        with PositionedFile(path) as file:
            buffer = np.empty(min(file.size, _HEAD_BYTES), np.uint8)
            head = buffer[: file.read_into(buffer, 0)].tobytes()
    except RecordingError as error:
        raise MaskFileError(path, error.reason, error.remedy) from error
    first = next(iter(head.decode("utf-8-sig", "replace").splitlines()), "")
    for name, delimiter, columns in _SIGNS:
        if columns <= {cell.strip().strip('"') for cell in first.split(delimiter)}:
            return name
    raise MaskFileError(
        path,
        "is no table of marks that is known",
        "BIDS channels.tsv and events.tsv are read, and annotations that MNE saved as CSV",
    )


def read_marks(path: str | os.PathLike[str], info: RecordingInfo) -> MarksFile:
    """Read a table of any format; `MaskFileError` names what is wrong, and where."""
    kind = guess_format(path)
    return MarksFile(Path(path), kind, _READERS[kind](path, info))


def with_marks(
    tracks: MaskTracks, files: Sequence[MarksFile], labels: Sequence[str], *, replaces: bool
) -> MaskTracks:
    """Add what files mark to other marks, or put it in their place.

    Parameters
    ----------
    tracks : MaskTracks
    files : sequence of MarksFile
    labels : sequence of str
        Of the channels of `tracks`, in order.
    replaces : bool
        Drop all spans there are if any file is one of spans, and let channels be good that a file
        calls so. Else nothing that is bad becomes good.
    """
    if replaces and any(file.format != "channels" for file in files):
        none = empty_tracks(tracks.n_samples, len(labels))
        tracks = replace(tracks, hf=none.hf, sat=none.sat, manual=none.manual)
    for file in files:
        marks = file.marks if replaces else replace(file.marks, good_channels=())
        tracks = marks.onto(tracks, labels)
    return tracks


def channels_path_beside(events: Path) -> Path:
    """Where ``channels.tsv`` goes that belongs to an ``events.tsv``."""
    return events.with_name(events.name.removesuffix(EVENTS_ENDING) + CHANNELS_ENDING)


def write_bids_pair(
    events: Path, info: RecordingInfo, tracks: MaskTracks, *, overwrite: bool = False
) -> tuple[Path, Path]:
    """Write channels, then events, each at once or not at all; return where they are.

    Raises `MaskFileError` if one cannot be written, or exists and is not to be replaced.
    """
    channels = channels_path_beside(events)
    if not overwrite:
        for path in (channels, events):
            if os.path.lexists(path):
                raise MaskFileError(path, "exists", "choose another name")
    write_channels_tsv(channels, info, tracks, overwrite=overwrite)
    write_events_tsv(events, info, tracks, overwrite=overwrite)
    return channels, events


def write_annotations(
    path: Path, info: RecordingInfo, tracks: MaskTracks, *, overwrite: bool = False
) -> tuple[Path]:
    """Write annotations for MNE, which hold no channels; return where they are."""
    write_annotations_csv(path, info, tracks, overwrite=overwrite)
    return (path,)
