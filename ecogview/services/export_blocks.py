"""The samples of an export, a block at a time: as recorded or processed, bad ones replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ecogview.data.exporters.exporter import Block
from ecogview.data.exporters.plan import ExportPlan
from ecogview.data.recording import Recording
from ecogview.errors import RecordingError

# Memory of this size is kept by the allocator; 4 MB come from the system anew, page by page, and
# are a third slower.
_BLOCK_BYTES = 1 << 20
_MOST_BLOCK_BYTES = 16 << 20  # of processed samples, which need a margin to either side
_OF_REACH = 4  # a block is so many margins long, where it may be


class RowReader(Protocol):
    """Gives processed samples; belongs to one thread."""

    @property
    def reach(self) -> int:
        """Samples to either side that are read with those asked for."""
        ...

    def rows(self, start: int, stop: int) -> NDArray[np.float32]:
        """Samples ``[start, stop)`` of all channels, shape (samples, channels)."""
        ...


@dataclass(frozen=True, slots=True)
class SampleTransform:
    """What is done to the samples on the way: a filter, a reference.

    Parameters
    ----------
    note : str
        In words; written into the file.
    reader : callable
        Makes a reader of a recording that the calling thread has opened.
    """

    note: str
    reader: Callable[[Recording], RowReader]


def blocks_of(
    recording: Recording,
    plan: ExportPlan,
    dtype: np.dtype[Any],
    processing: SampleTransform | None,
) -> Iterator[Block]:
    """Samples of the plan, as recorded or processed, bad ones replaced."""
    info = recording.info
    if (info.n_samples, info.labels) != (plan.info.n_samples, plan.info.labels):
        raise RecordingError(info.path, "has changed since it was opened", "open it again")
    row_bytes = info.n_channels * info.dtype.itemsize
    step = max(_BLOCK_BYTES // row_bytes, 1)
    reader = None if processing is None else processing.reader(recording)
    read = recording.read_rows if reader is None else reader.rows
    if reader is not None:
        step = max(step, min(_OF_REACH * reader.reach, _MOST_BLOCK_BYTES // row_bytes))
    channels = _selection(plan)
    value = plan.value
    bad = None if value is None else plan.marks.bad
    for start in range(plan.start, plan.stop, step):
        stop = min(start + step, plan.stop)
        rows = _whole(read(start, stop), plan, start, stop)[:, channels].astype(dtype, copy=False)
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


def _whole(rows: NDArray[Any], plan: ExportPlan, start: int, stop: int) -> NDArray[Any]:
    if len(rows) < stop - start:
        raise RecordingError(
            plan.info.path,
            f"has become shorter: of samples {start:,} to {stop:,} {len(rows):,} are left",
            "open it again",
        )
    return rows
