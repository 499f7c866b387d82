"""The figures between the measuring cursors, in words: for the card, and to be copied."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from ecogview.data.marks_table import seconds_cell, text_cell
from ecogview.data.recording import RecordingInfo
from ecogview.model.clock import decimals_for, format_time
from ecogview.model.processing import AppliedProcessing
from ecogview.model.session import Session
from ecogview.services.measuring import Measurement
from ecogview.views.amounts import format_amount
from ecogview.views.shown_names import names_of

COLUMNS = (
    *("channel", "a_s", "b_s", "delta_t_s", "rate_hz", "value_a", "value_b", "delta"),
    *("rms", "peak_to_peak", "mean", "units"),
)
SHOWN_COLUMNS = (
    *("shown_value_a", "shown_value_b", "shown_delta", "shown_rms", "shown_peak_to_peak"),
    *("shown_mean", "shown_units", "shown_as", "shown_channel"),
)
"""Further ones where signals are processed; the others are of the file whatever is shown."""

_HEADS = ("B − A", "RMS", "Peak to peak")
_MOST_ROWS = 8


class CardText(NamedTuple):
    """What stands on the card: rows have a channel's name, then three cells for each group.

    `groups` are headings, one where all is as in the file: "" then.
    """

    title: str
    aside: str
    rows: tuple[tuple[str, ...], ...]
    note: str
    groups: tuple[str, ...] = ("",)


def measured_channels(session: Session, pointed_at: int | None) -> list[int]:
    """The selected channels, top to bottom; without any, the one that was pointed at."""
    channels = session.channels
    chosen = [c for c in channels.rows if c in channels.selected]
    if not chosen and pointed_at is not None and pointed_at < len(channels.channels):
        chosen = [pointed_at]
    return chosen


def card_text(
    info: RecordingInfo,
    span: tuple[int, int],
    channels: Sequence[int],
    measurement: Measurement | None,
    applied: AppliedProcessing | None = None,
) -> CardText:
    """What is known of the stretch between two samples, in words.

    With `applied` that is what is shown, then what is in the file. A measurement of another
    stretch, or of another processing, counts as none.
    """
    rate = info.sampling_rate
    decimals, n_steps = decimals_for(1 / rate), span[1] - span[0]
    title = f"{n_steps / rate:,.{decimals}f} s"
    aside = f"{rate / n_steps:.4g} Hz   {n_steps:,} samples" if n_steps else "one sample"
    if measurement is not None and not _is_of(measurement, span, applied):
        measurement = None
    parts: list[tuple[Measurement | None, str]] = [(measurement, info.units)]
    if applied is not None:
        shown = None if measurement is None else measurement.as_shown
        parts.insert(0, (shown, applied.processing.units(info.units)))
    rows, names = [("", *_HEADS * len(parts))], names_of(info, applied)
    for channel in channels[:_MOST_ROWS]:
        cells = [cell for part, units in parts for cell in _cells(part, channel, units)]
        rows.append((names.told(channel), *cells))
    of_first = ", first electrode" if any(map(names.is_of_two, channels)) else ""
    groups = ("",) if applied is None else ("Shown", f"In the file{of_first}")
    return CardText(title, aside, tuple(rows), _note(span, channels, measurement), groups)


def _cells(measurement: Measurement | None, channel: int, units: str) -> tuple[str, ...]:
    if measurement is None or channel >= len(measurement.rms):
        return ("…",) * len(_HEADS)
    unknown = "n/a" if measurement.is_complete else "…"
    figures = (measurement.delta, measurement.rms, measurement.peak_to_peak)
    values = (float(figure[channel]) for figure in figures)
    return tuple(unknown if math.isnan(v) else format_amount(v, units, digits=4) for v in values)


def _is_of(
    measurement: Measurement, span: tuple[int, int], applied: AppliedProcessing | None
) -> bool:
    request = measurement.request
    measured = None if request.shown is None else request.shown.applied
    return (request.first, request.last) == span and measured == applied


def _note(span: tuple[int, int], channels: Sequence[int], measurement: Measurement | None) -> str:
    """What is to be known of the figures; empty where they are plain."""
    if not channels:
        return "Point at a channel, or select some"
    n_samples = span[1] - span[0] + 1
    if measurement is None:
        return ""
    if measurement.failure is not None:
        return f"Read {measurement.n_done:,} of {n_samples:,} samples: the rest cannot be read"
    if not measurement.is_complete:
        return f"{100 * measurement.n_done // n_samples} % read"
    invalid = sum(int(measurement.n_invalid[c]) for c in channels)
    if invalid:
        return f"Without {invalid:,} values that are no numbers"
    beyond = len(channels) - _MOST_ROWS
    return f"and {beyond} more channels" if beyond > 0 else ""


def copied_text(info: RecordingInfo, measurement: Measurement, channels: Sequence[int]) -> str:
    """A table for a spreadsheet: a line of names, then a line a channel, cells between tabs.

    Plain numbers, seconds and the recording's unit; what is not known is ``n/a``. Where signals
    are processed, `SHOWN_COLUMNS` follow.
    """
    rate, request = info.sampling_rate, measurement.request
    n_steps, shown = request.last - request.first, measurement.as_shown
    names = names_of(info, None if request.shown is None else request.shown.applied)
    lines: list[tuple[str, ...]] = [COLUMNS if shown is None else COLUMNS + SHOWN_COLUMNS]
    for channel in channels:
        times = (seconds_cell(n / rate) for n in (request.first, request.last, n_steps))
        frequency = number_cell(rate / n_steps if n_steps else math.nan)
        label = text_cell(info.channels[channel].label)
        line = (label, *times, frequency, *_numbers(measurement, channel), info.units)
        if shown is not None and request.shown is not None:
            words = text_cell(request.shown.applied.describe(info.labels))
            name = text_cell(names.told(channel))
            line += (*_numbers(shown, channel), request.shown.units(info.units), words, name)
        lines.append(line)
    return "\n".join("\t".join(line) for line in lines)


def _numbers(measurement: Measurement, channel: int) -> tuple[str, ...]:
    """Values at both ends, their difference, RMS, peak to peak and mean."""
    figures = (
        *(measurement.start, measurement.stop, measurement.delta),
        *(measurement.rms, measurement.peak_to_peak, measurement.mean),
    )
    return tuple(number_cell(float(figure[channel])) for figure in figures)


def number_cell(value: float) -> str:
    """A plain number for a table, to nine digits; ``n/a`` where it is none."""
    return f"{value:.9g}" if math.isfinite(value) else "n/a"


def place_text(letter: str, sample: int, rate: float) -> str:
    """A cursor's name and time, exact to the sample."""
    return f"{letter}  {format_time(sample / rate, decimals_for(1 / rate))}"
