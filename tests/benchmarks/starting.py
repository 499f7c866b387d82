"""From starting the process to traces on the screen."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from tests.benchmarks.measure import bare_environment, heading, row, warm, write_long

_PROGRAM = """
import sys, time
import ecogview
viewer = ecogview.view(sys.argv[1], block=False)
viewer.main_window.resize(1600, 900)
assert viewer.wait_until_drawn(30)
sys.stdout.write(f"{time.time():.6f}\\n")
sys.stdout.flush()
viewer.close()
"""


def run(folder: Path) -> None:
    heading("Starting (process start to traces painted, offscreen, warm)")
    path = write_long(folder, 62)
    warm(path)
    took = []
    for _ in range(8):
        start = time.time()
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM, str(path)],
            capture_output=True, text=True, check=True, env=bare_environment(),
        )  # fmt: skip
        took.append(float(done.stdout) - start)
    imports = []
    for _ in range(5):
        start = time.time()
        subprocess.run(
            [sys.executable, "-c", "import numpy, PyQt6.QtWidgets"],
            check=True,
            env=bare_environment(),
        )
        imports.append(time.time() - start)
    row("process start to traces painted", f"{np.median(took[1:]):.2f} s", "≤ 0.6 s",
        f"Python, NumPy and QtWidgets alone {np.median(imports):.2f} s")  # fmt: skip
