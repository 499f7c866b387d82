"""Which bad spans a click selects, which one comes next, and which one a moved one is now."""

from __future__ import annotations

from typing import Literal

import numpy as np

from ecogview.data.mask_tracks import MaskTracks
from ecogview.model.mask import KINDS, Kind
from ecogview.model.spans import NO_SPANS, Span, SpanRows


def clicked(
    tracks: MaskTracks, selected: SpanRows, span: Span | None, *, toggles: bool, extends: bool
) -> SpanRows:
    """What is selected after a click on a span, or beside all of them.

    Parameters
    ----------
    tracks : MaskTracks
    selected : SpanRows
        What was selected.
    span : Span or None
        What was clicked.
    toggles, extends : bool
        Add it or take it away; select all from those selected to it.
    """
    if span is None:
        return selected if toggles or extends else NO_SPANS
    rows = SpanRows.of(tracks)
    here = rows.index(span)
    if here is None:
        return selected
    picked = {row for i in range(len(selected)) if (row := rows.index(selected[i])) is not None}
    if toggles:
        return rows.take(sorted(picked ^ {here}))
    if extends and picked:
        return rows.take(list(range(min(*picked, here), max(*picked, here) + 1)))
    return rows.take([here])


def neighbour(
    tracks: MaskTracks,
    from_sample: int,
    direction: Literal[-1, 1],
    *,
    kind: Kind | None = None,
    after: Span | None = None,
) -> Span | None:
    """The next span, or the one before.

    Parameters
    ----------
    tracks : MaskTracks
    from_sample : int
        Spans are sought that start after it, or before it.
    direction : {1, -1}
    kind : str, optional
        Only spans of one kind.
    after : Span, optional
        The span to go on from, instead of a sample: of several that start together none is
        passed over.
    """
    rows = SpanRows.of(tracks)
    if kind is not None:
        rows = rows.take(np.flatnonzero(rows.kinds == KINDS.index(kind)))
    here = None if after is None else rows.index(after)
    if here is not None:
        row = here + direction
    elif direction > 0:
        row = int(rows.bounds[:, 0].searchsorted(from_sample, side="right"))
    else:
        row = int(rows.bounds[:, 0].searchsorted(from_sample, side="left")) - 1
    return rows[row] if 0 <= row < len(rows) else None


def manual_span_in(tracks: MaskTracks, start: int, stop: int) -> Span | None:
    """The first span marked by hand that reaches into ``[start, stop)``: all of it, or None."""
    there = tracks.manual.clip(start, stop)
    whole = tracks.manual.at(there.hull[0]) if len(there) else None
    return None if whole is None else Span("manual", *whole)
