"""Print the figures: ``python -m tests.benchmarks [--folder DIR] [PART …]``.

Writes 1.8 GB (62 channels) and 1.2 GB (512 channels) of samples to DIR, and keeps them there.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Windows as they are at first: a length that was left at 600 s would be measured, too.
_settings = tempfile.TemporaryDirectory()
os.environ["XDG_CONFIG_HOME"] = _settings.name

PARTS = (
    *("reading", "starting", "viewing", "viewing512", "memory", "overview", "marking"),
    *("exporting", "processing", "lists"),
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument(
        "--folder", type=Path, default=Path(tempfile.gettempdir()) / "ecogview-bench"
    )
    parser.add_argument("parts", nargs="*", metavar="PART", default=PARTS)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for part in arguments.parts:
        if part == "reading":
            from tests.benchmarks import reading

            reading.run(arguments.folder)
        elif part == "starting":
            from tests.benchmarks import starting

            starting.run(arguments.folder)
        elif part == "marking":
            from tests.benchmarks import marking

            marking.run(arguments.folder)
        elif part == "overview":
            from tests.benchmarks import overview

            overview.run(arguments.folder)
        elif part == "processing":
            from tests.benchmarks import processing

            processing.run(arguments.folder)
        elif part == "exporting":
            from tests.benchmarks import exporting

            exporting.run(arguments.folder)
        elif part == "lists":
            from tests.benchmarks import lists

            lists.run(arguments.folder)
        else:
            from tests.benchmarks import viewing

            if part == "memory":
                viewing.run_memory(arguments.folder)
            else:
                viewing.run(arguments.folder, 512 if part == "viewing512" else 62)


main()
