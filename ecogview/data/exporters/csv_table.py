"""Comma-separated text: a line for each sample, its time first."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from ecogview.data.exporters.exporter import STREAM_BYTES, Block, Exporter
from ecogview.data.exporters.number_text import (
    MOST_CHARACTERS,
    number_text,
    time_decimals,
    time_text,
)
from ecogview.data.exporters.plan import ExportPlan
from ecogview.data.exporters.sample_file import SampleFile
from ecogview.data.marks_table import text_cell

_PIECE_VALUES = 1 << 18  # 4.5 MB of text at most
_TIME_CHARACTERS = 32
_NUMBA_BYTES = 126 << 20
_USUAL_CHARACTERS = {"counts": 5, "µV": 11}


class CsvTable(Exporter):
    """UTF-8, points and commas whatever the locale, line feeds at the ends; the header names units.

    Times are in the recording. Numbers have as few digits as tell the float32 apart.
    """

    key: ClassVar[str] = "csv"
    title: ClassVar[str] = "Text table (CSV)"
    suffix: ClassVar[str] = ".csv"
    holds_mask: ClassVar[bool] = False
    holds_bad_channels: ClassVar[bool] = False
    bytes_per_s: ClassVar[float] = 90e6

    def dtype(self, plan: ExportPlan) -> np.dtype[Any]:
        return np.dtype(np.float32)  # text holds a NaN among counts too

    def n_bytes(self, plan: ExportPlan) -> int:
        of_value = _USUAL_CHARACTERS.get(plan.info.units, 11)
        of_row = len(time_text(plan.stop, *_clock(plan))) + 1
        return len(_header(plan)) + plan.n_values * of_value + plan.n_samples * of_row

    def memory_bytes(self, plan: ExportPlan) -> int:
        # The window has numba loaded for its own kernels; elsewhere it is to come.
        return STREAM_BYTES + (0 if "numba" in sys.modules else _NUMBA_BYTES)

    def preview(self, plan: ExportPlan, rows: Block) -> str:
        lines = [_header(plan).decode().removesuffix("\n")]
        for sample, row in enumerate(rows, plan.start):
            cells = [time_text(sample, *_clock(plan)), *map(number_text, row.tolist())]
            lines.append(",".join(cells))
        return "\n".join(lines)

    def write(self, plan: ExportPlan, blocks: Iterable[Block], folder: Path) -> None:
        from ecogview.data.exporters.number_kernel import put_lines

        step = max(_PIECE_VALUES // plan.n_channels, 1)
        most = step * (plan.n_channels * (MOST_CHARACTERS + 1) + _TIME_CHARACTERS)
        out = np.empty(most, np.uint8)
        sample = plan.start
        with SampleFile(folder / plan.target.name) as file:
            file.append_bytes(_header(plan))
            for block in blocks:
                for first in range(0, len(block), step):
                    rows = np.ascontiguousarray(block[first : first + step], np.float32)
                    length = put_lines(rows, sample, *_clock(plan), out)
                    file.append(out[:length])
                    sample += len(rows)


def _header(plan: ExportPlan) -> bytes:
    note = f"; {plan.processing}" if plan.processing else ""
    text = io.StringIO()
    cells = (text_cell(f"{label} ({plan.info.units}{note})") for label in plan.labels)
    csv.writer(text, lineterminator="\n").writerow(["time (s)", *cells])
    return text.getvalue().encode("utf-8", "backslashreplace")


def _clock(plan: ExportPlan) -> tuple[float, int]:
    rate = plan.info.sampling_rate
    return rate, time_decimals(rate)
