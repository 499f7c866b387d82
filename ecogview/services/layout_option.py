"""``--layout``: the option of every command that reads recordings, and what advises it. No Qt."""

from __future__ import annotations

import argparse

LAYOUT_ADVICE = "read it with --layout {}"
"""On samples that look written in another order, whose name is for ``{}``."""


def add_layout_option(parser: argparse.ArgumentParser) -> None:
    """Let `parser` take the order of samples, as `layout`; None stands for that of the type."""
    parser.add_argument(
        "--layout",
        choices=("interleaved", "planar"),
        help="order of the samples: all channels of one sample after the other, or all samples of "
        "one channel; by default that of the recording's type",
    )
