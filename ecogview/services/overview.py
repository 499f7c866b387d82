"""What one pass over a recording finds out: the pyramid and the quality map. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

import numpy as np

from ecogview.data.envelope_file import EnvelopeFile
from ecogview.data.envelope_spec import EnvelopeSpec, KeptArray
from ecogview.data.lab_name import LabName
from ecogview.data.recording import RecordingInfo
from ecogview.dsp.envelope import CoarseLevels, bin_sizes
from ecogview.dsp.quality import FIGURE_DTYPES, CellGrid, QualityMap, figures_for
from ecogview.errors import RecordingError

ZEROED = "zeroed"  # name of the kept array beside the figures


@dataclass(frozen=True, slots=True)
class KeptOverview:
    """A finished overview on the disk; each thread opens its own."""

    path: Path
    spec: EnvelopeSpec


class Pyramid(Protocol):
    """What columns of wide views are made of: that of a recording, or of one that is processed."""

    @property
    def spec(self) -> EnvelopeSpec | None: ...

    @property
    def levels(self) -> CoarseLevels: ...

    kept: KeptOverview | None


@dataclass(eq=False, slots=True)
class Overview:
    """The overview of one version of a recording, as far as it is known.

    The pass's thread writes it. Other threads read what is marked as done meanwhile, without a
    lock: a mark is set after what it marks. `kept` is None until all of it is on the disk.

    `spec` is None where nothing can be kept: the recording is no file. `band_hz` is what its name
    says that it was filtered to.
    """

    info: RecordingInfo
    spec: EnvelopeSpec | None
    band_hz: tuple[float, float] | None
    levels: CoarseLevels
    quality: QualityMap
    kept: KeptOverview | None = None

    @classmethod
    def blank(cls, info: RecordingInfo) -> Self:
        """An overview of which nothing is known yet; of no file (an array), nothing is kept."""
        n_samples, n_channels, rate = info.n_samples, info.n_channels, info.sampling_rate
        grid = CellGrid.of(n_samples, rate, n_channels)
        band_hz = _band_hz(info)
        names = figures_for(rate, band_hz)
        quality = QualityMap.blank(grid, n_channels, names)
        spec = None
        source = info.source
        if source is not None:
            arrays = [
                KeptArray(name, FIGURE_DTYPES[name], (grid.n_cells, n_channels)) for name in names
            ]
            spec = EnvelopeSpec(
                source=source,
                n_samples=n_samples,
                n_channels=n_channels,
                dtype=info.dtype,
                layout=info.layout,
                sampling_rate=rate,
                cell_s=grid.cell_s,
                bin_sizes=bin_sizes(n_samples),
                figures=(*arrays, KeptArray(ZEROED, np.dtype(np.float32), (grid.n_cells,))),
            )
        levels = CoarseLevels.blank(n_samples, n_channels, rate, info.dtype)
        return cls(info, spec, band_hz, levels, quality)

    @property
    def is_complete(self) -> bool:
        return self.kept is not None or bool(self.levels.done.all())

    def take_kept(self, file: EnvelopeFile) -> None:
        """Take the quality map from a finished overview; `DamagedEnvelope` where it is damaged."""
        for name, figure in self.quality.figures.items():
            file.read_all(name, figure)
        file.read_all(ZEROED, self.quality.zeroed)
        self.quality.done[:] = True
        self.kept = KeptOverview(file.path, file.spec)


def _band_hz(info: RecordingInfo) -> tuple[float, float] | None:
    """Band that the file's name says it was filtered to."""
    try:
        return LabName.parse(info.path).band_hz
    except RecordingError:
        return None
