"""NumPy's ``.npy``: the bare samples."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

import numpy as np

from ecogview.data.exporters.exporter import Block, Exporter
from ecogview.data.exporters.plan import ExportPlan
from ecogview.data.exporters.sample_file import SampleFile
from ecogview.errors import ExportError


class Npy(Exporter):
    """An array of shape (channels, samples) in Fortran order: in the file, sample by sample."""

    key: ClassVar[str] = "npy"
    title: ClassVar[str] = "NumPy array"
    suffix: ClassVar[str] = ".npy"
    holds_mask: ClassVar[bool] = False
    holds_bad_channels: ClassVar[bool] = False
    bytes_per_s: ClassVar[float] = 900e6

    def check(self, plan: ExportPlan) -> None:
        if plan.processing:
            raise ExportError(
                plan.target,
                "a .npy file has no place to say how the samples were processed",
                "export as npz, or without the processing",
            )

    def n_bytes(self, plan: ExportPlan) -> int:
        return len(npy_header(self.dtype(plan), self._shape(plan))) + (
            plan.n_values * self.dtype(plan).itemsize
        )

    def write(self, plan: ExportPlan, blocks: Iterable[Block], folder: Path) -> None:
        with SampleFile(folder / plan.target.name) as file:
            file.append_bytes(npy_header(self.dtype(plan), self._shape(plan)))
            for block in blocks:
                file.append(np.ascontiguousarray(block))

    @staticmethod
    def _shape(plan: ExportPlan) -> tuple[int, int]:
        return plan.n_channels, plan.n_samples


def npy_header(dtype: np.dtype[np.generic], shape: tuple[int, ...]) -> bytes:
    """What stands before the values of an array in Fortran order (NumPy Enhancement Proposal 1)."""
    header = io.BytesIO()
    described = np.lib.format.dtype_to_descr(dtype)
    np.lib.format.write_array_header_1_0(
        header, {"descr": described, "fortran_order": len(shape) > 1, "shape": shape}
    )
    return header.getvalue()
