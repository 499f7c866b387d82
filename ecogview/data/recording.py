"""What every recording offers, whatever its format: frozen facts and rows of samples."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ecogview.data.envelope_spec import SourceKey

Layout = Literal["interleaved", "planar"]


@dataclass(frozen=True, slots=True)
class Electrode:
    """A contact of the array.

    `label` is the whole label of the file; `x`, `y` are in millimetres; `row`, `col` place it in
    the grid; `board` is the circuit board that it is connected to. What the file does not tell is
    None.
    """

    label: str
    x: float | None = None
    y: float | None = None
    row: int | None = None
    col: int | None = None
    board: int | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    """A row of data: its place in the file, the short label users read, its electrode."""

    index: int
    label: str
    electrode: Electrode


@dataclass(frozen=True, slots=True)
class RecordingInfo:
    """All that is known of a recording without reading samples.

    `sampling_rate` is in Hz, `dtype` is that of `Recording.read_rows`, `units` is "µV" or
    "counts", `warnings` says what was guessed, missing or odd. `source` tells the version of the
    file that was opened; None where there is no file.
    """

    path: Path
    rec_id: str
    microdrive_name: str
    rec_type: str
    sampling_rate: float
    n_samples: int
    channels: tuple[Channel, ...]
    dtype: np.dtype[Any]
    units: str
    layout: Layout
    warnings: tuple[str, ...] = ()
    source: SourceKey | None = None

    @property
    def n_channels(self) -> int:
        return len(self.channels)

    @property
    def labels(self) -> tuple[str, ...]:
        """Short labels, in file order."""
        return tuple(channel.label for channel in self.channels)

    @property
    def duration_s(self) -> float:
        return self.n_samples / self.sampling_rate


@runtime_checkable
class Recording(Protocol):
    """An open recording. One thread owns it; open another for another thread."""

    @property
    def info(self) -> RecordingInfo: ...

    def read_rows(self, start: int, stop: int) -> NDArray[Any]:
        """Read samples ``[start, stop)``.

        Returns
        -------
        ndarray, shape (samples, channels)
            In the file's dtype (`raw` as int16), a fresh array: C-contiguous where the file is
            interleaved, Fortran-contiguous where it is planar. Shorter than asked for where the
            file has become shorter since it was opened.

        Raises
        ------
        ValueError
            If the range does not lie within ``0 <= start <= stop <= info.n_samples``.
        RecordingError
            If the file cannot be read.
        """
        ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...
