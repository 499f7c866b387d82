"""Edits of the quality mask: frozen data that can be applied and taken back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from ecogview.data.mask_tracks import MaskTracks


@dataclass(frozen=True, slots=True)
class ChannelEdit:
    """Channels set to bad or good. Holds only those that really change.

    `plan` makes it, `apply` and `revert` return new tracks; the old ones are never touched.
    """

    channels: tuple[int, ...]
    bad: bool

    @classmethod
    def plan(cls, tracks: MaskTracks, channels: Iterable[int], *, bad: bool) -> ChannelEdit:
        return cls(tuple(c for c in dict.fromkeys(channels) if tracks.bad_channels[c] != bad), bad)

    def apply(self, tracks: MaskTracks) -> MaskTracks:
        return self._with(tracks, bad=self.bad)

    def revert(self, tracks: MaskTracks) -> MaskTracks:
        return self._with(tracks, bad=not self.bad)

    def _with(self, tracks: MaskTracks, *, bad: bool) -> MaskTracks:
        flags = np.array(tracks.bad_channels)
        flags[list(self.channels)] = bad
        flags.setflags(write=False)
        return replace(tracks, bad_channels=flags)

    def __bool__(self) -> bool:
        return bool(self.channels)
