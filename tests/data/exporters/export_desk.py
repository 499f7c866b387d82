"""A recording with marks of every kind, exports of it, and what of it they must hold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecogview import DataFile
from ecogview.data.exporters.plan import ExportPlan
from ecogview.services.export_request import export_recording, plan_for
from ecogview.services.exporting import export
from ecogview.services.sources import FileSource
from tests.builders import marked_samples, write_recording

N_CHANNELS, N_SAMPLES = 7, 5003
# First samples, last samples, odd ones, one alone, all; bad spans are cut by some.
STRETCHES = [(0, 1000), (N_SAMPLES - 777, N_SAMPLES), (1237, 3001), (4111, 4112), (0, N_SAMPLES)]
SOME = ("E05", "E01", "E13")  # in the order asked for


@dataclass
class Desk:
    """A recording in a folder, and an empty folder for what is made of it."""

    path: Path
    out: Path
    samples: NDArray[Any]
    mask: dict[str, NDArray[np.bool_]]

    @property
    def source(self) -> FileSource:
        return FileSource(self.path)

    def data_file(self) -> DataFile:
        return DataFile(self.path)

    def plan(self, name: str, start: int = 0, stop: int = N_SAMPLES, **options: Any) -> ExportPlan:
        with self.data_file() as df:
            plan = plan_for(
                df.recording, df.tracks, self.out / name, mask_path=df.mask_file_path, **options
            )
        return plan.changed_to(start=start, stop=stop)

    def export(self, name: str, start: int = 0, stop: int = N_SAMPLES, **options: Any) -> Path:
        return export(self.plan(name, start, stop, **options), self.source)[-1]

    def export_recording(self, path: Path, **options: Any) -> tuple[Path, ...]:
        with self.data_file() as df:
            return export_recording(self.source, df.tracks, path, **options)

    def lab_name(self, rec_id: str = "cut001") -> str:
        return ".".join([rec_id, *self.path.name.split(".")[1:]])

    def left(self) -> list[str]:
        """Names in the folder, hidden ones too."""
        return sorted(path.name for path in self.out.iterdir())

    def bad(self, start: int, stop: int) -> NDArray[np.bool_]:
        return (self.mask["hf"] | self.mask["sat"])[start:stop]


def make_desk(folder: Path, rec_type: str = "clfp", sampling_rate: Any = 30000) -> Desk:
    """Make a recording whose values tell channel and sample, and are no round numbers."""
    samples = marked_samples(N_CHANNELS, N_SAMPLES)
    if rec_type == "raw":
        samples = np.where(samples % 2, samples, -samples).astype(np.int16)
    else:
        noise = np.random.default_rng(5).normal(0, 30, samples.shape)
        samples = (samples + noise).astype(np.float32)
    out = folder / "out"
    out.mkdir(parents=True)
    marks = mask()
    path = write_recording(
        folder / "in",
        samples=samples,
        rec_type=rec_type,
        sampling_rate=sampling_rate,
        mask=marks,
    )
    return Desk(path, out, samples, marks)


def mask() -> dict[str, NDArray[np.bool_]]:
    """`hf` holds what was marked by hand too, as `save_tracks` writes it."""

    def flags(*spans: tuple[int, int]) -> NDArray[np.bool_]:
        filled = np.zeros(N_SAMPLES, bool)
        for start, stop in spans:
            filled[start:stop] = True
        return filled

    manual = flags((1300, 1400), (2999, 3101))
    return {
        "hf": flags((0, 7), (990, 1240), (4111, 4112)) | manual,
        "sat": flags((1000, 1010), (N_SAMPLES - 5, N_SAMPLES)),
        "manual": manual,
        "ch": np.isin(np.arange(N_CHANNELS), [1, 6]),
    }
