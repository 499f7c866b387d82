"""Small recordings on disk, whose values betray a swapped axis, a wrong row or a wrong file."""

from __future__ import annotations

import json
import pickle
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def marked_samples(n_channels: int, n_samples: int) -> NDArray[np.float32]:
    """Samples that tell where they are from, (channels, samples): channel × 1000 + sample + 1.

    Counted from 1, so that no sample is a zero; sample numbers return after 997.
    """
    samples = np.arange(n_samples) % 997 + 1
    return (np.arange(n_channels)[:, np.newaxis] * 1000 + samples).astype(np.float32)


def electrode_entries(n_channels: int, drive: str) -> list[dict[str, Any]]:
    """Electrodes as the lab's JSON has them, numbered in odd steps like real ones."""
    return [
        {
            "label": f"{drive}  E{2 * i + 1:02d}",
            "position": {"x": 0.75 * (i % 8), "y": 0.75 * (i // 8), "row": i // 8, "col": i % 8},
        }
        for i in range(n_channels)
    ]


def experiment_content(
    electrodes: Sequence[Any], drive: str, sampling_rate: Any = 30000
) -> dict[str, Any]:
    """A whole experiment; another drive of 5 electrodes comes first."""
    other = {"name": "LM1_SC32_1", "electrodes": electrode_entries(5, "LM1_SC32_1")}
    return {
        "recording": {"subject_name": "Jester", "day": "180325", "number": 1},
        "hardware": {
            "acquisition": {"samplingrate": sampling_rate, "num_channels": 96},
            "microdrive": [other, {"name": drive, "electrodes": list(electrodes)}],
        },
    }


def write_recording(
    folder: Path,
    *,
    samples: ArrayLike,
    rec_id: str = "rec001",
    drive: str = "LM1_ECOG_3",
    rec_type: str = "clfp",
    sampling_rate: Any = 30000,
    electrodes: Sequence[Any] | None = None,
    mask: Mapping[str, Any] | None = None,
    layout: str | None = None,
) -> Path:
    """Write a recording of the lab and return the path of its ``.dat``.

    Parameters
    ----------
    folder : Path
        Made where it does not exist.
    samples : array_like, shape (channels, samples)
        Written as float32, `raw` as int16, in the order of the type or as `layout` says.
    rec_id, drive, rec_type : str
        Parts of the name; `rec_type` may hold a third part, ``"part.clfp"``.
    sampling_rate : number
        `samplingrate` in the JSON, which matters for `raw`.
    electrodes : sequence of JSON values, optional
        By default one with label and position for each channel.
    mask : mapping, optional
        Pickled as it is, where the recording's mask is looked for.
    """
    folder.mkdir(parents=True, exist_ok=True)
    values = np.asarray(samples)
    kind = rec_type.split(".")[-1]
    planar = kind.startswith("clfp_ds") if layout is None else layout == "planar"
    stored = values.astype("<i2" if kind == "raw" else "<f4")
    path = folder / f"{rec_id}.{drive}.{rec_type}.dat"
    path.write_bytes((stored if planar else stored.T).tobytes(order="C"))
    entries = electrode_entries(len(values), drive) if electrodes is None else electrodes
    content = experiment_content(entries, drive, sampling_rate)
    (folder / f"{rec_id}.experiment.json").write_text(json.dumps(content), encoding="utf-8")
    if mask is not None:
        masked = f"{rec_id}.{drive}.{rec_type.partition('_fl')[0]}.mask.pkl"
        (folder / masked).write_bytes(pickle.dumps(dict(mask), protocol=3))
    return path
