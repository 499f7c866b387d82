"""A name for each format, and which of them can be tried here."""

from __future__ import annotations

import pytest

from ecogview.data.exporters.registry import EXPORTERS
from ecogview.services import export_blocks

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
STREAMED = ("lab", "npy", "npz", "csv")
KEYS = [
    pytest.param(e.key, marks=pytest.mark.skipif(bool(e.missing), reason=e.missing))
    for e in EXPORTERS
]


def small_blocks(monkeypatch: pytest.MonkeyPatch, n_bytes: int = 3000) -> None:
    monkeypatch.setattr(export_blocks, "_BLOCK_BYTES", n_bytes)
