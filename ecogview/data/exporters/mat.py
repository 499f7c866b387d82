"""MATLAB's ``.mat``, version 5: small variables by SciPy, large ones a piece at a time."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ecogview.data.exporters.exporter import Block, Exporter, provenance, too_large
from ecogview.data.exporters.mat_matrix import append_matrix
from ecogview.data.exporters.plan import MASK_KINDS, ExportPlan
from ecogview.data.exporters.sample_file import SampleFile

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
    bytes_per_s: ClassVar[float] = 350e6

    def check(self, plan: ExportPlan) -> None:
        n_bytes = plan.n_values * self.dtype(plan).itemsize
        if n_bytes > _LIMIT:
            raise too_large(plan, "the samples", n_bytes, _LIMIT, "npz or npy")

    def n_bytes(self, plan: ExportPlan) -> int:
        flags = len(MASK_KINDS) * plan.n_samples
        facts = _FACTS_BYTES + _LABEL_BYTES * plan.n_channels
        return plan.n_values * self.dtype(plan).itemsize + flags + facts

    def write(self, plan: ExportPlan, blocks: Iterable[Block], folder: Path) -> None:
        shape = (plan.n_channels, plan.n_samples)
        with SampleFile(folder / plan.target.name) as file:
            file.append_bytes(_facts(plan))
            append_matrix(file, "data", self.dtype(plan), shape, blocks)
            for kind in MASK_KINDS:
                flags = plan.flags(kind)
                append_matrix(file, kind, np.dtype(np.bool_), (plan.n_samples, 1), flags)


def _facts(plan: ExportPlan) -> bytes:
    """The file's header and all small variables."""
    from scipy.io import savemat

    labels: NDArray[Any] = np.empty((plan.n_channels, 1), object)
    labels[:, 0] = plan.labels
    made = io.BytesIO()
    variables = {
        "sampling_rate": plan.info.sampling_rate,
        "labels": labels,
        "units": plan.info.units,
        "start_sample": float(plan.start),
        "start_s": plan.start_s,
        "bad_channels": np.array(plan.marks.bad_channels),
        "source": provenance(plan),
    }
    savemat(made, variables, oned_as="column")
    return made.getvalue()
