"""The lab's own format: ``.dat``, ``.experiment.json`` and ``.mask.pkl``."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ecogview.data.experiment import Experiment
from ecogview.data.exporters.exporter import Block, Exporter
from ecogview.data.exporters.lab_experiment import changed_labels, experiment_json
from ecogview.data.exporters.plan import ExportPlan, stretch_text
from ecogview.data.exporters.sample_file import SampleFile
from ecogview.data.lab_name import SUFFIX, LabName
from ecogview.data.mask_encoder import encode_mask
from ecogview.data.recording import RecordingInfo
from ecogview.errors import ExportError, RecordingError, printable


class Lab(Exporter):
    """A recording that ecogview and the lab's scripts open: of the same type, in its order."""

    key: ClassVar[str] = "lab"
    title: ClassVar[str] = "Lab recording"
    suffix: ClassVar[str] = SUFFIX
    bytes_per_s: ClassVar[float] = 900e6

    def files(self, target: Path) -> tuple[Path, ...]:
        name = _name(target)
        return name.experiment_path, name.mask_path, target

    def default_name(self, info: RecordingInfo, start: int, stop: int) -> str:
        # The experiment's JSON is named by the first part: one of its own for each export.
        own = f"{info.rec_id}_{stretch_text(info, start, stop)}"
        return f"{own}.{info.microdrive_name}.{info.rec_type}{SUFFIX}"

    def check(self, plan: ExportPlan) -> None:
        if plan.experiment_path is None:
            raise ExportError(
                plan.target,
                f"{plan.info.path.name} has no experiment's JSON to make the exported one from",
                "export as npz",
            )
        self._check_name(plan)
        if plan.is_counts and plan.processing:
            raise ExportError(
                plan.target,
                "processed samples are no whole counts, which raw files hold",
                "export as npz, or without the processing",
            )
        for companion in self.files(plan.target)[:-1]:
            others = _sharing(companion, plan.target)
            if os.path.lexists(companion) and others:
                raise ExportError(
                    companion,
                    f"belongs to {printable(others[0])} and is never replaced",
                    f"choose another name, like {self._suggestion(plan)}",
                )

    def _check_name(self, plan: ExportPlan) -> None:
        name, info = _name(plan.target), plan.info
        if (name.microdrive_name, name.rec_type) != (info.microdrive_name, info.rec_type):
            raise ExportError(
                plan.target,
                f"is not named by the drive {info.microdrive_name} and the type {info.rec_type}",
                f"choose a name like {self._suggestion(plan)}",
            )

    def _suggestion(self, plan: ExportPlan) -> str:
        return printable(self.default_name(plan.info, plan.start, plan.stop))

    def n_bytes(self, plan: ExportPlan) -> int:
        experiment = plan.experiment_path
        json_bytes = experiment.stat().st_size if experiment and experiment.exists() else 0
        # Three tracks of the mask take a byte a sample each.
        return plan.n_values * self.dtype(plan).itemsize + 3 * plan.n_samples + json_bytes + 4096

    def notes(self, plan: ExportPlan) -> tuple[str, ...]:
        notes = super().notes(plan)
        if plan.tracks is not None and plan.tracks.extra:
            notes += ("other keys of the mask than hf, sat, ch and manual are left out",)
        if plan.experiment_path is not None:
            changed = changed_labels(plan, self._experiment(plan))
            if changed:
                notes += (f"labels that are not unique are numbered anew: {'; '.join(changed)}",)
        return notes

    def write(self, plan: ExportPlan, blocks: Iterable[Block], folder: Path) -> None:
        experiment_path, mask_path, _ = self.files(plan.target)
        (folder / experiment_path.name).write_bytes(self._json(plan))
        with (folder / mask_path.name).open("xb") as file:
            for piece in encode_mask(_mask(plan)):
                file.write(piece)
        with SampleFile(folder / plan.target.name) as samples:
            if _name(plan.target).layout == "planar":
                _put_planar(samples, plan.n_samples, blocks)
            else:
                for block in blocks:
                    samples.append(np.ascontiguousarray(block))

    def _json(self, plan: ExportPlan) -> bytes:
        assert plan.experiment_path is not None
        return experiment_json(plan, Experiment.read(plan.experiment_path).content)

    def _experiment(self, plan: ExportPlan) -> Experiment:
        """The exported JSON as it will be read again."""
        assert plan.experiment_path is not None
        own = Experiment.read(plan.experiment_path)
        content: dict[str, Any] = json.loads(experiment_json(plan, own.content))
        return replace(own, content=content)


@dataclass(frozen=True, slots=True)
class _Track:
    """Flags of some kinds, made a piece at a time."""

    plan: ExportPlan
    kinds: tuple[str, ...]

    @property
    def length(self) -> int:
        return self.plan.n_samples

    def chunks(self) -> Iterator[NDArray[np.bool_]]:
        return self.plan.flags(*self.kinds)


def _mask(plan: ExportPlan) -> dict[str, Any]:
    """As `save_tracks` writes it: what a person marked is in `hf` too."""
    return {
        "hf": _Track(plan, ("hf", "manual")),
        "sat": _Track(plan, ("sat",)),
        "ch": np.array(plan.marks.bad_channels),
        "manual": _Track(plan, ("manual",)),
    }


def _put_planar(file: SampleFile, n_samples: int, blocks: Iterable[Block]) -> None:
    done = 0
    for block in blocks:
        for channel, line in enumerate(np.ascontiguousarray(block.T)):
            file.put(line, (channel * n_samples + done) * line.itemsize)
        done += len(block)


def _name(target: Path) -> LabName:
    try:
        return LabName.parse(target)
    except RecordingError as error:
        raise ExportError(target, error.reason, error.remedy) from error


def _sharing(companion: Path, target: Path) -> list[str]:
    """Names of other recordings in the folder that a JSON or a mask belongs to."""
    names = []
    for path in sorted(companion.parent.iterdir()):
        if path == target or path.suffix != SUFFIX:
            continue
        try:
            other = LabName.parse(path)
        except RecordingError:  # of another program
            continue
        if companion in (other.experiment_path, other.mask_path):
            names.append(path.name)
    return names
