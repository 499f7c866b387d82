"""BrainVision: ``.vhdr``, whose text is pybv's, ``.vmrk`` and ``.eeg``."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from ecogview.data.exporters.exporter import Block, Exporter, provenance
from ecogview.data.exporters.plan import ExportPlan
from ecogview.data.exporters.sample_file import SampleFile
from ecogview.data.marks_table import spans_in_order
from ecogview.errors import ExportError

# Of the types of the format the one that means it; MNE, which puts the type in front of the
# description, leaves out what begins with "bad".
_BAD_TYPE = "Bad Interval"


class BrainVision(Exporter):
    """float32 in µV, bad spans as markers, the place in the recording as the first comment."""

    key: ClassVar[str] = "brainvision"
    title: ClassVar[str] = "BrainVision"
    suffix: ClassVar[str] = ".vhdr"
    module: ClassVar[str] = "pybv"
    extra: ClassVar[str] = "brainvision"
    holds_bad_channels: ClassVar[bool] = False
    bytes_per_s: ClassVar[float] = 700e6

    def files(self, target: Path) -> tuple[Path, ...]:
        return target.with_suffix(".eeg"), target.with_suffix(".vmrk"), target

    def check(self, plan: ExportPlan) -> None:
        if len(set(plan.labels)) < plan.n_channels:
            raise ExportError(plan.target, "labels occur twice", "leave one of them out")

    def dtype(self, plan: ExportPlan) -> np.dtype[Any]:
        return np.dtype("<f4")

    def n_bytes(self, plan: ExportPlan) -> int:
        n_spans = sum(len(runs) for runs in plan.marks.tracks().values())
        return 4 * plan.n_values + 64 * (n_spans + plan.n_channels) + 4096

    def write(self, plan: ExportPlan, blocks: Iterable[Block], folder: Path) -> None:
        samples, markers, _ = (folder / path.name for path in self.files(plan.target))
        self._write_header(plan, folder)
        markers.write_text("\n".join(_marker_lines(plan, samples.name)), "utf-8", newline="\n")
        samples.unlink()
        with SampleFile(samples) as file:
            for block in blocks:
                file.append(np.ascontiguousarray(block))

    @staticmethod
    def _write_header(plan: ExportPlan, folder: Path) -> None:
        """Let pybv write all three, of one sample: it needs 5 times the memory of its data."""
        from pybv import write_brainvision

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about units other than µV, which `notes` tells
            write_brainvision(
                data=np.zeros((plan.n_channels, 1)),
                sfreq=plan.info.sampling_rate,
                ch_names=[*plan.labels],
                fname_base=plan.target.stem,
                folder_out=folder,
                overwrite=True,
                resolution=1.0,
                unit="counts" if plan.is_counts else "µV",
            )


def _marker_lines(plan: ExportPlan, samples: str) -> Iterator[str]:
    """Lines of the marker file: type, description, first sample from 1 on, length, channel."""
    yield "Brain Vision Data Exchange Marker File, Version 1.0"
    yield ""
    yield from ("[Common Infos]", "Codepage=UTF-8", f"DataFile={samples}", "")
    yield "[Marker Infos]"
    yield r"; Mk<number>=<type>,<description>,<position>,<size>,<channel; 0: all>; \1 is a comma"
    told = provenance(plan, with_bad_channels=True)
    yield f"Mk1=Comment,{_text(told)},1,1,0"
    for number, (start, stop, kind) in enumerate(spans_in_order(plan.marks), 2):
        yield f"Mk{number}={_BAD_TYPE},{kind},{start + 1},{stop - start},0"
    yield ""


def _text(text: str) -> str:
    return text.replace(",", r"\1")
