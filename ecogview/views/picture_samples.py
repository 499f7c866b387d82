"""The columns of a picture, read as its content says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ecogview.data.recording import Recording
from ecogview.dsp.estimate import SignalEstimate
from ecogview.services.column_reading import Columns, estimate_of
from ecogview.services.filtered_overview import FilteredOverview
from ecogview.services.overview import Overview
from ecogview.services.picture_reading import (
    PictureProcessing,
    read_all_columns,
    read_processed_columns,
)
from ecogview.views.picture_content import PictureContent


def read_picture(
    recording: Recording,
    content: PictureContent,
    overview: Overview | None,
    estimate: SignalEstimate | None,
    filtered: FilteredOverview | None,
    is_stale: Callable[[], bool],
) -> tuple[PictureContent, Columns] | None:
    """Read what is to be drawn, in any thread; the content then says what it is without.

    Parameters
    ----------
    recording : Recording
        Of the thread that calls this.
    content : PictureContent
    overview : Overview or None
        What the pass knows of the recording.
    estimate : SignalEstimate or None
        That of the panel; made anew where it has none yet.
    filtered : FilteredOverview or None
        What the filtered pass knows of it.
    is_stale : callable
        Asked now and then whether nobody wants the picture any more.

    Returns
    -------
    (PictureContent, Columns) or None
        None where it became stale.

    Raises
    ------
    RecordingError
        If samples cannot be read.
    """
    grid, first = content.grid, content.first_column
    if content.applied is None:
        columns = read_all_columns(recording, grid, first, overview, is_stale)
        return None if columns is None else (content, columns)
    processing = PictureProcessing(
        content.applied, estimate or estimate_of(recording), content.on_screen, filtered
    )
    read = read_processed_columns(recording, grid, first, overview, is_stale, processing)
    if read is None:
        return None
    return replace(content, unfiltered=read.unfiltered), read.columns
