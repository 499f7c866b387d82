"""A recording that exists only as facts, with marks of every kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ecogview.data.mask_tracks import MaskTracks, empty_tracks
from ecogview.data.recording import Channel, Electrode, RecordingInfo
from ecogview.dsp.runs import Runs

N = 40_000


def info_with(
    labels: Sequence[str] = ("E01", "E03", "E05"), *, rate: float = 1000.0, **changes: Any
) -> RecordingInfo:
    info = RecordingInfo(
        path=Path("rec001.LM1_ECOG_3.clfp.dat"),
        rec_id="rec001",
        microdrive_name="LM1_ECOG_3",
        rec_type="clfp",
        sampling_rate=rate,
        n_samples=N,
        channels=tuple(Channel(i, label, Electrode(label)) for i, label in enumerate(labels)),
        dtype=np.dtype("<f4"),
        units="µV",
        layout="interleaved",
    )
    return replace(info, **changes)


def tracks_with(n_channels: int = 3, **changes: Any) -> MaskTracks:
    tracks = replace(
        empty_tracks(N, n_channels),
        hf=Runs.of([(0, 3), (30_001, 30_010)]),
        sat=Runs.of([(2, 7), (N - 1, N)]),
        manual=Runs.of([(100, 101), (12_345, 23_456)]),
        bad_channels=np.arange(n_channels) == 1,
    )
    return replace(tracks, **changes)
