"""The samples of an export, a block at a time: as recorded or processed, bad ones replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecogview.data.exporters.exporter import Block
from ecogview.data.exporters.plan import ExportPlan
from ecogview.data.recording import Recording
from ecogview.errors import RecordingError

# Memory of this size is kept by the allocator; 4 MB come from the system anew, page by page, and
# are a third slower.
_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Processing:
    """What is done to the samples on the way: a display filter, a reference.

    Parameters
    ----------
    note : str
        In words; written into the file.
    apply : callable
        Takes float32 samples of *all* channels, shape (samples, channels), and the number of the
        first one; returns as many. Not given `margin` at the recording's ends.
    margin : int, optional
        Samples it needs before and after the ones it is asked for.
    """

    note: str
    apply: Callable[[NDArray[np.float32], int], NDArray[np.float32]]
    margin: int = 0


def blocks_of(
    recording: Recording,
    plan: ExportPlan,
    dtype: np.dtype[Any],
    processing: Processing | None,
) -> Iterator[Block]:
    """Samples of the plan, as recorded or processed, bad ones replaced."""
    info = recording.info
    if (info.n_samples, info.labels) != (plan.info.n_samples, plan.info.labels):
        raise RecordingError(info.path, "has changed since it was opened", "open it again")
    row_bytes = info.n_channels * info.dtype.itemsize
    step = max(_BLOCK_BYTES // row_bytes, 1)
    channels = _selection(plan)
    value = plan.value
    bad = None if value is None else plan.marks.bad
    for start in range(plan.start, plan.stop, step):
        stop = min(start + step, plan.stop)
        rows = _rows(recording, start, stop, processing)[:, channels].astype(dtype, copy=False)
        if bad is not None:
            for first, last in bad.clip(start - plan.start, stop - plan.start):
                rows[first + plan.start - start : last + plan.start - start] = value
        yield rows


def _selection(plan: ExportPlan) -> Any:
    """Neighbours as a slice, which copies nothing."""
    first, n_channels = plan.channels[0], plan.n_channels
    if plan.channels == tuple(range(first, first + n_channels)):
        return slice(first, first + n_channels)
    return list(plan.channels)


def _rows(
    recording: Recording, start: int, stop: int, processing: Processing | None
) -> NDArray[Any]:
    if processing is None:
        return _read(recording, start, stop)
    first = max(start - processing.margin, 0)
    last = min(stop + processing.margin, recording.info.n_samples)
    rows = processing.apply(_read(recording, first, last).astype(np.float32), first)
    return rows[start - first : stop - first]


def _read(recording: Recording, start: int, stop: int) -> NDArray[Any]:
    rows = recording.read_rows(start, stop)
    if len(rows) < stop - start:
        raise RecordingError(
            recording.info.path,
            f"has become shorter: of samples {start:,} to {stop:,} {len(rows):,} are left",
            "open it again",
        )
    return rows
