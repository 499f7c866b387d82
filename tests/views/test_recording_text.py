"""Sizes and percentages as the browser has them."""

from __future__ import annotations

import pytest

from ecogview.views import recording_text


@pytest.mark.parametrize(
    ("n_bytes", "text"),
    [
        (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (99_949, "99.9 kB"), (99_950, "100 kB"),
        (999_499, "999 kB"), (999_500, "1.0 MB"), (1_787_336_000, "1.8 GB"),
        (26_810_040_000, "26.8 GB"), (10**12, "1.0 TB"), (5 * 10**15, "5000 TB"),
    ],
)  # fmt: skip
def test_sizes(n_bytes: int, text: str) -> None:
    assert recording_text.format_size(n_bytes) == text


@pytest.mark.parametrize(
    ("fraction", "text"),
    [
        (0, "0.0 %"), (1e-9, "<0.1 %"), (0.0005, "0.1 %"), (0.136, "13.6 %"),
        (0.9996, ">99.9 %"), (1, "100 %"),
    ],
)  # fmt: skip
def test_percents(fraction: float, text: str) -> None:
    assert recording_text.format_percent(fraction) == text
