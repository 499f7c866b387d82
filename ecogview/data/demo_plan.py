"""What the demo recordings hold: drives, recordings and every fault planted in them."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["flat", "noisy", "line_hum", "disconnected", "movement", "saturation", "hf_burst"]
RecType = Literal["clfp", "clfp_ds250", "raw"]

VERSION = 1
DAY = "180325"
RAW_RATE = 30_000
CLFP_RATE = 1_000
DS_RATE = 250
RATES: dict[str, int] = {"raw": RAW_RATE, "clfp": CLFP_RATE, "clfp_ds250": DS_RATE}

STRENGTH_UNITS: dict[Kind, str] = {
    "flat": "µV RMS that is left",
    "noisy": "µV RMS of white noise",
    "line_hum": "µV amplitude at 60 Hz",
    "disconnected": "µV RMS of what is picked up instead",
    "movement": "µV peak",
    "saturation": "µV at the rail",
    "hf_burst": "µV RMS at its height",
}


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact of a drive: its number in the label, its place in the grid and in millimetres."""

    number: int
    row: int
    col: int
    x: float
    y: float

    @property
    def short_label(self) -> str:
        return f"E{self.number:02d}"


@dataclass(frozen=True, slots=True)
class Drive:
    """A drive: contacts in channel order."""

    name: str
    type: str
    contacts: tuple[Contact, ...]

    @classmethod
    def grid(
        cls,
        name: str,
        type_: str,
        shape: tuple[int, int],
        pitch_mm: float,
        without: tuple[int, ...] = (),
    ) -> Drive:
        """Make a grid of `shape` (rows, columns), numbered row by row; `without`: not recorded."""
        rows, cols = shape
        cells = ((1 + row * cols + col, row, col) for row in range(rows) for col in range(cols))
        return cls(
            name,
            type_,
            tuple(
                Contact(number, row, col, col * pitch_mm, row * pitch_mm)
                for number, row, col in cells
                if number not in without
            ),
        )

    @property
    def short_labels(self) -> tuple[str, ...]:
        return tuple(contact.short_label for contact in self.contacts)


@dataclass(frozen=True, slots=True)
class Fault:
    """A planted fault. `channel` None: in all channels. `marked`: the mask holds it."""

    kind: Kind
    start_s: float
    stop_s: float
    strength: float
    channel: str | None = None
    marked: bool = False

    def samples(self, sampling_rate: int) -> tuple[int, int]:
        """The half-open samples that the fault touches."""
        # Rounding first, for 22.6 × 1000 is a little more than 22600.
        first = math.floor(round(self.start_s * sampling_rate, 6))
        return first, math.ceil(round(self.stop_s * sampling_rate, 6))


@dataclass(frozen=True, slots=True)
class DriveTake:
    """What one drive recorded during one recording: its files, its faults, its random seed."""

    drive: Drive
    rec_types: tuple[RecType, ...]
    faults: tuple[Fault, ...]
    seed: int


@dataclass(frozen=True, slots=True)
class DemoRecording:
    """A numbered recording of the day."""

    number: int
    duration_s: int
    takes: tuple[DriveTake, ...]

    @property
    def folder(self) -> str:
        return f"{DAY}/{self.number:03d}"

    def file(self, take: DriveTake, rec_type: RecType) -> str:
        """Path of a data file, relative to the demo folder, with forward slashes."""
        return f"{self.folder}/rec{self.number:03d}.{take.drive.name}.{rec_type}.dat"

    @property
    def experiment_file(self) -> str:
        return f"{self.folder}/rec{self.number:03d}.experiment.json"


# Two corners of the surface grid are reference and ground, so labels are not indices plus one.
ECOG = Drive.grid("DEMO_ECOG_1", "demo64_ECoG", (8, 8), 1.5, without=(8, 64))
DEPTH = Drive.grid("DEMO_SC32_1", "demo32_depth", (4, 8), 1.5)
DRIVES = (ECOG, DEPTH)

# The head moves once for all drives.
_MOVEMENTS_1 = (
    Fault("movement", 48.2, 51.0, 900.0),
    Fault("movement", 171.5, 173.1, 600.0),
    Fault("movement", 402.0, 406.5, 1400.0),
    Fault("movement", 561.3, 562.9, 750.0),
)
_MOVEMENTS_2 = (Fault("movement", 37.0, 39.2, 900.0),)

RAIL_UV = 3276.7
COUNT_UV = 0.1

