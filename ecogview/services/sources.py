"""Where samples come from, as a value that can cross threads: each thread opens its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ecogview.data.closing import Closing
from ecogview.data.lab_binary import LabBinary
from ecogview.data.lab_name import LabName
from ecogview.data.mask_elsewhere import mask_elsewhere
from ecogview.data.recording import Channel, Electrode, Layout, Recording, RecordingInfo
from ecogview.data.registry import open_recording
from ecogview.errors import MaskFileError, RecordingError


class Source(Protocol):
    """Something that can be opened, in any thread, as often as needed. Compared by identity."""

    @property
    def mask_path(self) -> Path | None:
        """Where its mask is, or would be; None where it has no such place."""
        ...

    @property
    def may_lack_mask(self) -> bool:
        """Whether it is fine that there is no mask: not where one was named, or put elsewhere."""
        ...

    @property
    def mask_problem(self) -> MaskFileError | None:
        """Why it is not known where its mask is, if so."""
        ...

    def open(self) -> Recording:
        """Open it anew; raises `RecordingError` where that fails."""
        ...


@dataclass(frozen=True, eq=False, slots=True)
class FileSource:
    """A recording on the disk; `None` stands for what its name and type say.

    A mask that was not named is where the user has put it, else beside the recording.
    """

    path: Path
    experiment_path: Path | None = None
    own_mask_path: Path | None = None
    layout: Layout | None = None

    @property
    def mask_path(self) -> Path | None:
        if self.own_mask_path is not None:
            return self.own_mask_path
        elsewhere = self._elsewhere()
        return elsewhere if isinstance(elsewhere, Path) else self.usual_mask_path

    @property
    def usual_mask_path(self) -> Path | None:
        """Where it is beside the recording, and where the lab's scripts look for it."""
        try:
            return LabName.parse(self.path).mask_path
        except RecordingError:
            return None

    @property
    def may_lack_mask(self) -> bool:
        return self.own_mask_path is None and self._elsewhere() is None

    @property
    def mask_problem(self) -> MaskFileError | None:
        elsewhere = None if self.own_mask_path is not None else self._elsewhere()
        return elsewhere if isinstance(elsewhere, MaskFileError) else None

    def _elsewhere(self) -> Path | MaskFileError | None:
        # Asked anew each time: the mask may have been given its place meanwhile.
        try:
            return mask_elsewhere(self.path)
        except MaskFileError as error:
            return error

    def open(self) -> Recording:
        if self.experiment_path is not None:
            return LabBinary(self.path, self.experiment_path, layout=self.layout)
        return open_recording(self.path, layout=self.layout)


@dataclass(frozen=True, eq=False, slots=True)
class ArraySource:
    """An array in memory, shape (channels, samples)."""

    array: NDArray[Any]
    sampling_rate: float
    labels: tuple[str, ...] = ()
    mask_path: Path | None = None
    may_lack_mask: bool = True
    mask_problem: MaskFileError | None = None

    def open(self) -> Recording:
        return _ArrayRecording(self.array, self.sampling_rate, self.labels)


class _ArrayRecording(Closing):
    def __init__(self, array: NDArray[Any], sampling_rate: float, labels: tuple[str, ...]) -> None:
        self._array = array
        n_channels, n_samples = array.shape
        names = labels or tuple(f"{i + 1}" for i in range(n_channels))
        self.info = RecordingInfo(
            path=Path("array"),
            rec_id="array",
            microdrive_name="",
            rec_type="array",
            sampling_rate=sampling_rate,
            n_samples=n_samples,
            channels=tuple(Channel(i, name, Electrode(name)) for i, name in enumerate(names)),
            dtype=np.dtype(np.float32),
            units="µV",
            layout="planar",
        )

    def read_rows(self, start: int, stop: int) -> NDArray[Any]:
        if not 0 <= start <= stop <= self.info.n_samples:
            raise ValueError(f"samples {start} to {stop} outside 0 to {self.info.n_samples}")
        return np.array(self._array[:, start:stop], np.float32, order="C").T
