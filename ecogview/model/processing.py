"""How signals are processed before they are shown. It changes what is shown, never the file."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, Self

from ecogview.data.mask_tracks import MaskTracks
from ecogview.dsp.filters import FilterSettings, alike_highpass_hz
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
    band_stop_hz : tuple of (low, high), optional
        A band that is taken out.
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
    band_stop_hz: tuple[float, float] | None = None
    reference: Reference = field(default_factory=Reference)
    detrend: Detrend = "constant"
    zscore: bool = False
    inverted: bool = False
    is_on: bool = True

    @property
    def filter(self) -> FilterSettings:
        """Its filter, switched on or not."""
        n_notches = 1 if self.notch_hz is None else self.n_harmonics + 1
        return FilterSettings(
            self.highpass_hz, self.lowpass_hz, self.notch_hz, n_notches, self.band_stop_hz
        )

    @property
    def is_set(self) -> bool:
        """Whether anything would be done were it switched on."""
        return replace(self, n_harmonics=3, is_on=True) != Processing()

    @property
    def is_in_force(self) -> bool:
        return self.is_on and self.is_set

    @property
    def in_force(self) -> Processing:
        """What is done now: nothing while it is switched off."""
        return self if self.is_on else Processing()

    def given_up_for(self, other: Processing) -> Processing:
        """What of it is not so in another one."""
        gone = Processing()
        for part in fields(self):
            value = getattr(self, part.name)
            if value != getattr(other, part.name):
                changed: dict[str, Any] = {part.name: value}
                gone = replace(gone, **changed)
        return gone

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

    def describe(self, labels: Sequence[str] = (), bad: frozenset[int] = frozenset()) -> str:
        """What is set, in words; empty where nothing is.

        Parameters
        ----------
        labels : sequence of str, optional
            Of the recording's channels.
        bad : frozenset of int, optional
            Channels that are left out of averages: what is left of these is said.
        """
        parts = [_band_text(self.highpass_hz, self.lowpass_hz)]
        if self.notch_hz is not None:
            times = f" ×{self.n_harmonics + 1}" if self.n_harmonics else ""
            parts.append(f"notch {self.notch_hz:g} Hz{times}")
        if self.band_stop_hz is not None:
            parts.append("without {:g}–{:g} Hz".format(*self.band_stop_hz))
        parts.append(_reference_text(self.reference, labels, bad))
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
        stop = self.band_stop_hz
        for name, hz in (
            ("high-pass", self.highpass_hz), ("low-pass", self.lowpass_hz),
            ("notch", self.notch_hz), *(("band-stop", corner) for corner in stop or ()),
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
        if stop is not None and (told := _stop_problem(stop, least)):
            return told
        if not 0 <= self.n_harmonics < MOST_NOTCHES:
            return (
                f"{self.n_harmonics} harmonics of the hum are more than {MOST_NOTCHES - 1} or less "
                "than 0; choose fewer."
            )
        return _reference_problem(self.reference, n_channels, has_grid=has_grid)


def _stop_problem(stop: tuple[float, float], least_hz: float) -> str | None:
    """`least_hz` is the lowest high-pass."""
    low, high = stop
    if low >= high:
        return (
            f"The band-stop from {low:g} to {high:g} Hz takes nothing out; choose an upper corner "
            "above the lower one."
        )
    alike = alike_highpass_hz(stop)
    if alike < least_hz:
        return (
            f"The band-stop of {low:g}–{high:g} Hz rings as long as a high-pass of {alike:.2g} Hz, "
            f"and {least_hz:g} Hz is the lowest there is at this sampling rate and so many "
            "channels; choose a wider one, higher up, or a notch."
        )
    return None


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


def _reference_text(reference: Reference, labels: Sequence[str], bad: frozenset[int]) -> str:
    match reference.kind:
        case "average" | "median":
            return _average_text(reference, len(labels), bad)
        case "rows":
            return "bipolar along rows"
        case "columns":
            return "bipolar along columns"
        case "channel" if reference.channels:
            channel = reference.channels[0]
            label = labels[channel] if channel < len(labels) else f"channel {channel + 1}"
            return f"against {label}{', a bad channel' if channel in bad else ''}"
    return ""


def _average_text(reference: Reference, n_channels: int, bad: frozenset[int]) -> str:
    chosen = reference.channels
    n_good = len(set(chosen or range(n_channels)) - bad)
    if not chosen:
        is_none = n_channels > 0 and n_good == 0
        return f"common {reference.kind}{', no channel is good: as recorded' if is_none else ''}"
    if n_good == 0:
        return f"{reference.kind} of {len(chosen)} channels, none is good: as recorded"
    good = "" if n_good == len(chosen) else f"{n_good} good of "
    return f"{reference.kind} of {good}{len(chosen)} channel{'s' * (len(chosen) > 1)}"


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

    def describe(self, labels: Sequence[str] = ()) -> str:
        """What is done, in words; `labels` are those of the recording's channels."""
        return self.processing.describe(labels, self.bad)

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
