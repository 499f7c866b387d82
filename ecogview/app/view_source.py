"""What `ecogview.view` is given, as what can be opened."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ecogview.data.data_file import DataFile
from ecogview.errors import RecordingError
from ecogview.services.sources import ArraySource, FileSource, Source


def parse_source(
    source: str | os.PathLike[str] | DataFile | ArrayLike,
    sampling_rate: float | None,
    channel_labels: Sequence[str] | None,
) -> Path | Source:
    """Return a path that exists, or what has samples; raises as `ecogview.view` says.

    Parameters are those of `ecogview.view`.
    """
    if isinstance(source, DataFile):
        usual = FileSource(source.data_file_path)
        own_mask = source.mask_file_path if source.mask_file_path != usual.mask_path else None
        return replace(
            usual,
            experiment_path=source.exp_file_path,
            own_mask_path=own_mask,
            layout=source.layout,
        )
    if isinstance(source, str | os.PathLike):
        path = Path(source)
        if not path.exists():
            raise RecordingError(path, "does not exist", "check the path")
        return path
    array: np.ndarray[Any, Any] = np.asarray(source)
    if array.ndim != 2 or 0 in array.shape or array.dtype.kind not in "iufb":
        raise ValueError(
            f"an array of numbers, (channels, samples), is needed; "
            f"this one has shape {array.shape} and dtype {array.dtype}"
        )
    if sampling_rate is None or not 0 < sampling_rate < float("inf"):
        raise ValueError(f"an array needs sampling_rate in Hz, not {sampling_rate!r}")
    labels = tuple(channel_labels or ())
    if labels and len(labels) != len(array):
        raise ValueError(f"{len(labels)} labels for {len(array)} channels")
    return ArraySource(array, float(sampling_rate), labels)
