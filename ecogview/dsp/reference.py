"""What is taken off every channel: an average, a median, the next electrode, one channel."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

ReferenceKind = Literal["recorded", "average", "median", "rows", "columns", "channel"]


@dataclass(frozen=True, slots=True)
class Reference:
    """What signals are shown against.

    Parameters
    ----------
    kind : str
        "recorded": as they were recorded. "average", "median": of the good channels. "rows",
        "columns": less the next good electrode to the right, or below (bipolar). "channel": less
        the one of `channels`.
    channels : tuple of int, optional
        Of these the average or median is taken, the bad ones left out; none means all.
    """

    kind: ReferenceKind = "recorded"
    channels: tuple[int, ...] = ()

    @property
    def heeds_bad(self) -> bool:
        """Whether it matters which channels are bad."""
        return self.kind not in ("recorded", "channel")


@dataclass(frozen=True, eq=False, slots=True)
class ReferencePlan:
    """A reference worked out for the channels of a recording.

    Attributes
    ----------
    weights : ndarray of float32, shape (channels,), or None
        For an average.
    members : ndarray of int64, or None
        For a median.
    partners : ndarray of int64, shape (channels,), or None
        For a difference of two; -1 where a channel has no partner.
    blank : ndarray of bool, shape (channels,), or None
        Channels that have no value under this reference: electrodes at the end of their line.
    """

    weights: NDArray[np.float32] | None = None
    members: NDArray[np.int64] | None = None
    partners: NDArray[np.int64] | None = None
    blank: NDArray[np.bool_] | None = None

    @property
    def is_sum(self) -> bool:
        """Whether it may as well be taken off what a filter has made of the channels."""
        return self.members is None

    def padded(self, width: int) -> ReferencePlan:
        """The same for rows of so many channels, of which the last ones are none."""
        weights, partners = self.weights, self.partners
        if weights is not None:
            weights = np.pad(weights, (0, width - len(weights)))
        if partners is not None:
            partners = np.pad(partners, (0, width - len(partners)), constant_values=-1)
        return ReferencePlan(weights, self.members, partners, self.blank)

    def apply(self, rows: NDArray[np.float32], kernels: ModuleType) -> None:
        """Take it off rows of shape (samples, channels) in place."""
        if self.weights is not None:
            kernels.take_off_mean(rows, self.weights)
        if self.members is not None:
            kernels.take_off_median(rows, self.members)
        if self.partners is not None:
            kernels.take_off_partners(rows, self.partners)


def plan_reference(
    reference: Reference,
    n_channels: int,
    bad: frozenset[int] = frozenset(),
    places: tuple[tuple[int | None, int | None], ...] = (),
) -> ReferencePlan:
    """Work a reference out.

    Parameters
    ----------
    reference : Reference
    n_channels : int
    bad : frozenset of int, optional
        Channels that stay out of averages, and that no other is taken against.
    places : tuple of (row, column), optional
        Of each channel in the array; None where it is not known.

    Returns
    -------
    ReferencePlan
        One that changes nothing where no channel is left to average.
    """
    if reference.kind in ("average", "median"):
        chosen = reference.channels or range(n_channels)
        members = [c for c in chosen if 0 <= c < n_channels and c not in bad]
        if not members:
            return ReferencePlan()
        if reference.kind == "median":
            return ReferencePlan(members=np.array(sorted(set(members)), np.int64))
        weights = np.zeros(n_channels, np.float32)
        weights[members] = 1 / len(set(members))
        return ReferencePlan(weights=weights)
    if reference.kind == "channel" and reference.channels:
        return ReferencePlan(partners=np.full(n_channels, reference.channels[0], np.int64))
    if reference.kind in ("rows", "columns"):
        partners = _neighbours(places, n_channels, bad, along_rows=reference.kind == "rows")
        return ReferencePlan(partners=partners, blank=partners < 0)
    return ReferencePlan()


def _neighbours(
    places: tuple[tuple[int | None, int | None], ...],
    n_channels: int,
    bad: frozenset[int],
    *,
    along_rows: bool,
) -> NDArray[np.int64]:
    """The next good channel in each one's row or column; -1 where there is none."""
    lines: dict[int, list[tuple[int, int]]] = {}
    for channel, (row, column) in enumerate(places[:n_channels]):
        if row is not None and column is not None:
            line, at = (row, column) if along_rows else (column, row)
            lines.setdefault(line, []).append((at, channel))
    partners = np.full(n_channels, -1, np.int64)
    for line_members in lines.values():
        following = -1
        for _, channel in sorted(line_members, reverse=True):
            partners[channel] = following
            if channel not in bad:
                following = channel
    return partners
