"""Lets MNE-Python write a FIF of samples that come in blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ecogview.data.exporters.exporter import Block, provenance
from ecogview.data.exporters.plan import ExportPlan
from ecogview.data.mne_raw import annotated, mne_info

if TYPE_CHECKING:
    from mne.io import BaseRaw


def save_fif(plan: ExportPlan, blocks: Iterable[Block], path: Path) -> None:
    """Write a FIF of float32; MNE asks for its samples 0.25 s to 1 s at a time, in order."""
    rows = _Rows(blocks)
    # MNE would warn of a name that does not end as it likes.
    _raw_of(plan, rows, path.parent).save(path, fmt="single", split_size="2GB", verbose="error")
    rows.end()


def _raw_of(plan: ExportPlan, rows: _Rows, there: Path) -> BaseRaw:
    from mne.io import BaseRaw

    scale = 1.0 if plan.is_counts else 1e-6

    class Streamed(BaseRaw):  # type: ignore[misc,unused-ignore]
        """Holds no samples; MNE wants a class to ask for them."""

        def _read_segment_file(
            self,
            data: NDArray[Any],
            idx: Any,
            fi: int,
            start: int,
            stop: int,
            cals: Any,
            mult: Any,
        ) -> None:
            data[:] = (rows.take(start, stop).T * scale)[idx]

    facts = mne_info(plan.info, list(plan.labels), plan.marks, provenance(plan))
    # MNE wants to see a file that it is from, which an array in memory is not.
    raw = Streamed(facts, filenames=[there], last_samps=[plan.n_samples - 1])
    return annotated(raw, plan.info, plan.marks)


class _Rows:
    """Samples of blocks, so many at a time."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        self._blocks: Iterator[Block] = iter(blocks)
        self._rest: Block | None = None
        self._at = 0

    def take(self, start: int, stop: int) -> NDArray[np.float64]:
        """The next ``stop - start`` samples, which must be those from `start` on."""
        if start != self._at:
            raise RuntimeError(f"MNE asks for sample {start} where {self._at} is next")
        parts, missing = [], stop - start
        while missing:
            block = next(self._blocks) if self._rest is None else self._rest
            parts.append(block[:missing].astype(np.float64))
            missing -= len(parts[-1])
            # A single one stays: MNE looks at the first sample before it writes it.
            n_used = 0 if stop - start == 1 else len(parts[-1])
            self._rest = block[n_used:] if len(block) > n_used else None
            self._at += n_used
        return np.concatenate(parts)

    def end(self) -> None:
        """Let the last block be counted as done."""
        for _ in self._blocks:
            raise RuntimeError("MNE has not asked for all samples")
