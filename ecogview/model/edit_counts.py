"""What an edit would change, in numbers, before it is made."""

from __future__ import annotations

from dataclasses import dataclass

from ecogview.data.mask_tracks import MaskTracks
from ecogview.model.mask import KINDS, MaskEdit


@dataclass(frozen=True, slots=True)
class EditCounts:
    """Spans and bad samples before and after an edit.

    Parameters
    ----------
    spans_before, spans_after : tuple of int, one a kind
        In the order of `KINDS`, each kind by itself, as the table of spans lists them.
    added, removed : int
        Samples that become bad, and good.
    masked_before, masked_after : float
        Share of the recording that is bad, 0 to 1.
    """

    spans_before: tuple[int, ...]
    spans_after: tuple[int, ...]
    added: int
    removed: int
    masked_before: float
    masked_after: float

    @classmethod
    def of(cls, tracks: MaskTracks, edit: MaskEdit) -> EditCounts:
        after = edit.apply(tracks) if edit.tracks else tracks
        return cls(
            tuple(len(tracks.tracks()[kind]) for kind in KINDS),
            tuple(len(after.tracks()[kind]) for kind in KINDS),
            after.bad.difference(tracks.bad).total,
            tracks.bad.difference(after.bad).total,
            tracks.masked_fraction,
            after.masked_fraction,
        )
