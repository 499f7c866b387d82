"""A quality mask in memory: tracks as runs, and what of the file must survive a save."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecogview.dsp.runs import EMPTY, Runs


@dataclass(frozen=True, eq=False)
class MaskTracks:
    """What is bad in a recording.

    Parameters
    ----------
    n_samples : int
        Length of the recording; no run reaches further.
    hf, sat, manual : Runs
        Samples the lab's detector found noisy or saturated, and samples a person marked.
        `manual` is disjoint from the other two.
    bad_channels : ndarray of bool, shape (n_channels,), read-only
        True where a channel is bad.
    has_channel_flags : bool
        Whether the file held `ch`; a save always writes it.
    warnings : tuple of str
        What is odd about the file and what a save would change.
    """

    n_samples: int
    hf: Runs
    sat: Runs
    manual: Runs
    bad_channels: NDArray[np.bool_]
    has_channel_flags: bool
    warnings: tuple[str, ...] = ()
    unapplied: Runs = EMPTY
    extra: Mapping[Any, Any] = field(default_factory=lambda: MappingProxyType({}))

    @cached_property
    def bad(self) -> Runs:
        """Samples bad for any reason."""
        return self.hf.union(self.sat, self.manual)

    @property
    def masked_fraction(self) -> float:
        """Share of the samples that are bad, 0 to 1."""
        return self.bad.total / self.n_samples if self.n_samples else 0.0

    def marks_equal(self, other: MaskTracks) -> bool:
        """Whether both hold the same tracks and the same bad channels."""
        return (
            self.hf == other.hf
            and self.sat == other.sat
            and self.manual == other.manual
            and np.array_equal(self.bad_channels, other.bad_channels)
        )


def empty_tracks(n_samples: int, n_channels: int) -> MaskTracks:
    """Tracks of a recording that has no mask file: nothing is bad."""
    flags = np.zeros(n_channels, bool)
    flags.setflags(write=False)
    return MaskTracks(n_samples, EMPTY, EMPTY, EMPTY, flags, has_channel_flags=False)
