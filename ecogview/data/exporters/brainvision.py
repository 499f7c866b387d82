"""BrainVision: ``.vhdr``, ``.vmrk`` and ``.eeg``, by pybv."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from ecogview.data.exporters.exporter import Block, Exporter, gathered, provenance
from ecogview.data.exporters.plan import ExportPlan
from ecogview.data.marks_table import spans_in_order
from ecogview.errors import ExportError


class BrainVision(Exporter):
    """float32 in µV, bad spans as comments, the place in the recording as the first comment."""

    key: ClassVar[str] = "brainvision"
    title: ClassVar[str] = "BrainVision"
    suffix: ClassVar[str] = ".vhdr"
    module: ClassVar[str] = "pybv"
    extra: ClassVar[str] = "brainvision"
    streams: ClassVar[bool] = False
    bytes_per_s: ClassVar[float] = 100e6

    def files(self, target: Path) -> tuple[Path, ...]:
        return target.with_suffix(".eeg"), target.with_suffix(".vmrk"), target

    def check(self, plan: ExportPlan) -> None:
        if len(set(plan.labels)) < plan.n_channels:
            raise ExportError(plan.target, "labels occur twice", "leave one of them out")

    def dtype(self, plan: ExportPlan) -> np.dtype[Any]:
        return np.dtype(np.float32)

    def n_bytes(self, plan: ExportPlan) -> int:
        n_spans = sum(len(runs) for runs in plan.marks.tracks().values())
        return 4 * plan.n_values + 64 * (n_spans + plan.n_channels) + 4096

    def memory_bytes(self, plan: ExportPlan) -> int:
        # float64 in volts, the same in µV, float32, and that in order.
        return 20 * plan.n_values + (64 << 20)

    def notes(self, plan: ExportPlan) -> tuple[str, ...]:
        notes = super().notes(plan)
        return (*notes, "the format knows µV only") if notes else notes

    def write(self, plan: ExportPlan, blocks: Iterable[Block], folder: Path) -> None:
        from pybv import write_brainvision

        data = gathered(plan, blocks, np.float64)
        if not plan.is_counts:
            data *= 1e-6  # pybv takes volts
        told = _text(provenance(plan))
        marks = [{"onset": 0, "duration": 1, "description": told, "type": "Comment"}]
        for start, stop, kind in spans_in_order(plan.marks):
            mark = {"onset": start, "duration": stop - start, "description": kind}
            marks.append({**mark, "type": "Comment"})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about units other than µV, which `notes` tells
            write_brainvision(
                data=data,
                sfreq=plan.info.sampling_rate,
                ch_names=[_text(label) for label in plan.labels],
                fname_base=plan.target.stem,
                folder_out=folder,
                overwrite=True,
                events=marks,
                resolution=1.0,
                unit="counts" if plan.is_counts else "µV",
            )


def _text(text: str) -> str:
    """Text that ends at no comma: pybv writes it as it is."""
    return text.replace(",", r"\1")
