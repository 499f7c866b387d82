"""A small recording for the tests of the whole window."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.builders import write_recording

N_SAMPLES = 30_000


def a_recording(folder: Path, name: str = "rec001", **kwargs: object) -> Path:
    samples = np.random.default_rng(4).normal(0, 50, (6, N_SAMPLES)).astype(np.float32)
    return write_recording(folder, samples=samples, rec_id=name, **kwargs)  # type: ignore[arg-type]
