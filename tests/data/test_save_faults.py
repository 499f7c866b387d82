"""Faults in the middle of a save, and with marks that are not saved: see tests/faults."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs os.fork")
def test_nothing_is_lost_whatever_happens_to_a_save() -> None:
    """In a process of its own: children made by fork need a parent without threads."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.faults", "--quick"],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == 6
    if any("not possible here" in line for line in lines):
        pytest.skip("the rest holds; system calls of a child cannot be traced here")
