"""The lab's ``.dat`` recordings: samples without a header, described by name and JSON."""

from __future__ import annotations

import operator
import os
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from ecogview.data.closing import Closing
from ecogview.data.envelope_spec import SourceKey
from ecogview.data.experiment import Experiment
from ecogview.data.lab_name import LabName
from ecogview.data.positioned_read import PositionedFile
from ecogview.data.recording import Channel, Layout, RecordingInfo
from ecogview.data.sample_layout import LAYOUTS, Samples
from ecogview.errors import RecordingError, UncertainOrderError


class LabBinary(Closing):
    """A ``.dat`` file of the lab, open for reading; fulfils `Recording`.

    Parameters
    ----------
    path : str or path-like
        ``<rec_id>.<microdrive>[.<anything>].<rec_type>.dat``.
    experiment_path : str or path-like, optional
        The experiment's JSON, by default ``<rec_id>.experiment.json`` beside the recording.
    layout : {"interleaved", "planar"}, optional
        Order of the samples, by default that of the type.

    Raises
    ------
    RecordingError
        If it cannot be opened: see `LabName.parse`, `Experiment` and `PositionedFile`; if it holds
        no sample of all channels. `UncertainOrderError` if it is planar by type only and its size
        does not divide.
    ValueError
        If `layout` is none of the two.

    Notes
    -----
    `raw` files hold two's complement: 65,535 is -1. The lab's own loader subtracts 65,535 instead
    of 65,536 from values above 32,768, so its negative values are one count higher.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        experiment_path: str | os.PathLike[str] | None = None,
        *,
        layout: Layout | None = None,
    ) -> None:
        if layout is not None and layout not in get_args(Layout):
            raise ValueError(f"layout is {layout!r}, not 'interleaved', 'planar' or None")
        self._file = PositionedFile(path)
        try:
            self.name = LabName.parse(Path(path))
            self.experiment_path = Path(experiment_path or self.name.experiment_path)
            self.info = _describe(self._file, self.name, self.experiment_path, layout)
        except BaseException:
            self._file.close()
            raise
        self._samples = self.samples_as(self.info.layout)

    def samples_as(self, layout: Layout) -> Samples:
        """Samples as they look under an order, whichever the recording has."""
        info = self.info
        return LAYOUTS[layout](self._file, info.dtype, info.n_channels, info.n_samples)

    def read_rows(self, start: int, stop: int) -> NDArray[Any]:
        """Read samples ``[start, stop)`` as (samples, channels); see `Recording.read_rows`."""
        return self._samples.rows(*self._checked(start, stop))

    def read_channels(
        self, channels: NDArray[np.intp], start: int, stop: int
    ) -> NDArray[np.float32]:
        """Read samples ``[start, stop)`` of some channels.

        Parameters
        ----------
        channels : ndarray of int, shape (channels,)
            Their places in the file, each in ``[0, info.n_channels)``.
        start, stop : int
            Sample indices.

        Returns
        -------
        ndarray of float32, shape (channels, samples)
            A fresh, C-contiguous array in `info.units`; shorter than asked for where the file has
            become shorter. Of planar files only these channels are read.
        """
        return self._samples.channels(channels, *self._checked(start, stop))

    def size_now(self) -> int:
        """Size of the file in bytes at this moment."""
        return self._file.size_now()

    def close(self) -> None:
        self._file.close()

    def _checked(self, start: int, stop: int) -> tuple[int, int]:
        start, stop = operator.index(start), operator.index(stop)
        if not 0 <= start <= stop <= self.info.n_samples:
            raise ValueError(
                f"samples {start} to {stop} do not lie within 0 to {self.info.n_samples}"
            )
        return start, stop


def _describe(
    file: PositionedFile, name: LabName, experiment_path: Path, layout: Layout | None
) -> RecordingInfo:
    experiment = _read_experiment(experiment_path)
    channels, guessed = experiment.channels(name.microdrive_name)
    warnings = [*experiment.warnings, *guessed]
    sampling_rate = name.sampling_rate
    if sampling_rate is None:
        sampling_rate, guessed = experiment.sampling_rate()
        warnings += guessed
    n_samples, cut = _count_samples(file, name, channels, layout)
    return RecordingInfo(
        path=name.path,
        rec_id=name.rec_id,
        microdrive_name=name.microdrive_name,
        rec_type=name.rec_type,
        sampling_rate=sampling_rate,
        n_samples=n_samples,
        channels=channels,
        dtype=name.dtype,
        units=name.units,
        layout=layout or name.layout,
        warnings=(*warnings, *cut),
        source=SourceKey.of_open(file),
    )


def _read_experiment(path: Path) -> Experiment:
    try:
        return Experiment.read(path)
    except RecordingError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            raise RecordingError(
                path,
                "does not exist, so the number of channels is unknown",
                "put the experiment's JSON beside the recording",
            ) from error
        raise


def _count_samples(
    file: PositionedFile, name: LabName, channels: tuple[Channel, ...], layout: Layout | None
) -> tuple[int, list[str]]:
    """Return the number of samples, and what to say of a file that ends amid one."""
    row_bytes = len(channels) * name.dtype.itemsize
    n_samples, rest = divmod(file.size, row_bytes)
    of_all = f"a sample of {len(channels)} channels takes {row_bytes:,}"
    if not n_samples:
        raise RecordingError(
            file.path, f"holds no samples: {file.size:,} bytes, {of_all}", "copy it again"
        )
    if not rest:
        return n_samples, []
    if (layout or name.layout) == "interleaved":
        return n_samples, [f"the last {rest:,} bytes are part of a sample and left out: {of_all}"]
    if layout is None:
        raise UncertainOrderError(
            file.path,
            f"has {file.size:,} bytes, {rest:,} more than whole samples: {of_all}; "
            "in channel order, a cut has shifted every channel",
            "copy it again, or name its layout, planar or interleaved, to read it all the same",
        )
    return n_samples, [
        f"{rest:,} bytes are more than whole samples ({of_all}): if the file was cut, its channels "
        "are shifted"
    ]
