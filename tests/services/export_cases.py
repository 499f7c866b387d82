"""A name for each format, and which of them can be tried here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ecogview.data.exporters.registry import EXPORTERS
from ecogview.data.recording import Recording
from ecogview.services import export_blocks
from ecogview.services.export_blocks import SampleTransform

NAMES = {
    "lab": "cut001.LM1_ECOG_3.clfp.dat",
    "npy": "a.npy",
    "npz": "a.npz",
    "mat": "a.mat",
    "csv": "a.csv",
    "edf": "a.edf",
    "brainvision": "a.vhdr",
    "fif": "a_raw.fif",
}
STREAMED = ("lab", "npy", "npz", "mat", "csv", "brainvision", "fif")
KEYS = [
    pytest.param(e.key, marks=pytest.mark.skipif(bool(e.missing), reason=e.missing))
    for e in EXPORTERS
]


def small_blocks(monkeypatch: pytest.MonkeyPatch, n_bytes: int = 3000) -> None:
    monkeypatch.setattr(export_blocks, "_BLOCK_BYTES", n_bytes)


def transform(
    note: str, apply: Callable[[np.ndarray, int], np.ndarray], margin: int = 0
) -> SampleTransform:
    """One that calls `apply` with float32 samples, `margin` more at both ends, and the first."""

    class Reader:
        reach = margin

        def __init__(self, recording: Recording) -> None:
            self._recording = recording

        def rows(self, start: int, stop: int) -> Any:
            first = max(start - margin, 0)
            last = min(stop + margin, self._recording.info.n_samples)
            made = apply(self._recording.read_rows(first, last).astype(np.float32), first)
            return made[start - first : stop - first]

    return SampleTransform(note, Reader)
