"""Values at the cursor while signals are processed: as displayed, and as they are in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ecogview.data.recording import RecordingInfo
from ecogview.dsp.ring import ColumnState
from ecogview.services.column_reading import Columns
from ecogview.views.amounts import format_shown, span_text
from ecogview.views.sample_values import SampleAt, format_value
from ecogview.views.shown_names import NO_NEIGHBOUR, names_of
from ecogview.views.trace_picture import TracePicture
from ecogview.views.unfiltered_columns import are_unfiltered

if TYPE_CHECKING:
    from ecogview.views.trace_canvas import TraceCanvas


def column_span(picture: TracePicture, column: int, channel: int) -> tuple[float, float] | None:
    """Lowest and highest value in a column of a picture; None where they are not known."""
    slot = column % picture.grid.width
    low, high = picture.envelope.low[slot, channel], picture.envelope.high[slot, channel]
    is_read = picture.envelope.states(column, column + 1)[0] == ColumnState.READ
    return (float(low), float(high)) if is_read and low <= high else None


class ProcessedTexts(NamedTuple):
    """What is displayed at a place, by name and value, and what the file holds there."""

    name: str
    shown: str  # empty as long as it is not known
    recorded: str  # likewise


def processed_texts(
    canvas: TraceCanvas,
    picture: TracePicture,
    column: int,
    channel: int,
    at: SampleAt | None,
    info: RecordingInfo,
) -> ProcessedTexts:
    """Tell of a column in words, or of the sample `at` where single ones are on the screen."""
    applied = picture.applied
    assert applied is not None
    label, names = info.channels[channel].label, names_of(info, applied)
    if at is None and picture.samples is not None:
        return ProcessedTexts(label, "", "")
    columns = canvas.recorded()
    recorded = "" if columns is None else _recorded_text(columns, column, channel, at, info)
    recorded = recorded and f"in the file {recorded}"
    if are_unfiltered(picture.envelope.states(column, column + 1), applied)[0]:
        return ProcessedTexts(label, "still as recorded", recorded)
    if names.lacks_neighbour(channel):
        return ProcessedTexts(label, NO_NEIGHBOUR, recorded)
    units, offset = applied.processing.units(info.units), float(picture.style.offsets[channel])
    if at is not None:
        shown = format_shown(at.value - offset, units)
    else:
        shown = _column_text(picture, column, channel, units, offset)
    return ProcessedTexts(names.name(channel), shown and f"shown {shown}", recorded)


def _column_text(
    picture: TracePicture, column: int, channel: int, units: str, offset: float
) -> str:
    span = column_span(picture, column, channel)
    if span is not None:
        return span_text((span[0] - offset, span[1] - offset), units)
    is_read = picture.envelope.states(column, column + 1)[0] == ColumnState.READ
    return "n/a" if is_read else ""


def _recorded_text(
    columns: Columns, column: int, channel: int, at: SampleAt | None, info: RecordingInfo
) -> str:
    if at is not None:
        samples = columns.samples
        if samples is None or not 0 <= at.sample - samples.first < len(samples.rows):
            return ""
        value = float(samples.rows[at.sample - samples.first, channel])
        return format_value(value, info, with_units=True)
    place = column - columns.first
    if not 0 <= place < len(columns.low) or columns.states[place] != ColumnState.READ:
        return ""
    low, high = float(columns.low[place, channel]), float(columns.high[place, channel])
    return span_text((low, high), info.units) if np.isfinite([low, high]).all() else "n/a"
