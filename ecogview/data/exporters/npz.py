"""NumPy's ``.npz``: samples with all that is needed to use them. No pickled objects."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ecogview.data.exporters.exporter import Block, Exporter, provenance
from ecogview.data.exporters.npy import npy_header
from ecogview.data.exporters.plan import MASK_KINDS, ExportPlan

_MEMBER_BYTES = 512  # what a member costs beside its values, about
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # equal exports are equal files


class Npz(Exporter):
    """An uncompressed archive of arrays.

    `data` (channels, samples); `sampling_rate` in Hz; `labels`; `units`; `start_sample` and
    `start_s` in the recording; `hf`, `sat`, `manual` (bool, one per sample: what the lab's
    detector found and what a person marked) and `bad_channels` (bool); `source`, a text.
    """

    key: ClassVar[str] = "npz"
    title: ClassVar[str] = "NumPy archive"
    suffix: ClassVar[str] = ".npz"
    bytes_per_s: ClassVar[float] = 600e6

    def n_bytes(self, plan: ExportPlan) -> int:
        small = sum(array.nbytes + _MEMBER_BYTES for array in _facts(plan).values())
        flags = len(MASK_KINDS) * (plan.n_samples + _MEMBER_BYTES)
        return plan.n_values * self.dtype(plan).itemsize + _MEMBER_BYTES + small + flags

    def summary(self, plan: ExportPlan) -> str:
        return f"{super().summary(plan)}; {', '.join([*_facts(plan), *MASK_KINDS])}"

    def write(self, plan: ExportPlan, blocks: Iterable[Block], folder: Path) -> None:
        shape = (plan.n_channels, plan.n_samples)
        with zipfile.ZipFile(folder / plan.target.name, "x") as archive:
            samples = (np.ascontiguousarray(block) for block in blocks)
            _add(archive, "data", self.dtype(plan), shape, samples)
            for kind in MASK_KINDS:
                _add(archive, kind, np.dtype(bool), (plan.n_samples,), plan.flags(kind))
            for name, array in _facts(plan).items():
                _add(archive, name, array.dtype, array.shape, [array])


def _facts(plan: ExportPlan) -> dict[str, NDArray[Any]]:
    return {
        "sampling_rate": np.array(plan.info.sampling_rate),
        "labels": np.array(plan.labels),
        "units": np.array(plan.info.units),
        "start_sample": np.array(plan.start, np.int64),
        "start_s": np.array(plan.start_s),
        "bad_channels": np.array(plan.marks.bad_channels),
        "source": np.array(provenance(plan)),
    }


def _add(
    archive: zipfile.ZipFile,
    name: str,
    dtype: np.dtype[Any],
    shape: tuple[int, ...],
    pieces: Iterable[NDArray[Any]],
) -> None:
    with archive.open(zipfile.ZipInfo(f"{name}.npy", _EARLIEST), "w", force_zip64=True) as member:
        member.write(npy_header(dtype, shape))
        for piece in pieces:
            member.write(piece.reshape(-1).view(np.uint8).data)
