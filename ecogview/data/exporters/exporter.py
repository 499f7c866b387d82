"""What every format offers to whoever exports."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ecogview.data.byte_sizes import size_text
from ecogview.data.exporters.plan import ExportPlan, stretch_text
from ecogview.data.recording import RecordingInfo
from ecogview.errors import ExportError, printable

Block = NDArray[Any]
"""Consecutive samples of the channels of a plan, (samples, channels), in either memory order."""

STREAM_BYTES = 64 << 20  # what a format that is written in blocks takes at most
_SHOWN_CHANNELS = 6


@dataclass(frozen=True, slots=True)
class Blocks:
    """All samples of a plan in order, each block of shape (samples, channels); iterated once.

    A format that gathers them before its own work tells `reached` how much of that is done, from
    0 to 1, and is thereby cancelled: `ExportCancelledError`.
    """

    blocks: Iterator[Block]
    reached: Callable[[float], object]

    def __iter__(self) -> Iterator[Block]:
        return self.blocks


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
    gathering : float
        Share of the time that blocks are taken in: 1 where they are written as they come.
    holds_mask, holds_bad_channels : bool
        Whether programs that read a file learn which samples, and which channels, are bad.
    bytes_per_s : float
        Speed of making the files, of their own bytes, measured on 2 cores; for an estimate.
    """

    key: ClassVar[str]
    title: ClassVar[str]
    suffix: ClassVar[str]
    module: ClassVar[str] = ""
    extra: ClassVar[str] = ""
    gathering: ClassVar[float] = 1.0
    holds_mask: ClassVar[bool] = True
    holds_bad_channels: ClassVar[bool] = True
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
        notes: list[str] = []
        if plan.is_counts:
            notes.append("samples are signed counts of the converter, not µV")
        notes += self._left_out(plan)
        if self.memory_bytes(plan) > STREAM_BYTES:
            notes.append(f"needs about {size_text(self.memory_bytes(plan))} of memory")
        return tuple(notes)

    def needs_ranges(self, plan: ExportPlan) -> bool:
        """Whether `note_of_ranges` has something to say."""
        return False

    def note_of_ranges(
        self, plan: ExportPlan, low: NDArray[np.float64], high: NDArray[np.float64]
    ) -> str:
        """What is worth knowing once the least and greatest value of each channel are known.

        Raises
        ------
        ExportError
            If the format cannot hold such values.
        """
        return ""

    def _left_out(self, plan: ExportPlan) -> Iterator[str]:
        """What of the mask a reader of the files does not learn."""
        if plan.tracks is None:
            yield "the mask cannot be read, so nothing is known of what is bad"
            return
        n_spans, labels = len(plan.marks.bad), plan.bad_labels
        if not self.holds_mask and n_spans:
            spans = "1 bad span is" if n_spans == 1 else f"{n_spans:,} bad spans are"
            yield f"the format holds no mask: {spans} not told in it"
        if labels and not (self.holds_mask and self.holds_bad_channels):
            where = "told in a comment alone" if self.holds_mask else "not told in it"
            yield f"the format knows no bad channels; {where}: {listed(labels)}"

    def preview(self, plan: ExportPlan, rows: Block) -> str:
        """First lines of what is written, as text; `rows` are the first samples of the plan."""
        return "\n".join([self.summary(plan), "", *_table(plan, self.shown(plan, rows))])

    def summary(self, plan: ExportPlan) -> str:
        """What is in the files, in a line."""
        names = ", ".join(path.name for path in self.files(plan.target))
        size = f"{plan.n_channels:,} channels × {plan.n_samples:,} samples"
        return f"{names}: {size}, {self.stored(plan)}"

    def stored(self, plan: ExportPlan) -> str:
        """Type and unit of the values in the file."""
        return f"{self.dtype(plan).name}, {plan.info.units}"

    def shown(self, plan: ExportPlan, rows: Block) -> Block:
        """Samples as they are in the file, for a preview."""
        return rows

    @abstractmethod
    def write(self, plan: ExportPlan, blocks: Blocks, folder: Path) -> None:
        """Write the files of a plan, by their names, into another folder.

        Parameters
        ----------
        plan : ExportPlan
            One that `check` takes.
        blocks : Blocks
            All its samples, of `dtype`.
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


def provenance(plan: ExportPlan, *, with_bad_channels: bool = False) -> str:
    """Where the samples are from, in a line: what a format has a place for text is given.

    Bad channels are named where the format has no other place for them.
    """
    text = (
        f"{plan.info.path.name}, samples {plan.start} to {plan.stop} at "
        f"{plan.info.sampling_rate:.10g} Hz"
    )
    value = plan.value
    if value is not None:
        text += f"; bad samples set to {'NaN' if math.isnan(value) else f'{value:.10g}'}"
    if plan.processing:
        text += f"; processed: {plan.processing}"
    if with_bad_channels and plan.bad_labels:
        text += f"; bad channels: {', '.join(plan.bad_labels)}"
    return printable(text)


def listed(labels: Sequence[str]) -> str:
    """Some labels, the first ones by name."""
    names = printable(", ".join(labels[:_SHOWN_CHANNELS]), 200)
    n_more = len(labels) - _SHOWN_CHANNELS
    return f"{names} and {n_more:,} more" if n_more > 0 else names


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
