"""Timing with medians, peak memory, and recordings long enough to matter."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ecogview.data.mask_pickle import write_mask

RATE = 1000
LONG_S = 7207
DRIVE = "LM1_ECOG_3"


def median_ms(action: Callable[[int], object], repeats: int) -> float:
    """Median wall time of ``action(i)`` in milliseconds."""
    took = []
    for i in range(repeats):
        start = time.perf_counter()
        action(i)
        took.append(time.perf_counter() - start)
    return float(np.median(took)) * 1e3


def peak_mb() -> float:
    """Peak resident memory of this process in MB; NaN where the system does not tell."""
    return _status_mb("VmHWM")


def resident_mb() -> float:
    return _status_mb("VmRSS")


def reset_peak() -> None:
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def _status_mb(field: str) -> float:
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return float("nan")
    value = next(line.split()[1] for line in lines if line.startswith(field))
    return int(value) / 1024


def row(what: str, value: str, target: str, plain: str = "") -> None:
    """Print one row of the table."""
    print(f"| {what} | {value} | {target} | {plain} |", flush=True)


def heading(title: str) -> None:
    print(f"\n{title}\n\n| what | measured | asked for | plain cost, same run |\n|---|---|---|---|")


def write_long(folder: Path, n_channels: int, seconds: int = LONG_S) -> Path:
    """Write a clfp recording with its mask, once; 62 channels of two hours are 1.8 GB."""
    path = folder / f"long{n_channels}.{DRIVE}.clfp.dat"
    n_samples = seconds * RATE
    if path.exists() and path.stat().st_size == n_samples * n_channels * 4:
        return path
    _write_experiment(folder / f"long{n_channels}.experiment.json", n_channels)
    rng = np.random.default_rng(0)
    steps = rng.normal(0, 1, (60 * RATE, n_channels)).cumsum(axis=0)
    piece = np.ascontiguousarray((steps - steps.mean(axis=0)) * 3, np.float32)
    with path.open("wb") as file:
        for start in range(0, n_samples, len(piece)):
            file.write(piece[: n_samples - start].tobytes())
    write_mask(path.with_name(path.name.replace(".dat", ".mask.pkl")), a_mask(n_samples, 500))
    return path


def write_sparse_raw(folder: Path, n_channels: int = 62) -> Path:
    """27 GB of raw samples that take no room on the disk."""
    path = folder / f"sparse.{DRIVE}.raw.dat"
    _write_experiment(folder / "sparse.experiment.json", n_channels)
    rows = np.random.default_rng(1).integers(-500, 500, (30_000 * 20, n_channels), np.int16)
    with path.open("wb") as file:
        file.write(rows.tobytes())
        file.truncate(LONG_S * 30_000 * n_channels * 2)
    return path


def write_sparse_clfp(folder: Path, n_channels: int = 62) -> Path:
    """Two hours of clfp of which the first 20 s take room on the disk; it has no mask."""
    path = folder / f"sparse.{DRIVE}.clfp.dat"
    _write_experiment(folder / "sparse.experiment.json", n_channels)
    rows = np.random.default_rng(1).normal(0, 50, (RATE * 20, n_channels)).astype(np.float32)
    with path.open("wb") as file:
        file.write(rows.tobytes())
        file.truncate(LONG_S * RATE * n_channels * 4)
    return path


def a_mask(n_samples: int, n_spans: int, n_channels: int = 0) -> dict[str, np.ndarray]:
    """`n_spans` spans of hf and as many of sat, spread over the recording."""
    hf, sat = np.zeros(n_samples, bool), np.zeros(n_samples, bool)
    step = n_samples // n_spans
    for start in range(0, n_samples - step, step):
        hf[start : start + step // 8] = True
        sat[start + step // 2 : start + step // 2 + step // 16] = True
    return {"hf": hf, "sat": sat}


def _write_experiment(path: Path, n_channels: int) -> None:
    electrodes = [
        {
            "label": f"{DRIVE} E{i + 1:02}",
            "position": {"x": i % 8, "y": i // 8, "row": i // 8 + 1, "col": i % 8 + 1},
        }
        for i in range(n_channels)
    ]
    hardware = {
        "acquisition": {"samplingrate": 30_000},
        "microdrive": [{"name": DRIVE, "electrodes": electrodes}],
    }
    path.write_text(json.dumps({"hardware": hardware}))


def warm(path: Path) -> None:
    """Read a file once, so that it lies in the system's cache."""
    buffer = bytearray(1 << 22)
    with path.open("rb", buffering=0) as file:
        while file.readinto(buffer):
            pass


def alone(module: str, function: str, *arguments: str) -> None:
    """Call a function of a module of benchmarks in a process of its own."""
    call = f"from tests.benchmarks import {module}; {module}.{function}{arguments!r}"
    subprocess.run([sys.executable, "-c", call], check=True, env=bare_environment())


def bare_environment() -> dict[str, str]:
    """The environment as a user has it: bytecode of modules is cached."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"QT_QPA_PLATFORM": "offscreen"}
