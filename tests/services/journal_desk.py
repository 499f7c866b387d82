"""What the tests of journals share: marks, and what is found of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from ecogview.data.mask_tracks import MaskTracks
from ecogview.dsp.runs import Runs
from ecogview.services.journal import Unsaved, pending

N, RATE = 40, 10.0


def marked(tracks: MaskTracks, *spans: tuple[int, int]) -> MaskTracks:
    flags = np.array([False, True, False])
    return replace(tracks, manual=tracks.manual.union(Runs.of(spans)), bad_channels=flags)


def only(mask: Path | None = None) -> Unsaved:
    found = pending(mask)
    assert found.problems == ()
    (unsaved,) = found.unsaved
    return unsaved
