"""A recording with its mask: the class that scripts use."""

from __future__ import annotations

import math
import operator
import os
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ecogview.data.channel_choice import chosen_channels
from ecogview.data.closing import Closing
from ecogview.data.lab_binary import LabBinary
from ecogview.data.mask_elsewhere import mask_elsewhere
from ecogview.data.mask_tracks import MaskTracks, empty_tracks, load_tracks
from ecogview.data.recording import Electrode, Layout
from ecogview.data.sample_checks import SampleWarning, sample_warnings, zero_spans
from ecogview.dsp.runs import Runs
from ecogview.errors import MaskFileError, RecordingError, printable

if TYPE_CHECKING:
    from mne.io import RawArray

_PASS_BYTES = 1 << 22


class DataFile(Closing):
    """One recording of the lab with its quality mask.

    Parameters
    ----------
    data_file_path : str or path-like
        ``<rec_id>.<microdrive>[.<anything>].<rec_type>.dat``.
    exp_file_path : str or path-like, optional
        The experiment's JSON, by default ``<rec_id>.experiment.json`` beside the data.
    mask_file_path : str or path-like, optional
        The mask, by default where ecogview was told to keep it, else the data's name with
        ``.mask.pkl`` for ``.dat``, without the filter of a filtered recording. Without such a file
        nothing is bad; one that is named, or kept elsewhere, must exist.
    layout : {"interleaved", "planar"}, optional
        Order of the samples, by default that of the type.

    Raises
    ------
    RecordingError
        If the recording cannot be opened. An unreadable mask is no reason: then `warnings` says
        why, and what depends on the mask raises `MaskFileError`.

    Notes
    -----
    The file stays open until `close` or garbage collection. Copies made by pickling open the
    files anew. Nothing is ever written.
    """

    def __init__(
        self,
        data_file_path: str | os.PathLike[str],
        exp_file_path: str | os.PathLike[str] | None = None,
        mask_file_path: str | os.PathLike[str] | None = None,
        *,
        layout: Layout | None = None,
    ) -> None:
        self.recording = LabBinary(data_file_path, exp_file_path, layout=layout)
        self.info = self.recording.info
        self.data_file_path = self.info.path
        self.exp_file_path = self.recording.experiment_path
        self.mask_file_path = Path(mask_file_path or self.recording.name.mask_path)
        self._elsewhere: Path | None = None
        self._tracks = self._find_tracks() if mask_file_path is None else self._load_tracks()
        self._reopened = partial(
            type(self), data_file_path, exp_file_path, mask_file_path, layout=layout
        )

    def _find_tracks(self) -> MaskTracks | MaskFileError:
        try:
            self._elsewhere = mask_elsewhere(self.data_file_path)
        except MaskFileError as error:
            return error
        if self._elsewhere is not None:
            self.mask_file_path = self._elsewhere
        # A link that leads nowhere exists: an unreadable mask is not the same as none.
        elif not os.path.lexists(self.mask_file_path):
            return empty_tracks(self.n_sample, self.n_ch)
        return self._load_tracks()

    def _load_tracks(self) -> MaskTracks | MaskFileError:
        try:
            return load_tracks(self.mask_file_path, self.n_sample, self.n_ch, self.srate)
        except MaskFileError as error:
            return error

    # -- the recording

    @property
    def rec_id(self) -> str:
        return self.info.rec_id

    @property
    def microdrive_name(self) -> str:
        return self.info.microdrive_name

    @property
    def rec_type(self) -> str:
        return self.info.rec_type

    @property
    def srate(self) -> float:
        """Sampling rate in Hz."""
        return self.info.sampling_rate

    @property
    def data_type(self) -> np.dtype[Any]:
        """Type of a sample in the file, `raw` as the int16 it holds."""
        return self.info.dtype

    @property
    def units(self) -> str:
        """Unit of the samples, "µV" or "counts"."""
        return self.info.units

    @property
    def layout(self) -> Layout:
        """Order of the samples that the file is read in."""
        return self.info.layout

    @property
    def n_ch(self) -> int:
        """Number of channels."""
        return self.info.n_channels

    @property
    def n_sample(self) -> int:
        """Number of samples of each channel."""
        return self.info.n_samples

    @property
    def t_total(self) -> float:
        """Duration in seconds."""
        return self.info.duration_s

    @property
    def ch_labels(self) -> list[str]:
        """Short labels, all different, in file order."""
        return list(self.info.labels)

    @property
    def electrodes(self) -> list[Electrode]:
        """Label, position (mm) and place in the grid of each channel."""
        return [channel.electrode for channel in self.info.channels]

    @property
    def warnings(self) -> list[str]:
        """What is odd about the files, what had to be guessed, what the samples contradict."""
        return self._warnings_advising('open with layout="{}"')

    def _warnings_advising(self, advice: str) -> list[str]:
        mask = self._tracks
        of_mask = (str(mask),) if isinstance(mask, MaskFileError) else mask.warnings
        if self._elsewhere is not None:
            where = f"the mask is kept in {self._elsewhere}, not beside the recording"
            of_mask = (printable(where), *of_mask)
        of_samples = (warning.advising(advice) for warning in self._sample_warnings)
        return [*self.info.warnings, *of_samples, *of_mask]

    @cached_property
    def _sample_warnings(self) -> tuple[SampleWarning, ...]:
        try:
            return sample_warnings(self.recording)
        except RecordingError as error:
            return (SampleWarning(str(error)),)

    @cached_property
    def zeroed(self) -> Runs:
        """Samples that are exactly 0 in all channels. Found by a pass over the whole file."""
        step = max(_PASS_BYTES // (self.n_ch * self.data_type.itemsize), 1)
        spans = [
            zero_spans(self.recording.read_rows(start, min(start + step, self.n_sample))) + start
            for start in range(0, self.n_sample, step)
        ]
        return Runs.of(np.concatenate(spans))

    # -- the mask

    @property
    def tracks(self) -> MaskTracks:
        """The mask as runs; `MaskFileError` where it cannot be read."""
        if isinstance(self._tracks, MaskFileError):
            error = self._tracks
            raise MaskFileError(error.path, error.reason, error.remedy) from error
        return self._tracks

    @property
    def data_mask(self) -> NDArray[np.bool_]:
        """Booleans over samples, True = bad; a fresh array, shape (n_sample,)."""
        return self.tracks.bad.to_bool(0, self.n_sample)

    @property
    def ch_idx(self) -> NDArray[np.bool_]:
        """Booleans over channels, True = bad; a fresh array, shape (n_ch,)."""
        return np.array(self.tracks.bad_channels)

    @property
    def bad_channels(self) -> list[str]:
        """Labels of the bad channels."""
        return [self.info.labels[channel] for channel in np.flatnonzero(self.tracks.bad_channels)]

    @property
    def bad_spans(self) -> list[tuple[float, float]]:
        """Bad stretches as (start_s, stop_s)."""
        starts, stops = (self.tracks.bad.bounds / self.srate).T.tolist()
        return list(zip(starts, stops, strict=True))

    @property
    def masked_fraction(self) -> float:
        """Share of the samples that are bad, 0 to 1."""
        return self.tracks.masked_fraction

    # -- reading

    def read(
        self,
        t_start: float = 0.0,
        t_len: float = -1,
        ch_idx: ArrayLike | None = None,
        use_mask: bool = True,  # noqa: FBT001, FBT002  the author's signature
        mask_value: float = 0.0,
        mask_pad_t: float = 0.0,
    ) -> NDArray[np.float32]:
        """Read a window.

        Parameters
        ----------
        t_start, t_len : float
            Start and length in seconds, rounded to the nearest sample; a `t_len` of -1 reaches to
            the end of the recording.
        ch_idx : array_like, optional
            Channels: booleans over all of them (True = return it), indices, or labels. By default
            the good ones.
        use_mask : bool
            Whether bad samples are replaced.
        mask_value : float
            What they are replaced by, in every channel.
        mask_pad_t : float
            Seconds by which every bad stretch is longer at both ends, rounded up to samples.

        Returns
        -------
        ndarray of float32, shape (channels, samples)
            A fresh, C-contiguous array in `units`.

        Raises
        ------
        ValueError
            If the window reaches outside the recording, a channel is unknown or the padding
            negative.
        RecordingError
            If the file cannot be read or has become shorter.
        MaskFileError
            If the mask is needed and cannot be read.
        """
        start, stop = self._window(t_start, t_len)
        if ch_idx is None:
            channels = np.flatnonzero(~self.tracks.bad_channels)
        else:
            channels = chosen_channels(ch_idx, self.info.labels)
        bad = self._bad_within(start, stop, mask_pad_t) if use_mask else None
        data = self.recording.read_channels(channels, start, stop)
        if data.shape[1] < stop - start:
            raise RecordingError(
                self.data_file_path,
                f"has become shorter: {self.recording.size_now():,} bytes are left, and of samples "
                f"{start:,} to {stop:,} only the first {data.shape[1]:,}",
                "open it again",
            )
        if bad is not None:
            for first, last in bad - start:
                data[:, first:last] = mask_value
        return data

    def to_mne(self, t_start: float = 0.0, t_len: float = -1) -> RawArray:
        """Read all channels of a window for MNE-Python, unmasked, in volts.

        Parameters
        ----------
        t_start, t_len : float
            As `read` has them.

        Returns
        -------
        mne.io.RawArray
            Bad channels are its bads, bad spans its annotations (``BAD_hf``, ``BAD_sat``,
            ``BAD_manual``), the first sample's number stands in its description. Of `raw` the
            counts, as ``misc`` channels.

        Raises
        ------
        ExportError
            If MNE is not installed (extra ``mne``).
        ValueError, RecordingError, MaskFileError
            As `read` does.
        """
        from ecogview.data.mne_raw import window_for_mne

        start, stop = self._window(t_start, t_len)
        data = self.read(t_start, t_len, range(self.n_ch), use_mask=False)
        return window_for_mne(self.info, self.tracks, data, start, stop)

    def _window(self, t_start: float, t_len: float) -> tuple[int, int]:
        if not (math.isfinite(t_start) and math.isfinite(t_len)):
            raise ValueError(f"t_start {t_start} and t_len {t_len} must be finite numbers")
        # A float32 would stay one in a product with a float, and miss samples far into a file.
        t_start, t_len = float(t_start), float(t_len)
        start = math.floor(t_start * self.srate + 0.5)
        if not 0 <= start <= self.n_sample:
            raise ValueError(f"t_start {t_start:.10g} s lies outside 0 to {self.t_total:.10g} s")
        if t_len == -1:
            return start, self.n_sample
        stop = start + math.floor(t_len * self.srate + 0.5)
        if not start <= stop <= self.n_sample:
            raise ValueError(
                f"t_len {t_len:.10g} s from {t_start:.10g} s on lies outside 0 to "
                f"{(self.n_sample - start) / self.srate:.10g} s (the recording ends at "
                f"{self.t_total:.10g} s)"
            )
        return start, stop

    def _bad_within(self, start: int, stop: int, pad_t: float) -> NDArray[np.int64]:
        if not pad_t >= 0 or math.isinf(pad_t):
            raise ValueError(f"mask_pad_t {pad_t} s must be a finite number, 0 or more")
        # 0.07 s at 100 Hz is 7.000000000000001 samples: that is meant to be 7.
        pad = math.ceil(min(float(pad_t) * self.srate, self.n_sample) * (1 - 1e-12))
        bad = self.tracks.bad.clip(start - pad, stop + pad)
        return bad.grow(pad, self.n_sample).clip(start, stop).bounds if pad else bad.bounds

    # -- the object

    def close(self) -> None:
        """Close the file; reading afterwards raises `RecordingError`."""
        self.recording.close()

    def __reduce__(self) -> tuple[Any, ...]:
        # Worker processes of a data loader get their own handle of the file.
        return self._reopened, ()

    def __repr__(self) -> str:
        samples = channels = "mask unreadable"
        if isinstance(self._tracks, MaskTracks):
            samples = f"{self._tracks.masked_fraction:.2%} masked"
            channels = f"{self._tracks.bad_channels.mean():.2%} masked"
        return (
            f"Data file: {printable(str(self.data_file_path))}\n"
            f"  samples: {self.n_sample:,} ({self.t_total:,.2f} s), {samples}\n"
            f"  channels: {self.n_ch}, {channels}"
        )


def warnings_advising(data_file: DataFile, advice: str) -> list[str]:
    """Its `warnings` with another advice on a wrong order of samples, ``{}`` being the right one.

    A command is told so in another way than a script.
    """
    return data_file._warnings_advising(advice)


def grow_bool_array(in_bool_array: ArrayLike, growth_size: int) -> NDArray[np.bool_]:
    """Make every run of True longer at both ends.

    Parameters
    ----------
    in_bool_array : array_like of bool, shape (samples,)
        Not changed.
    growth_size : int
        Samples to add at either end of each run; what would reach outside the array is cut.

    Returns
    -------
    ndarray of bool, shape (samples,)
        A new array.

    Raises
    ------
    ValueError
        If the array is not one of booleans of one dimension, or the size is negative.
    """
    flags = np.asarray(in_bool_array)
    if flags.ndim != 1 or (flags.dtype != np.bool_ and len(flags)):
        raise ValueError(f"booleans of one dimension are needed, not {flags.ndim} of {flags.dtype}")
    by = operator.index(growth_size)
    if by < 0:
        raise ValueError(f"growth_size is {by}, it must be 0 or more")
    runs = Runs.from_bool(np.ascontiguousarray(flags, np.bool_))
    grown = runs.grow(min(by, len(flags)), len(flags))
    return grown.to_bool(0, len(flags))
