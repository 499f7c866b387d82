"""MATLAB's ``.mat``, version 5, by SciPy."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from ecogview.data.exporters.exporter import Block, Exporter, gathered, provenance, too_large
from ecogview.data.exporters.plan import MASK_KINDS, ExportPlan

# Sizes are signed 32-bit integers to MATLAB; a header comes before the values.
_LIMIT = (1 << 31) - (1 << 12)
_FACTS_BYTES, _LABEL_BYTES = 1024, 64


class Mat(Exporter):
    """Variables `data` (channels, samples), `sampling_rate`, `labels` and what `Npz` has.

    `labels` is a cell array of one column, as long as `data` has rows; `start_sample` counts from
    0, the masks are logical.
    """

    key: ClassVar[str] = "mat"
    title: ClassVar[str] = "MATLAB file (v5)"
    suffix: ClassVar[str] = ".mat"
    streams: ClassVar[bool] = False
    bytes_per_s: ClassVar[float] = 400e6

    def check(self, plan: ExportPlan) -> None:
        n_bytes = plan.n_values * self.dtype(plan).itemsize
        if n_bytes > _LIMIT:
            raise too_large(plan, "the samples", n_bytes, _LIMIT, "npz or npy")

    def n_bytes(self, plan: ExportPlan) -> int:
        flags = len(MASK_KINDS) * plan.n_samples
        facts = _FACTS_BYTES + _LABEL_BYTES * plan.n_channels
        return plan.n_values * self.dtype(plan).itemsize + flags + facts

    def memory_bytes(self, plan: ExportPlan) -> int:
        # SciPy makes bytes of the array before it writes them.
        return 2 * plan.n_values * self.dtype(plan).itemsize + 4 * plan.n_samples + (64 << 20)

    def write(self, plan: ExportPlan, blocks: Iterable[Block], folder: Path) -> None:
        from scipy.io import savemat

        marks = plan.marks
        labels = np.empty((plan.n_channels, 1), object)
        labels[:, 0] = plan.labels
        variables: dict[str, Any] = {
            "data": gathered(plan, blocks, self.dtype(plan)),
            "sampling_rate": plan.info.sampling_rate,
            "labels": labels,
            "units": plan.info.units,
            "start_sample": float(plan.start),
            "start_s": plan.start_s,
            "bad_channels": np.array(marks.bad_channels),
            "source": provenance(plan),
        }
        for kind in MASK_KINDS:
            variables[kind] = np.concatenate([*plan.flags(kind)])
        with (folder / plan.target.name).open("xb") as file:
            savemat(file, variables, oned_as="column")
