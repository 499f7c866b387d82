"""The formats that ecogview opens: one entry each."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ecogview.data.lab_binary import LabBinary
from ecogview.data.lab_name import SUFFIX
from ecogview.data.positioned_read import check_regular
from ecogview.data.recording import Layout, Recording
from ecogview.errors import RecordingError


class Opener(Protocol):
    """Opens a file of a format; `layout` overrides the order of samples where there are several."""

    def __call__(self, path: Path, *, layout: Layout | None = None) -> Recording: ...


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: what file dialogs call it, how its names end, how it is opened."""

    title: str
    suffix: str
    open: Opener


FORMATS: tuple[Format, ...] = (Format("Lab recordings", SUFFIX, LabBinary),)


def format_of(path: str | os.PathLike[str]) -> Format | None:
    """Format that a file's name belongs to, without looking at the file."""
    name = Path(path).name
    return next((known for known in FORMATS if name.endswith(known.suffix)), None)


def open_recording(path: str | os.PathLike[str], *, layout: Layout | None = None) -> Recording:
    """Open a recording of any format.

    Parameters
    ----------
    path : str or path-like
        The recording's file.
    layout : {"interleaved", "planar"}, optional
        Order of the samples, by default what the format says.

    Returns
    -------
    Recording
        `info`, and ``read_rows(start, stop)`` with shape (samples, channels) in the file's dtype.

    Raises
    ------
    RecordingError
        If it is no recording or cannot be opened.
    """
    path = Path(path)
    known = format_of(path)
    if known is None:
        check_regular(path)
        endings = ", ".join(f"*{known.suffix}" for known in FORMATS)
        raise RecordingError(path, "is not a recording", f"the names of recordings are {endings}")
    return known.open(path, layout=layout)
