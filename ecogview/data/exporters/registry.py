"""The formats that ecogview writes: one entry each."""

from __future__ import annotations

import os
from pathlib import Path

from ecogview.data.exporters.brainvision import BrainVision
from ecogview.data.exporters.csv_table import CsvTable
from ecogview.data.exporters.edf import EdfPlus
from ecogview.data.exporters.exporter import Exporter
from ecogview.data.exporters.fif import Fif
from ecogview.data.exporters.lab import Lab
from ecogview.data.exporters.mat import Mat
from ecogview.data.exporters.npy import Npy
from ecogview.data.exporters.npz import Npz
from ecogview.errors import ExportError

EXPORTERS: tuple[Exporter, ...] = (
    Lab(),
    Npy(),
    Npz(),
    Mat(),
    CsvTable(),
    EdfPlus(),
    BrainVision(),
    Fif(),
)


def exporter_of(key: str, target: str | os.PathLike[str]) -> Exporter:
    """The exporter of a key; `ExportError` for the `target` where there is none."""
    for exporter in EXPORTERS:
        if exporter.key == key:
            return exporter
    keys = ", ".join(exporter.key for exporter in EXPORTERS)
    raise ExportError(target, f"{key!r} is no format", f"formats are {keys}")


def exporter_for(target: str | os.PathLike[str]) -> Exporter:
    """The exporter that a file's name belongs to; `ExportError` where there is none."""
    name = Path(target).name.lower()
    for exporter in EXPORTERS:
        if name.endswith(exporter.suffix):
            return exporter
    endings = ", ".join(exporter.suffix for exporter in EXPORTERS)
    raise ExportError(
        target, "has an ending of no format", f"endings are {endings}; or name the format"
    )
