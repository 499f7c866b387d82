"""What the name of a lab recording tells: which files belong to it, its type, its order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np

from ecogview.data.recording import Layout
from ecogview.errors import RecordingError

SUFFIX = ".dat"
_TYPE = re.compile(
    r"(?P<full_rate>raw|lfp|clfp)|"
    r"(?P<downsampled>clfp_ds(?P<rate>[0-9]{1,6}))(_fl(?P<from>[0-9]+)u(?P<to>[0-9]+))?"
)
_LFP_RATE = 1000.0
# Types for which the lab's own class reads no mask.
UNMASKED_TYPES = frozenset({"raw", "lfp"})


@dataclass(frozen=True, slots=True)
class LabName:
    """The parts of ``<rec_id>.<microdrive>[.<anything>].<rec_type>.dat`` and what they imply.

    `sampling_rate` (Hz) is None where only the experiment's JSON tells it (`raw`); `dtype` is that
    of a sample, `raw` as the int16 it holds; `layout` is the order that the type is written in;
    `band_hz` is what a filtered file was filtered to.
    """

    path: Path
    rec_id: str
    microdrive_name: str
    rec_type: str
    sampling_rate: float | None
    dtype: np.dtype[Any]
    units: str
    layout: Layout
    experiment_path: Path
    mask_path: Path
    band_hz: tuple[float, float] | None = None

    @classmethod
    def parse(cls, path: Path) -> Self:
        """Take a path apart; `RecordingError` where the name is not one of the format."""
        name = path.name
        parts = name.removesuffix(SUFFIX).split(".")
        if not name.endswith(SUFFIX) or len(parts) not in (3, 4) or not all(parts):
            raise RecordingError(
                path,
                "is not named like a recording",
                "recordings are named <rec_id>.<microdrive>.<rec_type>.dat",
            )
        rec_type = parts[-1]
        match = _TYPE.fullmatch(rec_type)
        if match is None or (match["rate"] and not int(match["rate"])):
            raise RecordingError(
                path,
                f"has the unknown type {rec_type!r}",
                "types are raw, lfp, clfp, clfp_ds<N> and clfp_ds<N>_fl<X>u<Y>",
            )
        is_raw = rec_type == "raw"
        full_rate = None if is_raw else _LFP_RATE
        # Filtered files share the mask of what they were filtered from.
        masked_type = match["downsampled"] or rec_type
        return cls(
            path=path,
            rec_id=parts[0],
            microdrive_name=parts[1],
            rec_type=rec_type,
            sampling_rate=float(match["rate"]) if match["rate"] else full_rate,
            dtype=np.dtype("<i2" if is_raw else "<f4"),
            units="counts" if is_raw else "µV",
            layout="planar" if match["downsampled"] else "interleaved",
            experiment_path=path.with_name(f"{parts[0]}.experiment.json"),
            mask_path=path.with_name(".".join([*parts[:-1], masked_type]) + ".mask.pkl"),
            band_hz=(float(match["from"]), float(match["to"])) if match["to"] else None,
        )
