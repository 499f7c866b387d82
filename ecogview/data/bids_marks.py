"""Marks as the tables of BIDS: ``…_channels.tsv`` and ``…_events.tsv``.

Brain Imaging Data Structure 1.10, intracranial EEG.
"""

from __future__ import annotations

import os

from ecogview.data.lab_name import LabName
from ecogview.data.marks_table import (
    ImportedMarks,
    SpanCollector,
    counted,
    read_rows,
    seconds_cell,
    spans_in_order,
    text_cell,
    write_rows,
)
from ecogview.data.mask_tracks import MaskTracks
from ecogview.data.recording import RecordingInfo
from ecogview.errors import RecordingError, printable

CHANNEL_COLUMNS = (
    *("name", "type", "units", "low_cutoff", "high_cutoff", "status", "status_description"),
)
EVENT_COLUMNS = ("onset", "duration", "trial_type")

_NONE = "n/a"
_STATUSES = ("good", "bad", _NONE)


def write_channels_tsv(
    path: str | os.PathLike[str],
    info: RecordingInfo,
    tracks: MaskTracks,
    *,
    channel_type: str | None = None,
    overwrite: bool = False,
) -> None:
    """Write which channels are good and bad.

    Parameters
    ----------
    path : str or path-like
    info : RecordingInfo
    tracks : MaskTracks
        Its marks.
    channel_type : str, optional
        BIDS type of all channels; by default ECOG where the drive is named so, else SEEG, the type
        of contacts in depth.
    overwrite : bool, optional
        Replace a file of that name.

    Raises
    ------
    MaskFileError
        If it cannot be written, or exists.
    """
    kind = channel_type or ("ECOG" if "ECOG" in info.microdrive_name.upper() else "SEEG")
    low, high = _cutoffs(info)
    units = _NONE if info.units == "counts" else info.units
    rows = (
        (
            text_cell(label),
            text_cell(kind),
            units,
            low,
            high,
            *(("bad", "marked bad in ecogview") if is_bad else ("good", _NONE)),
        )
        for label, is_bad in zip(info.labels, tracks.bad_channels.tolist(), strict=True)
    )
    write_rows(path, "\t", CHANNEL_COLUMNS, rows, overwrite=overwrite)


def read_channels_tsv(path: str | os.PathLike[str], info: RecordingInfo) -> ImportedMarks:
    """Read which channels are good and bad; a status of n/a, or none, says neither.

    Raises
    ------
    MaskFileError
        If it is no such table; the line and column are named.
    """
    by_status: dict[str, list[str]] = {status: [] for status in _STATUSES}
    known, seen, unknown = set(info.labels), set(), []
    for row in read_rows(path, "\t", ("name", "status")):
        name, status = row.text("name"), row.text("status").strip() or _NONE
        if name in seen:
            raise row.wrong("name", "occurs twice")
        seen.add(name)
        if status not in by_status:
            raise row.wrong("status", f"is none of {', '.join(_STATUSES)}")
        if name in known:
            by_status[status].append(name)
        else:
            unknown.append(name)
    notes = []
    if unknown:
        some = printable(", ".join(unknown[:5]), 200) + (" …" if len(unknown) > 5 else "")
        channels = counted(len(unknown), "channel does not occur", "channels do not occur")
        notes.append(f"{channels} here: left out ({some})")
    return ImportedMarks(
        bad_channels=tuple(by_status["bad"]),
        good_channels=tuple(by_status["good"]),
        notes=tuple(notes),
    )


def write_events_tsv(
    path: str | os.PathLike[str],
    info: RecordingInfo,
    tracks: MaskTracks,
    *,
    overwrite: bool = False,
) -> None:
    """Write bad spans as events, seconds from the first sample, trial type ``BAD_<kind>``.

    Raises `MaskFileError` if it cannot be written, or exists and is not to be replaced.
    """
    rate = info.sampling_rate
    rows = (
        (seconds_cell(start / rate), seconds_cell((stop - start) / rate), kind)
        for start, stop, kind in spans_in_order(tracks)
    )
    write_rows(path, "\t", EVENT_COLUMNS, rows, overwrite=overwrite)


def read_events_tsv(path: str | os.PathLike[str], info: RecordingInfo) -> ImportedMarks:
    """Read bad spans from events whose trial type begins with "bad"; others are counted.

    Raises
    ------
    MaskFileError
        If it is no such table; the line and column are named.
    """
    spans = SpanCollector(info)
    for row in read_rows(path, "\t", EVENT_COLUMNS):
        onset = row.number("onset")
        duration = row.text("duration").strip()
        # BIDS allows n/a, a moment: not for what is to be left out.
        is_moment = duration == _NONE and not row.text("trial_type").lower().startswith("bad")
        spans.add(
            row.text("trial_type"), onset, 0.0 if is_moment else row.number("duration", least=0)
        )
    return spans.marks()


def _cutoffs(info: RecordingInfo) -> tuple[str, str]:
    """What the file was filtered to, as far as its name tells."""
    try:
        band = LabName.parse(info.path).band_hz
    except RecordingError:
        band = None
    if band is None:
        return _NONE, _NONE
    return seconds_cell(band[0]) if band[0] else _NONE, seconds_cell(band[1])
