"""What an edit would change, in numbers, before it is made."""

from __future__ import annotations

from dataclasses import dataclass

from ecogview.data.mask_tracks import MaskTracks
from ecogview.model.mask import MaskEdit


@dataclass(frozen=True, slots=True)
class EditCounts:
    """Bad stretches, whatever the reasons, before and after an edit.

    Parameters
    ----------
    spans_before, spans_after : int
        Two of different kinds that overlap or touch are one.
    added, removed : int
        Samples that become bad, and good.
    masked_before, masked_after : float
        Share of the recording that is bad, 0 to 1.
    """

    spans_before: int
    spans_after: int
    added: int
    removed: int
    masked_before: float
    masked_after: float

    @classmethod
    def of(cls, tracks: MaskTracks, edit: MaskEdit) -> EditCounts:
        after = edit.apply(tracks) if edit.tracks else tracks
        return cls(
            len(tracks.bad),
            len(after.bad),
            after.bad.difference(tracks.bad).total,
            tracks.bad.difference(after.bad).total,
            tracks.masked_fraction,
            after.masked_fraction,
        )
