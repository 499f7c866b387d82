"""What a recording needs of its experiment's JSON: the drive's channels and the sampling rate."""

from __future__ import annotations

import math
import os
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from ecogview.data.json_file import describe, read_json_object
from ecogview.data.recording import Channel, Electrode
from ecogview.errors import RecordingError, printable

_SHORT_LABEL = re.compile(r"E[0-9]+")
_MAX_LABEL = 100  # characters; a label is drawn beside its trace
_MAX_ELECTRODES = 1 << 16
_RATES_HZ = (1e-3, 1e7)
_GRID_LIMIT = 1e6


@dataclass(frozen=True, slots=True)
class Experiment:
    """An experiment's JSON. `warnings` says what had to be guessed to read it."""

    path: Path
    content: dict[str, Any]
    warnings: tuple[str, ...]

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Self:
        return cls(Path(path), *read_json_object(path))

    def sampling_rate(self) -> tuple[float, tuple[str, ...]]:
        """Rate of `raw` data in Hz, and what was guessed; `RecordingError` where it is unusable."""
        key = "hardware.acquisition.samplingrate"
        acquisition = self._object("hardware.acquisition", self._hardware().get("acquisition"))
        value = acquisition.get("samplingrate")
        if value is None:
            raise self._wrong(key, "is missing")
        rate = _number(value)
        if rate is None and isinstance(value, str):
            rate = _number_in(value)
        if rate is None or not _RATES_HZ[0] <= rate <= _RATES_HZ[1]:
            raise self._wrong(key, f"is {describe(value)}, not a rate in Hz")
        guess = f"{key} is {describe(value)}, taken as {rate:g} Hz"
        return rate, (guess,) if isinstance(value, str) else ()

    def channels(self, microdrive_name: str) -> tuple[tuple[Channel, ...], tuple[str, ...]]:
        """Channels of a drive in file order, and what was guessed.

        Raises
        ------
        RecordingError
            If the drive is unknown or its electrodes cannot be counted.
        """
        key, drive, warnings = self._drive(microdrive_name)
        key += ".electrodes"
        entries = drive.get("electrodes")
        if isinstance(entries, dict):  # MATLAB writes a list of one as the one
            entries = [entries]
        if entries is None:
            raise self._wrong(key, "is missing")
        if not isinstance(entries, list) or not entries:
            raise self._wrong(key, f"is {describe(entries)}, not a list of electrodes")
        if len(entries) > _MAX_ELECTRODES:
            raise self._wrong(
                key, f"is {describe(entries)}, above the limit of {_MAX_ELECTRODES:,}"
            )
        electrodes, odd = _electrodes(entries, key)
        labels, renamed = _short_labels([e.label for e in electrodes], microdrive_name)
        channels = tuple(
            Channel(index, label, electrode)
            for index, (label, electrode) in enumerate(zip(labels, electrodes, strict=True))
        )
        return channels, (*warnings, *odd, *renamed)

    def _drive(self, name: str) -> tuple[str, dict[str, Any], list[str]]:
        key = "hardware.microdrive"
        drives = self._hardware().get("microdrive")
        if isinstance(drives, dict):
            drives = [drives]
        if drives is None:
            raise self._wrong(key, "is missing")
        if not isinstance(drives, list) or not drives:
            raise self._wrong(key, f"is {describe(drives)}, not a list of drives")
        objects = [(i, drive) for i, drive in enumerate(drives) if isinstance(drive, dict)]
        found = [(f"{key}[{i}]", drive) for i, drive in objects if drive.get("name") == name]
        if len(found) == 1:
            return *found[0], []
        if found:
            guess = f"{key} names {name!r} {len(found)} times: the first one was taken"
            return *found[0], [guess]
        names = [drive["name"] for _, drive in objects if isinstance(drive.get("name"), str)]
        if len(objects) == 1 and not names:
            guess = f"{key} holds one drive without a name: taken for {name!r}"
            return f"{key}[{objects[0][0]}]", objects[0][1], [guess]
        known = _some([repr(printable(known, _MAX_LABEL)) for known in names]) or "none"
        raise RecordingError(
            self.path,
            f"{key} has no drive named {name!r}, but {known}",
            "check the second part of the recording's name",
        )

    def _hardware(self) -> dict[str, Any]:
        return self._object("hardware", self.content.get("hardware"))

    def _object(self, key: str, value: object) -> dict[str, Any]:
        if value is None:
            raise self._wrong(key, "is missing")
        if not isinstance(value, dict):
            raise self._wrong(key, f"is {describe(value)}, not an object")
        return value

    def _wrong(self, key: str, reason: str) -> RecordingError:
        return RecordingError(self.path, f"{key} {reason}", "correct it in the experiment's JSON")


