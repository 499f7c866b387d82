"""What lies between two samples, channel by channel, found out beside the GUI thread.

Of the samples as they are in the file, and as they are shown where they are processed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QObject, pyqtSignal

from ecogview.data.recording import Recording
from ecogview.errors import RecordingError
from ecogview.services.latest import Latest
from ecogview.services.shown_samples import ShownAs, ShownRows
from ecogview.services.sources import Source

_BLOCK_BYTES = {"interleaved": 1 << 19, "planar": 1 << 22}  # a planar block is a read a channel
_TELL_EVERY_S = 0.1
_GIL_S = 0.0002  # given away after a block: the GUI waits for no more than one


@dataclass(frozen=True, eq=False, slots=True)
class MeasureRequest:
    """All channels of samples `first` to `last`, both included; processed, too, if `shown` so."""

    source: Source
    first: int
    last: int
    shown: ShownAs | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Measurement:
    """Figures of a stretch as it is in the file, in its unit; arrays of float64, (channels,).

    `start` and `stop` are the values of its first and its last sample, `low` and `high` the
    extremes, `rms` is taken about the stretch's own mean. Samples that are no numbers are left
    out, `n_invalid` says how many; figures of channels without any other are NaN. `n_done` of
    ``request.last - request.first + 1`` samples have been read: all, on the last measurement of a
    request, unless `failure` says why not. `as_shown` are those of the same stretch as displayed,
    in the unit displayed, if the request asks for them.
    """

    request: MeasureRequest
    n_done: int
    start: NDArray[np.float64]
    stop: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    mean: NDArray[np.float64]
    rms: NDArray[np.float64]
    n_invalid: NDArray[np.int64]
    failure: RecordingError | None = None
    as_shown: Measurement | None = None

    @property
    def is_complete(self) -> bool:
        return self.n_done == self.request.last - self.request.first + 1

    @property
    def delta(self) -> NDArray[np.float64]:
        """Value at B less that at A; NaN until B has been read."""
        return self.stop - self.start

    @property
    def peak_to_peak(self) -> NDArray[np.float64]:
        return self.high - self.low


class Measuring(QObject):
    """Measures the newest request in a thread of its own, which starts with the first one.

    Owned by the GUI thread, in which `measured` is received: every 0.1 s while a long stretch is
    read, and once it is.

    Signals
    -------
    measured(Measurement)
    """

    measured = pyqtSignal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker: Latest[MeasureRequest] | None = None
        self._reader = _Reader(self.measured.emit)

    def submit(self, request: MeasureRequest) -> None:
        """Measure this one; another that waits or is being measured is given up."""
        if self._worker is None:
            self._worker = Latest(self._reader.handle, "measuring", on_error=self._reader.on_error)
        self._worker.submit(request)

    def close(self) -> None:
        """End the thread. Idempotent."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None


class _Reader:
    """Runs in the measuring thread. Opens anew each time: no file is held that others may want."""

    def __init__(self, deliver: Callable[[Measurement], None]) -> None:
        self._deliver = deliver

    def on_error(self, request: MeasureRequest, error: Exception) -> None:
        """Answer a request that failed in an unforeseen way."""
        path = getattr(request.source, "path", "array")
        failure = RecordingError(path, f"cannot be measured ({error!r})", "the log tells more")
        self._deliver(_Both(request, 0).measurement(failure))

    def handle(self, request: MeasureRequest, is_stale: Callable[[], bool]) -> None:
        both = _Both(request, 0)
        try:
            with ExitStack() as held:
                recording = held.enter_context(request.source.open())
                both = _Both(request, recording.info.n_channels)
                blocks = [_blocks(recording, request.first, request.last)]
                if request.shown is not None:
                    length = request.last - request.first + 1
                    shown = held.enter_context(ShownRows(recording, request.shown, length))
                    blocks.append(_blocks(shown, request.first, request.last))
                told = time.monotonic()
                for rows in zip(*blocks, strict=True):
                    both.add(*rows)
                    if is_stale():
                        return
                    if time.monotonic() - told > _TELL_EVERY_S:
                        self._deliver(both.measurement(None))
                        told = time.monotonic()
                    time.sleep(_GIL_S)
        except RecordingError as error:
            self._deliver(both.measurement(error))
        else:
            self._deliver(both.measurement(None))


