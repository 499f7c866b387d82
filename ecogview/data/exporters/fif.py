"""FIF, by MNE-Python."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from ecogview.data.exporters.exporter import Block, Exporter, gathered, provenance, too_large
from ecogview.data.exporters.plan import ExportPlan, stretch_text
from ecogview.data.mne_raw import mne_raw
from ecogview.data.recording import RecordingInfo

_LIMIT = 2_000_000_000  # MNE splits what is larger


class Fif(Exporter):
    """float32 in volts, with bad channels, ``BAD_`` annotations and the first sample's number."""

    key: ClassVar[str] = "fif"
    title: ClassVar[str] = "FIF (MNE)"
    suffix: ClassVar[str] = ".fif"
    module: ClassVar[str] = "mne"
    extra: ClassVar[str] = "mne"
    streams: ClassVar[bool] = False
    bytes_per_s: ClassVar[float] = 80e6

    def default_name(self, info: RecordingInfo, start: int, stop: int) -> str:
        stem = info.path.name.removesuffix(".dat")
        return f"{stem}_{stretch_text(info, start, stop)}_raw{self.suffix}"

    def check(self, plan: ExportPlan) -> None:
        n_bytes = self.n_bytes(plan)
        if n_bytes > _LIMIT:
            raise too_large(plan, "the samples", n_bytes, _LIMIT, "BrainVision or npy")

    def dtype(self, plan: ExportPlan) -> np.dtype[Any]:
        return np.dtype(np.float32)

    def n_bytes(self, plan: ExportPlan) -> int:
        return 4 * plan.n_values + 256 * plan.n_channels + (1 << 14)

    def memory_bytes(self, plan: ExportPlan) -> int:
        # float64, and pieces of it while it is written; MNE itself takes 100 MB.
        return 12 * plan.n_values + (192 << 20)

    def write(self, plan: ExportPlan, blocks: Iterable[Block], folder: Path) -> None:
        data = gathered(plan, blocks, np.float64)
        raw = mne_raw(plan.info, list(plan.labels), data, plan.marks, plan.start, provenance(plan))
        # MNE would warn of a name that does not end as it likes.
        raw.save(folder / plan.target.name, fmt="single", split_size="2GB", verbose="error")
