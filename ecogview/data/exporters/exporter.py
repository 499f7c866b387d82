"""What every format offers to whoever exports."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ecogview.data.exporters.plan import ExportPlan, stretch_text
from ecogview.data.recording import RecordingInfo
from ecogview.errors import ExportError, printable

Block = NDArray[Any]
"""Consecutive samples of the channels of a plan, (samples, channels), in either memory order."""

STREAM_BYTES = 64 << 20  # what a format that is written in blocks takes at most
_SHOWN_CHANNELS = 6


class Exporter(ABC):
    """One format. The attributes describe it, the methods answer for an `ExportPlan`.

    Attributes
    ----------
    key : str
        What commands and plans call it.
    title : str
        What people call it.
    suffix : str
        How names of its files end, with the dot.
    module, extra : str
        Module that writes it, where that is not always installed, and the extra that brings it.
    streams : bool
        Whether it is written in blocks; else all samples are held in memory.
    holds_mask, holds_note : bool
        Whether a file tells what is bad, and can say what was done to the samples.
    bytes_per_s : float
        Rough speed of writing, measured on a laptop; for an estimate of the time.
    """

    key: ClassVar[str]
    title: ClassVar[str]
    suffix: ClassVar[str]
    module: ClassVar[str] = ""
    extra: ClassVar[str] = ""
    streams: ClassVar[bool] = True
    holds_mask: ClassVar[bool] = True
    holds_note: ClassVar[bool] = True
    bytes_per_s: ClassVar[float] = 500e6

    @property
    def missing(self) -> str:
        """The command that installs what is missing; empty where nothing is."""
        if self.module and find_spec(self.module) is None:
            return f'pip install "ecogview[{self.extra}]"'
        return ""

    def files(self, target: Path) -> tuple[Path, ...]:
        """All files that are made, the `target` last."""
        return (target,)

    def default_name(self, info: RecordingInfo, start: int, stop: int) -> str:
        """Name for samples ``[start, stop)``."""
        stem = info.path.name.removesuffix(".dat")
        return f"{stem}_{stretch_text(info, start, stop)}{self.suffix}"

    def dtype(self, plan: ExportPlan) -> np.dtype[Any]:
        """Type of the samples that `write` is to be given."""
        return plan.dtype

    def check(self, plan: ExportPlan) -> None:  # noqa: B027  most formats hold all there is
        """Raise `ExportError` where this format cannot hold what is planned."""

    @abstractmethod
    def n_bytes(self, plan: ExportPlan) -> int:
        """Size of all files together, about."""

    def memory_bytes(self, plan: ExportPlan) -> int:
        """Memory that writing takes at most, about."""
        return STREAM_BYTES

    def notes(self, plan: ExportPlan) -> tuple[str, ...]:
        """What is worth knowing before writing."""
        if plan.is_counts:
            return ("samples are signed counts of the converter, not µV",)
        return ()

    def preview(self, plan: ExportPlan, rows: Block) -> str:
        """First lines of what is written, as text; `rows` are the first samples of the plan."""
        return "\n".join([self.summary(plan), "", *_table(plan, rows)])

    def summary(self, plan: ExportPlan) -> str:
        """What is in the files, in a line."""
        names = ", ".join(path.name for path in self.files(plan.target))
        size = f"{plan.n_channels:,} channels × {plan.n_samples:,} samples"
        return f"{names}: {size}, {self.dtype(plan).name}, {plan.info.units}"

    @abstractmethod
    def write(self, plan: ExportPlan, blocks: Iterable[Block], folder: Path) -> None:
        """Write the files of a plan, by their names, into another folder.

        Parameters
        ----------
        plan : ExportPlan
            One that `check` takes.
        blocks : iterable of ndarray
            All its samples in order, each block of shape (samples, channels) and of `dtype`.
        folder : Path
            An empty one.

        Raises
        ------
        OSError, ExportError
            The files are then to be thrown away.
        """


def gathered(plan: ExportPlan, blocks: Iterable[Block], dtype: Any) -> NDArray[Any]:
    """All samples in memory, shape (channels, samples), channels side by side (Fortran order)."""
    rows = np.empty((plan.n_samples, plan.n_channels), dtype)
    at = 0
    for block in blocks:
        rows[at : at + len(block)] = block
        at += len(block)
    return rows.T


def provenance(plan: ExportPlan) -> str:
    """Where the samples are from, in a line: what a format has a place for text is given."""
    text = (
        f"{plan.info.path.name}, samples {plan.start} to {plan.stop} at "
        f"{plan.info.sampling_rate:.10g} Hz"
    )
    value = plan.value
    if value is not None:
        text += f"; bad samples set to {'NaN' if math.isnan(value) else f'{value:.10g}'}"
    if plan.processing:
        text += f"; processed: {plan.processing}"
    return printable(text)


def too_large(plan: ExportPlan, what: str, n_bytes: int, limit: int, instead: str) -> ExportError:
    """The error for a file beyond what a format can hold."""
    return ExportError(
        plan.target,
        f"{what} would take {n_bytes:,} bytes, more than the {limit:,} the format can hold",
        f"export a shorter stretch or fewer channels, or as {instead}",
    )


def _table(plan: ExportPlan, rows: Block) -> list[str]:
    labels = plan.labels[:_SHOWN_CHANNELS]
    more = "  …" if plan.n_channels > len(labels) else ""
    lines = ["  ".join(f"{printable(cell, 12):>12}" for cell in ("sample", *labels)) + more]
    for number, row in enumerate(rows[:, : len(labels)], plan.start):
        cells = "  ".join(f"{value:>12.7g}" for value in row.tolist())
        lines.append(f"{number:>12}  {cells}{more}")
    return lines
