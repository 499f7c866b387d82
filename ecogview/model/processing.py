"""How signals are processed before they are shown. It changes what is shown, never the file."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Self

from ecogview.data.mask_tracks import MaskTracks
from ecogview.dsp.filters import FilterSettings
from ecogview.dsp.reference import Reference
from ecogview.dsp.runs import EMPTY, Runs

Detrend = Literal["constant", "linear"]

LEAST_HIGHPASS_HZ = 0.05
"""Below it a picture depends on more than 42 s to either side, too many to read for each."""

_REACH_CYCLES = 2.3  # of a high-pass's corner that a picture depends on, to either side
_MOST_REACH = 20_000_000  # samples times channels to either side: 80 MB

MOST_NOTCHES = 20
NOTCH_PRESETS_HZ = (50.0, 60.0)
BAND_PRESETS_HZ: tuple[tuple[float | None, float | None], ...] = (
    (0.5, None), (1.0, None), (None, 100.0), (0.5, 100.0), (1.0, 40.0), (70.0, 150.0),
)  # fmt: skip
"""High-pass and low-pass corners that people ask for; None leaves one out."""


@dataclass(frozen=True, slots=True)
class Processing:
    """What is done to the samples, in this order: reference, filters, size.

    Parameters
    ----------
    highpass_hz, lowpass_hz : float or None
        Corners; both make a band-pass.
    notch_hz : float or None
        Hum that is taken out.
    n_harmonics : int
        How many of its multiples go with it, as far as the sampling rate reaches.
    reference : Reference
    detrend : {"constant", "linear"}
        What is taken off each channel; the constant goes with all processing. A line is one for
        the whole recording: one of the window would make traces jump.
    zscore : bool
        Whether each channel is shown in units of its standard deviation.
    inverted : bool
        Whether negative is up.
    is_on : bool
        Switches all of it off and on again.
    """

    highpass_hz: float | None = None
    lowpass_hz: float | None = None
    notch_hz: float | None = None
    n_harmonics: int = 3
    reference: Reference = field(default_factory=Reference)
    detrend: Detrend = "constant"
    zscore: bool = False
    inverted: bool = False
    is_on: bool = True

    @property
    def filter(self) -> FilterSettings:
        """Its filter, switched on or not."""
        n_notches = 1 if self.notch_hz is None else self.n_harmonics + 1
        return FilterSettings(self.highpass_hz, self.lowpass_hz, self.notch_hz, n_notches)

    @property
    def is_set(self) -> bool:
        """Whether anything would be done were it switched on."""
        return replace(self, n_harmonics=3, is_on=True) != Processing()

    @property
    def is_in_force(self) -> bool:
        return self.is_on and self.is_set

    @property
    def needs_samples(self) -> bool:
        """Whether low and high of a bin do not tell what they become: a filter or a reference."""
        return not self.filter.is_none or self.reference.kind != "recorded"

    @property
    def keeps_constant(self) -> bool:
        """Whether adding a channel's constant to what is shown gives its level as recorded."""
        return (
            self.highpass_hz is None
            and self.reference.kind == "recorded"
            and self.detrend == "constant"
            and not self.zscore
            and not self.inverted
        )

    def toggled(self) -> Self:
        """The same, switched off or on again."""
        return replace(self, is_on=not self.is_on)

    def units(self, recorded: str) -> str:
        """What amplitudes are in, given the recording's units: "µV", "counts" or "z"."""
        return "z" if self.is_in_force and self.zscore else recorded

    def describe(self, labels: Sequence[str] = ()) -> str:
        """What is set, in words; empty where nothing is.

        Parameters
        ----------
        labels : sequence of str, optional
            Of the recording's channels.
        """
        parts = [_band_text(self.highpass_hz, self.lowpass_hz)]
        if self.notch_hz is not None:
            times = f" ×{self.n_harmonics + 1}" if self.n_harmonics else ""
            parts.append(f"notch {self.notch_hz:g} Hz{times}")
        parts.append(_reference_text(self.reference, labels))
        parts.append("linear trend off" if self.detrend == "linear" else "")
        parts.append("z-score" if self.zscore else "")
        parts.append("inverted" if self.inverted else "")
        return " · ".join(part for part in parts if part)

    def problem(
        self, sampling_rate: float, n_channels: int | None = None, *, has_grid: bool = True
    ) -> str | None:
        """Why this cannot be done to a recording and what to do; None if it can.

        Parameters
        ----------
        sampling_rate : float
            In Hz.
        n_channels : int, optional
        has_grid : bool, optional
            Whether rows and columns of its electrodes are known.
        """
        half = sampling_rate / 2
        for name, hz in (
            ("high-pass", self.highpass_hz), ("low-pass", self.lowpass_hz), ("notch", self.notch_hz)
        ):  # fmt: skip
            if hz is not None and not 0 < hz < half:
                return (
                    f"The {name} of {hz:g} Hz is not between 0 and {half:g} Hz, half the sampling "
                    f"rate of {sampling_rate:g} Hz; choose one that is, or leave it out."
                )
        highpass, lowpass = self.highpass_hz, self.lowpass_hz
        least = least_highpass_hz(sampling_rate, n_channels or 1)
        if highpass is not None and highpass < least:
            return (
                f"The high-pass of {highpass:g} Hz is below {least:g} Hz, the lowest there is at "
                f"{sampling_rate:g} Hz and so many channels; choose a higher one, or take the "
                "linear trend off instead."
            )
        if highpass is not None and lowpass is not None and highpass >= lowpass:
            return (
                f"The high-pass of {highpass:g} Hz is not below the low-pass of {lowpass:g} Hz, so "
                "nothing would be left; choose a lower high-pass or a higher low-pass."
            )
        if not 0 <= self.n_harmonics < MOST_NOTCHES:
            return (
                f"{self.n_harmonics} harmonics of the hum are more than {MOST_NOTCHES - 1} or less "
                "than 0; choose fewer."
            )
        return _reference_problem(self.reference, n_channels, has_grid=has_grid)


