"""Sizes as people read them."""

from __future__ import annotations

import pytest

from ecogview.data.byte_sizes import size_text


@pytest.mark.parametrize(
    ("n_bytes", "text"),
    [(0, "0 bytes"), (987, "987 bytes"), (1000, "1.0 kB"), (140_084, "140 kB"), (2.54e6, "2.5 MB"),
     (26.8e9, "27 GB"), (3.7e9, "3.7 GB"), (1.2345e13, "12,345 GB")],
)  # fmt: skip
def test_sizes_are_in_the_unit_that_fits(n_bytes: float, text: str) -> None:
    assert size_text(n_bytes) == text
