"""FIF, by MNE-Python."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from ecogview.data.exporters.exporter import Block, Exporter, too_large
from ecogview.data.exporters.fif_stream import save_fif
from ecogview.data.exporters.plan import ExportPlan, stretch_text
from ecogview.data.recording import RecordingInfo
from ecogview.errors import ExportError

_LIMIT = 2_000_000_000  # MNE splits what is larger


class Fif(Exporter):
    """float32 in volts, with bad channels and ``BAD_`` annotations; the description says whence.

    The file's first sample is 0: MNE stores the times of annotations as float32, and counted from
    the recording's start they would be 7 samples off 3,000 s into one at 30 kHz.
    """

    key: ClassVar[str] = "fif"
    title: ClassVar[str] = "FIF (MNE)"
    suffix: ClassVar[str] = ".fif"
    module: ClassVar[str] = "mne"
    extra: ClassVar[str] = "mne"
    bytes_per_s: ClassVar[float] = 80e6

    def default_name(self, info: RecordingInfo, start: int, stop: int) -> str:
        stem = info.path.name.removesuffix(".dat")
        return f"{stem}_{stretch_text(info, start, stop)}_raw{self.suffix}"

    def check(self, plan: ExportPlan) -> None:
        n_bytes = self.n_bytes(plan)
        if n_bytes > _LIMIT:
            raise too_large(plan, "the samples", n_bytes, _LIMIT, "BrainVision or npy")
        moved = first_moved(plan)
        if moved is not None:
            raise ExportError(
                plan.target,
                f"FIF keeps times as float32, by which the bad span at sample "
                f"{plan.start + moved:,}, {moved / plan.info.sampling_rate:,.0f} s into the "
                "stretch, would be moved",
                "export a shorter stretch, or as BrainVision or npz",
            )

    def dtype(self, plan: ExportPlan) -> np.dtype[Any]:
        return np.dtype(np.float32)

    def stored(self, plan: ExportPlan) -> str:
        return f"float32, {'counts' if plan.is_counts else 'V'}"

    def shown(self, plan: ExportPlan, rows: Block) -> Block:
        return rows if plan.is_counts else rows.astype(np.float64) * 1e-6

    def n_bytes(self, plan: ExportPlan) -> int:
        return 4 * plan.n_values + 256 * plan.n_channels + (1 << 14)

    def memory_bytes(self, plan: ExportPlan) -> int:
        # MNE itself, and at most a second of float64 in some copies.
        second = 8 * plan.n_channels * int(plan.info.sampling_rate + 1)
        return (160 << 20) + 4 * second

    def write(self, plan: ExportPlan, blocks: Iterable[Block], folder: Path) -> None:
        save_fif(plan, blocks, folder / plan.target.name)


def first_moved(plan: ExportPlan) -> int | None:
    """First bad span of a stretch, counted from its start, that float32 seconds do not keep."""
    spans = np.concatenate([runs.bounds for runs in plan.marks.tracks().values()])
    rate = plan.info.sampling_rate
    onsets = (spans[:, 0] / rate).astype(np.float32).astype(np.float64)
    lengths = ((spans[:, 1] - spans[:, 0]) / rate).astype(np.float32).astype(np.float64)
    # A fifth of a sample to spare: MNE rounds what it reads to microseconds.
    starts_off = np.abs(onsets * rate - spans[:, 0])
    stops_off = np.abs((onsets + lengths) * rate - spans[:, 1])
    moved = np.flatnonzero(np.maximum(starts_off, stops_off) > 0.3)
    return int(spans[moved, 0].min()) if moved.size else None
