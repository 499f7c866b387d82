"""Samples as text for a spreadsheet: one row a sample, separated by tabs. No Qt."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ecogview.data.exporters.number_text import time_decimals, time_text
from ecogview.data.recording import Recording
from ecogview.errors import RecordingError, printable

MOST_VALUES = 200_000  # 2 MB of text: more stalls what it is pasted into


def too_many(n_samples: int, n_channels: int) -> str:
    """Why so many samples are not copied; empty where they are."""
    n_values = n_samples * n_channels
    if n_values <= MOST_VALUES:
        return ""
    return (
        f"{n_samples:,} samples of {n_channels:,} channels are {n_values:,} values, "
        f"and {MOST_VALUES:,} at most are copied: select less, show fewer channels, or export"
    )


def samples_as_text(recording: Recording, channels: Sequence[int], start: int, stop: int) -> str:
    """Samples ``[start, stop)`` of some channels, as they are in the file.

    Parameters
    ----------
    recording : Recording
        Of the thread that calls this.
    channels : sequence of int
        Columns, in this order.
    start, stop : int

    Returns
    -------
    str
        Lines that end in a newline: ``time_s`` and the labels, then times in seconds and values
        in the recording's unit, with a decimal point whatever the locale. No digit is lost.

    Raises
    ------
    RecordingError
        If they cannot be read, all of them.
    """
    info = recording.info
    rows = recording.read_rows(start, stop)[:, list(channels)]
    if len(rows) < stop - start:
        raise RecordingError(
            info.path,
            f"only {len(rows):,} of {stop - start:,} samples can be read: the file has become "
            "shorter",
            "read it again",
        )
    rate = info.sampling_rate
    decimals = time_decimals(rate)
    labels = (printable(info.channels[c].label) for c in channels)
    lines = ["\t".join(("time_s", *labels))]
    is_float = rows.dtype.kind == "f"
    for sample, row in enumerate(rows, start):
        # The shortest text that reads back as the same float32; a double would get 17 digits.
        # NumPy's: `number_text` is many times slower in plain Python.
        values = map(_text, row) if is_float else map(str, row.tolist())
        lines.append("\t".join((time_text(sample, rate, decimals), *values)))
    return "\n".join([*lines, ""])


def _text(value: np.floating) -> str:
    return np.format_float_positional(value, trim="-")