RECORDINGS = (
    DemoRecording(
        1,
        600,
        (
            DriveTake(
                ECOG,
                ("clfp", "clfp_ds250"),
                (
                    Fault("flat", 0, 600, 0.0, "E13", marked=True),
                    Fault("noisy", 0, 600, 180.0, "E28", marked=True),
                    Fault("line_hum", 0, 600, 130.0, "E39"),
                    Fault("disconnected", 0, 600, 30.0, "E52"),
                    Fault("disconnected", 0, 600, 22.0, "E61", marked=True),
                    Fault("flat", 240, 315, 0.0, "E06"),
                    Fault("noisy", 455, 490, 250.0, "E45"),
                    Fault("saturation", 21.4, 22.6, RAIL_UV, marked=True),
                    Fault("saturation", 133.0, 133.7, RAIL_UV, marked=True),
                    Fault("saturation", 287.25, 289.5, RAIL_UV),
                    Fault("saturation", 500.1, 501.0, RAIL_UV, marked=True),
                    Fault("hf_burst", 6.3, 7.1, 160.0, marked=True),
                    Fault("hf_burst", 64.0, 65.5, 120.0, marked=True),
                    Fault("hf_burst", 118.75, 119.25, 220.0),
                    Fault("hf_burst", 204.6, 206.0, 140.0, marked=True),
                    Fault("hf_burst", 345.5, 346.0, 260.0, marked=True),
                    Fault("hf_burst", 346.4, 346.6, 200.0, marked=True),
                    Fault("hf_burst", 430.0, 431.25, 110.0),
                    Fault("hf_burst", 588.8, 590.4, 150.0, marked=True),
                    *_MOVEMENTS_1,
                ),
                seed=11,
            ),
            DriveTake(
                DEPTH,
                ("clfp", "clfp_ds250"),
                (
                    Fault("noisy", 0, 600, 160.0, "E05", marked=True),
                    Fault("line_hum", 0, 600, 90.0, "E18"),
                    Fault("flat", 0, 600, 0.0, "E32", marked=True),
                    Fault("saturation", 133.0, 134.1, RAIL_UV, marked=True),
                    Fault("hf_burst", 204.6, 206.0, 90.0, marked=True),
                    *_MOVEMENTS_1,
                ),
                seed=12,
            ),
        ),
    ),
    DemoRecording(
        2,
        60,
        (
            DriveTake(
                ECOG,
                ("clfp", "clfp_ds250"),
                (
                    Fault("flat", 0, 60, 0.0, "E13", marked=True),
                    Fault("noisy", 0, 60, 180.0, "E28", marked=True),
                    Fault("line_hum", 0, 60, 130.0, "E39", marked=True),
                    Fault("disconnected", 0, 60, 30.0, "E52"),
                    Fault("saturation", 12.0, 13.5, RAIL_UV, marked=True),
                    Fault("hf_burst", 4.5, 5.3, 150.0, marked=True),
                    Fault("hf_burst", 27.2, 27.9, 180.0),
                    Fault("hf_burst", 52.0, 53.0, 130.0, marked=True),
                    *_MOVEMENTS_2,
                ),
                seed=21,
            ),
            DriveTake(
                DEPTH,
                ("clfp", "clfp_ds250"),
                (
                    Fault("noisy", 0, 60, 160.0, "E05", marked=True),
                    Fault("flat", 0, 60, 0.0, "E32", marked=True),
                    Fault("saturation", 12.0, 13.0, RAIL_UV, marked=True),
                    *_MOVEMENTS_2,
                ),
                seed=22,
            ),
        ),
    ),
    # All types of one recording last equally long, and a minute of raw is 220 MB.
    DemoRecording(
        3,
        4,
        (
            DriveTake(
                ECOG,
                ("raw",),
                (
                    Fault("flat", 0, 4, 0.0, "E13"),
                    Fault("noisy", 0, 4, 180.0, "E28"),
                    Fault("line_hum", 0, 4, 130.0, "E39"),
                    Fault("hf_burst", 1.1, 1.5, 160.0),
                    Fault("saturation", 2.6, 3.1, RAIL_UV),
                ),
                seed=31,
            ),
        ),
    ),
)


def truth(recordings: tuple[DemoRecording, ...]) -> str:
    """JSON text of every planted fault and every data file: what a search should find."""
    faults = [
        {
            "recording": recording.folder,
            "microdrive": take.drive.name,
            "channel": fault.channel,
            "kind": fault.kind,
            "start_s": float(fault.start_s),
            "stop_s": float(fault.stop_s),
            "strength": fault.strength,
            "strength_unit": STRENGTH_UNITS[fault.kind],
            "marked": fault.marked,
        }
        for recording in recordings
        for take in recording.takes
        for fault in take.faults
    ]
    files = [
        {
            "path": recording.file(take, rec_type),
            "n_channels": len(take.drive.contacts),
            "n_samples": recording.duration_s * RATES[rec_type],
            "sampling_rate": RATES[rec_type],
        }
        for recording in recordings
        for take in recording.takes
        for rec_type in take.rec_types
    ]
    about = "ecogview demo recordings: channel null is all channels, marked is held by the mask"
    content = {"about": about, "version": VERSION, "files": files, "faults": faults}
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def experiment(recording: DemoRecording) -> str:
    """JSON text of a recording's metadata, in the form of the lab's own."""
    content = {
        "recording": {
            "subject_name": "demo",
            "base_path": "",
            "day": DAY,
            "type": "Recording",
            "number": recording.number,
            "machine": "demo",
        },
        "hardware": {
            "type": "demo",
            "acquisition": {
                "samplingrate": RAW_RATE,
                "data_type": "Analog",
                # The amplifier has more inputs than either drive has contacts.
                "num_channels": 96,
                "data_format": "ushort",
                "type": "demo",
            },
            "microdrive": [
                _microdrive(drive, first) for drive, first in zip(DRIVES, (1, 63), strict=True)
            ],
        },
    }
    return json.dumps(content, separators=(",", ":")) + "\n"


def _microdrive(drive: Drive, first_input: int) -> dict[str, Any]:
    return {
        "electrodes": [
            {
                "position": {"x": c.x, "y": c.y, "row": c.row, "col": c.col},
                "type": drive.type,
                "name": drive.name,
                # The lab's MATLAB pads the labels of the first nine.
                "label": f"{drive.name}{'  ' if c.number < 10 else ' '}{c.short_label}",
                "gain": 1,
                "numContacts": 1,
                "acquisitionid": c.number,
                "channelid": first_input + i,
            }
            for i, c in enumerate(drive.contacts)
        ],
        "name": drive.name,
        "type": drive.type,
    }