def _blocks(recording: Recording, first: int, last: int) -> Iterator[NDArray[Any]]:
    """Samples `first` to `last`, shape (samples, channels) each; all of them or an error."""
    info = recording.info
    n_rows = max(_BLOCK_BYTES[info.layout] // max(info.n_channels * info.dtype.itemsize, 1), 1)
    for begin in range(first, last + 1, n_rows):
        end = min(begin + n_rows, last + 1)
        # The file may have become shorter before it was opened here, or after.
        rows = recording.read_rows(min(begin, info.n_samples), min(end, info.n_samples))
        if len(rows) < end - begin:
            raise RecordingError(
                info.path,
                f"has {begin + len(rows):,} samples now, and sample {last:,} is wanted",
                "read it again",
            )
        yield rows


@contextmanager
def _opened(source: Source, shown: ShownAs | None, length: int) -> Iterator[Recording]:
    """A recording as it is in the file, or as it is shown."""
    with source.open() as recording:
        if shown is None:
            yield recording
        else:
            with ShownRows(recording, shown, length) as rows:
                yield rows


def value_at(source: Source, sample: int, channel: int, shown: ShownAs | None = None) -> float:
    """Value of a sample as it is in the file, or as `shown`, read in the caller's thread.

    Raises `RecordingError` where it cannot be read.
    """
    with _opened(source, shown, 1) as recording:
        (rows,) = _blocks(recording, sample, sample)
        return float(rows[0, channel])


def extreme_between(
    source: Source,
    channel: int,
    first: int,
    last: int,
    *,
    highest: bool,
    shown: ShownAs | None = None,
) -> int:
    """The sample of the highest or lowest value of a channel from `first` to `last`, inclusive.

    In the file, or as `shown`. The earliest of several, and `first` where none is a number. Read
    in the caller's thread.

    Raises `RecordingError` where they cannot be read.
    """
    best, found, at = -np.inf, first, first
    with _opened(source, shown, last - first + 1) as recording:
        for rows in _blocks(recording, first, last):
            values = rows[:, channel].astype(np.float64)
            signed = np.nan_to_num(values if highest else -values, nan=-np.inf)
            place = int(signed.argmax())
            if signed[place] > best:
                best, found = float(signed[place]), at + place
            at += len(rows)
    return found


class _Both:
    """Gathers the figures that a request asks for: in the file, and as shown."""

    def __init__(self, request: MeasureRequest, n_channels: int) -> None:
        self._request = request
        n_kinds = 1 if request.shown is None else 2
        self._figures = [_Figures(n_channels) for _ in range(n_kinds)]

    def add(self, *rows: NDArray[Any]) -> None:
        for figures, part in zip(self._figures, rows, strict=True):
            figures.add(part)

    def measurement(self, failure: RecordingError | None) -> Measurement:
        found, *shown = (f.measurement(self._request, failure) for f in self._figures)
        return replace(found, as_shown=shown[0]) if shown else found


class _Figures:
    """Gathers figures block by block.

    Means and sums of squares of blocks are merged as Chan, Golub & LeVeque (1983, The American
    Statistician 37: 242) do: a constant many times the signal costs no digits.
    """

    def __init__(self, n_channels: int) -> None:
        self._n_rows = 0
        self._start = self._stop = np.full(n_channels, np.nan)
        self._low, self._high = np.full(n_channels, np.inf), np.full(n_channels, -np.inf)
        self._count = np.zeros(n_channels)
        self._mean, self._squares = np.zeros(n_channels), np.zeros(n_channels)

    def add(self, rows: NDArray[Any]) -> None:
        """Take in further samples, shape (samples, channels)."""
        values = rows.astype(np.float64)
        if not self._n_rows:
            self._start = values[0].copy()
        self._stop = values[-1].copy()
        self._n_rows += len(values)
        finite = np.isfinite(values)
        if finite.all():
            count = np.full(values.shape[1], float(len(values)))
            low, high = values.min(axis=0), values.max(axis=0)
        else:
            count = np.count_nonzero(finite, axis=0).astype(np.float64)
            low = np.where(finite, values, np.inf).min(axis=0)
            high = np.where(finite, values, -np.inf).max(axis=0)
            values[~finite] = 0.0
        self._low, self._high = np.minimum(self._low, low), np.maximum(self._high, high)
        mean = values.sum(axis=0) / np.maximum(count, 1)
        values -= mean
        if count.min() < len(values):
            values[~finite] = 0.0
        squares = np.einsum("ij,ij->j", values, values)
        total = self._count + count
        share = count / np.maximum(total, 1)
        shift = mean - self._mean
        self._squares += squares + shift**2 * self._count * share
        self._mean += shift * share
        self._count = total

    def measurement(self, request: MeasureRequest, failure: RecordingError | None) -> Measurement:
        known = self._count > 0
        is_whole = self._n_rows == request.last - request.first + 1
        count = np.maximum(self._count, 1)
        return Measurement(
            request=request,
            n_done=self._n_rows,
            start=self._start,
            stop=self._stop if is_whole else np.full_like(self._stop, np.nan),
            low=np.where(known, self._low, np.nan),
            high=np.where(known, self._high, np.nan),
            mean=np.where(known, self._mean, np.nan),
            rms=np.where(known, np.sqrt(self._squares / count), np.nan),
            n_invalid=(self._n_rows - self._count).astype(np.int64),
            failure=failure,
        )