def _electrodes(entries: Sequence[object], key: str) -> tuple[list[Electrode], list[str]]:
    electrodes = [_electrode(index, entry) for index, entry in enumerate(entries)]
    warnings = []
    nameless = [str(i + 1) for i, entry in enumerate(entries) if _label_of(entry) is None]
    if nameless:
        warnings.append(
            f"{key}: {len(nameless)} without a label, called by number (channel {_some(nameless)})"
        )
    misplaced = [str(i + 1) for i, entry in enumerate(entries) if _has_odd_position(entry)]
    if misplaced:
        warnings.append(
            f"{key}: {len(misplaced)} with an unreadable position (channel {_some(misplaced)})"
        )
    return electrodes, warnings


def _electrode(index: int, entry: object) -> Electrode:
    position = entry.get("position") if isinstance(entry, dict) else None
    place = position if isinstance(position, dict) else {}
    return Electrode(
        label=_label_of(entry) or f"ch{index + 1}",
        x=_number(place.get("x")),
        y=_number(place.get("y")),
        row=_grid_index(place.get("row")),
        col=_grid_index(place.get("col")),
        board=_grid_index(entry.get("pcbid")) if isinstance(entry, dict) else None,
    )


def _label_of(entry: object) -> str | None:
    label = entry.get("label") if isinstance(entry, dict) else None
    if not isinstance(label, str):
        return None
    return printable(label.strip(), _MAX_LABEL) or None


def _has_odd_position(entry: object) -> bool:
    position = entry.get("position") if isinstance(entry, dict) else None
    if position is None or position == []:  # MATLAB writes an empty struct as []
        return False
    if not isinstance(position, dict):
        return True
    values = [(position.get(name), _number) for name in ("x", "y")]
    values += [(position.get(name), _grid_index) for name in ("row", "col")]
    return any(read(value) is None and not _is_absent(value) for value, read in values)


def _is_absent(value: object) -> bool:
    return value is None or value == [] or (isinstance(value, float) and math.isnan(value))


def _short_labels(labels: list[str], microdrive_name: str) -> tuple[list[str], list[str]]:
    """Labels that users read, all different, and what had to be changed for that.

    Whole labels where these tell apart what short ones do not, else `E01 #1` with the channel's
    number: there is little room beside a trace.
    """
    short = [_short_label(label, microdrive_name) for label in labels]
    repeated = _repeated(short)
    if not repeated:
        return short, []
    whole = [
        label if brief in repeated else brief for brief, label in zip(short, labels, strict=True)
    ]
    unique = _numbered(whole, short)
    shown = [label for label, brief in zip(unique, short, strict=True) if brief in repeated]
    names = _some(sorted(repeated))
    return unique, [f"labels occur more than once ({names}): called {_some(shown)}"]


def _short_label(label: str, microdrive_name: str) -> str:
    # The drive's own name can hold an E and a number.
    match = _SHORT_LABEL.search(label.removeprefix(microdrive_name))
    return match[0] if match else label


def _numbered(labels: list[str], short: list[str]) -> list[str]:
    repeated = _repeated(labels)
    taken = set(labels) - repeated
    unique = []
    for index, (label, brief) in enumerate(zip(labels, short, strict=True)):
        name = label
        if label in repeated:
            name = f"{brief} #{index + 1}"
            while name in taken:
                name += "'"
            taken.add(name)
        unique.append(name)
    return unique


def _repeated(labels: list[str]) -> set[str]:
    return {label for label, count in Counter(labels).items() if count > 1}


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (" …" if len(names) > 5 else "")


def _number(value: object) -> float | None:
    """Return a finite number of JSON as float; anything else is None."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def _number_in(text: str) -> float | None:
    try:
        return _number(float(text[:_MAX_LABEL]))
    except ValueError:
        return None


def _grid_index(value: object) -> int | None:
    number = _number(value)
    if number is None or number != int(number) or abs(number) > _GRID_LIMIT:
        return None
    return int(number)