def least_highpass_hz(sampling_rate: float, n_channels: int) -> float:
    """The lowest high-pass for which few enough samples have to be read for a picture."""
    hz = _REACH_CYCLES * sampling_rate * n_channels / _MOST_REACH
    return max(math.ceil(hz * 100) / 100, LEAST_HIGHPASS_HZ)


def _band_text(highpass_hz: float | None, lowpass_hz: float | None) -> str:
    if highpass_hz is not None and lowpass_hz is not None:
        return f"{highpass_hz:g}–{lowpass_hz:g} Hz"
    if highpass_hz is not None:
        return f"above {highpass_hz:g} Hz"
    return "" if lowpass_hz is None else f"below {lowpass_hz:g} Hz"


def _reference_text(reference: Reference, labels: Sequence[str]) -> str:
    of = f" of {len(reference.channels)} channels" if reference.channels else ""
    match reference.kind:
        case "average":
            return f"average{of}" if of else "common average"
        case "median":
            return f"median{of}" if of else "common median"
        case "rows":
            return "bipolar along rows"
        case "columns":
            return "bipolar along columns"
        case "channel" if reference.channels:
            channel = reference.channels[0]
            label = labels[channel] if channel < len(labels) else f"channel {channel + 1}"
            return f"against {label}"
    return ""


def _reference_problem(
    reference: Reference, n_channels: int | None, *, has_grid: bool
) -> str | None:
    if reference.kind == "channel" and len(reference.channels) != 1:
        return f"{len(reference.channels)} channels are the reference, not one; choose one."
    beyond = [c for c in reference.channels if n_channels is not None and c >= n_channels]
    if beyond:
        return (
            f"Channel {beyond[0] + 1} of the reference is beyond the {n_channels} of this "
            "recording; choose others."
        )
    if reference.kind in ("rows", "columns") and not has_grid:
        return (
            "No row and column of the electrodes is known, so none has a neighbour; choose "
            "another reference, or add them to the experiment's JSON."
        )
    return None


@dataclass(frozen=True, slots=True)
class AppliedProcessing:
    """A processing with all that it depends on; equal ones give the same picture.

    `bad` are the channels that stay out of the reference, `masked` the samples that no filter
    lets through to their neighbours; both are empty where they do not matter.
    """

    processing: Processing
    bad: frozenset[int] = frozenset()
    masked: Runs = EMPTY

    @property
    def of_whole(self) -> AppliedProcessing:
        """What a pass over the whole recording does: without mask and size.

        Neither an edit of the mask nor a z-score must have it made anew.
        """
        sized = replace(self.processing, zscore=False, inverted=False)
        return AppliedProcessing(sized, self.bad)


def applied_processing(
    processing: Processing, bad: frozenset[int], mask: MaskTracks | None
) -> AppliedProcessing | None:
    """What a processing depends on; None where nothing is done.

    Parameters
    ----------
    processing : Processing
    bad : frozenset of int
        The bad channels.
    mask : MaskTracks or None
    """
    if not processing.is_in_force:
        return None
    is_filtered = not processing.filter.is_none
    return AppliedProcessing(
        processing,
        bad if processing.reference.heeds_bad else frozenset(),
        mask.bad if is_filtered and mask is not None else EMPTY,
    )
