"""Marks as annotations of MNE-Python, in the CSV of ``mne.Annotations.save``.

That CSV holds dates, also where the recording has none: then from 1970 on. ``read_annotations``
counts from the first row, so ours is one at the recording's start, which marks nothing.
"""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta
from itertools import chain

from ecogview.data.marks_table import (
    ImportedMarks,
    Row,
    SpanCollector,
    counted,
    read_rows,
    seconds_cell,
    spans_in_order,
    write_rows,
)
from ecogview.data.mask_tracks import MaskTracks
from ecogview.data.recording import RecordingInfo

COLUMNS = ("onset", "duration", "description")
START = "recording start"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DATE = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,9})?(Z|\+00:00)?"
)


def write_annotations_csv(
    path: str | os.PathLike[str],
    info: RecordingInfo,
    tracks: MaskTracks,
    *,
    recording_start: datetime | None = None,
    overwrite: bool = False,
) -> None:
    """Write bad spans as annotations ``BAD_<kind>``, to the microsecond.

    Parameters
    ----------
    path : str or path-like
        ``mne.read_annotations`` tells the format by the ending ``.csv``.
    info : RecordingInfo
    tracks : MaskTracks
        Its marks.
    recording_start : datetime, optional
        When the first sample was taken (UTC where it names no zone), to be the ``meas_date`` of
        the raw data in MNE. By default none: the annotations then fit raw data without one.
    overwrite : bool, optional
        Replace a file of that name.

    Raises
    ------
    MaskFileError
        If it cannot be written, or exists.
    """
    origin = _EPOCH if recording_start is None else _in_utc(recording_start)
    rate = info.sampling_rate
    rows = (
        (_date(origin, start / rate), seconds_cell((stop - start) / rate), kind)
        for start, stop, kind in spans_in_order(tracks)
    )
    first = (_date(origin, 0.0), "0.0", START)
    write_rows(path, ",", COLUMNS, chain([first], rows), overwrite=overwrite)


def read_annotations_csv(
    path: str | os.PathLike[str],
    info: RecordingInfo,
    *,
    recording_start: datetime | None = None,
) -> ImportedMarks:
    """Read bad spans from annotations whose description begins with "bad".

    Those of single channels are left out and counted: a mask marks samples of all channels.

    Parameters
    ----------
    path : str or path-like
    info : RecordingInfo
        The recording they are of.
    recording_start : datetime, optional
        When its first sample was taken. By default what a row "recording start" says, else 1970,
        which MNE writes for raw data without a date.

    Raises
    ------
    MaskFileError
        If it is no such table, or its dates are neither of 1970 nor is a start known; the line and
        column are named.
    """
    spans, n_of_channels = SpanCollector(info), 0
    origin = None if recording_start is None else _in_utc(recording_start)
    for row in read_rows(path, ",", COLUMNS):
        moment = _moment(row)
        if row.text("description") == START:
            origin = moment if origin is None else origin
            continue
        if origin is None and moment.year != _EPOCH.year:
            raise row.wrong(
                "onset",
                "is a date, and when the recording starts is not known",
                f"add a row '{START}' with the date of the first sample",
            )
        onset_s = (moment - (origin or _EPOCH)).total_seconds()
        duration_s = row.number("duration", least=0)
        if row.text("ch_names").strip("[]() "):
            n_of_channels += 1
        else:
            spans.add(row.text("description"), onset_s, duration_s)
    of_channels = counted(
        n_of_channels, "annotation is of single channels", "annotations are of single channels"
    )
    return spans.marks([f"{of_channels}: left out"] if n_of_channels else [])


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _date(origin: datetime, seconds: float) -> str:
    moment = origin + timedelta(microseconds=round(seconds * 1e6))
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")


def _moment(row: Row) -> datetime:
    match = _DATE.fullmatch(row.text("onset").strip())
    if match is None:
        raise row.wrong(
            "onset",
            "is no date like 1970-01-01 00:00:01.500000",
            "mne.Annotations.save writes such files; it reads numbers as milliseconds there",
        )
    try:
        moment = datetime.fromisoformat(match[1]).replace(tzinfo=UTC)
    except ValueError as error:
        raise row.wrong("onset", "is no date of the calendar") from error
    return moment + timedelta(microseconds=round(float(match[2] or 0) * 1e6))
