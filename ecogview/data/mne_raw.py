"""Samples as a ``RawArray`` of MNE-Python."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ecogview.data.exporters.exporter import provenance
from ecogview.data.exporters.plan import ExportPlan, cropped
from ecogview.data.marks_table import spans_in_order
from ecogview.data.mask_tracks import MaskTracks
from ecogview.data.recording import RecordingInfo
from ecogview.errors import ExportError

if TYPE_CHECKING:
    from mne import Info
    from mne.io import RawArray

INSTALL = 'pip install "ecogview[mne]"'


def mne_raw(
    info: RecordingInfo,
    labels: list[str],
    data: NDArray[np.float64],
    marks: MaskTracks,
    description: str = "",
) -> RawArray:
    """Make a ``RawArray`` with bad channels and ``BAD_`` annotations.

    Parameters
    ----------
    info : RecordingInfo
    labels : list of str
        Of the channels.
    data : ndarray of float64, shape (channels, samples)
        In the unit of the recording; converted to volts in place, counts stay.
    marks : MaskTracks
        Of these samples and channels.
    description : str, optional
        Where it is from. The first sample has the number 0: with another, FIF would move the
        annotations, whose times it stores as float32.

    Returns
    -------
    mne.io.RawArray
        Channels of the kind ``ecog`` in volts; ``misc`` for counts, which have no known gain.

    Raises
    ------
    ExportError
        If MNE is not installed.
    """
    if find_spec("mne") is None:
        raise ExportError(info.path, "MNE-Python is not installed", f"install it: {INSTALL}")
    import mne

    if info.units != "counts":
        data *= 1e-6
    facts = mne_info(info, labels, marks, description)
    raw: RawArray = annotated(mne.io.RawArray(data, facts, verbose="error"), info, marks)
    return raw


def mne_info(info: RecordingInfo, labels: list[str], marks: MaskTracks, description: str) -> Info:
    """Make what MNE knows of channels, with their kind and the bad ones."""
    import mne

    kind = "misc" if info.units == "counts" else "ecog"
    facts = mne.create_info(labels, info.sampling_rate, kind, verbose="error")
    facts["description"] = description
    facts["bads"] = [label for label, bad in zip(labels, marks.bad_channels, strict=True) if bad]
    return facts


def annotated(raw: Any, info: RecordingInfo, marks: MaskTracks) -> Any:
    """Annotate the bad spans of a ``Raw`` whose first sample is 0, and return it."""
    import mne

    spans = list(spans_in_order(marks))
    rate = info.sampling_rate
    annotations = mne.Annotations(
        onset=[first / rate for first, _, _ in spans],
        duration=[(last - first) / rate for first, last, _ in spans],
        description=[kind for _, _, kind in spans],
    )
    return raw.set_annotations(annotations, verbose="error")


def window_for_mne(
    info: RecordingInfo, tracks: MaskTracks, data: NDArray[np.float32], start: int, stop: int
) -> RawArray:
    """Make a ``RawArray`` of samples ``[start, stop)`` of all channels; see `DataFile.to_mne`."""
    everyone = tuple(range(info.n_channels))
    marks = cropped(tracks, start, stop, everyone)
    plan = ExportPlan(info, start, stop, everyone, info.path, "fif", tracks=tracks)
    return mne_raw(info, list(info.labels), data.astype(np.float64), marks, provenance(plan))
