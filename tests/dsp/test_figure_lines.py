"""Figures by channel, and their medians by two ways that must agree to the last digit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecogview.dsp.figure_lines import FigureLines, line_medians
from ecogview.dsp.quality import CellGrid, QualityMap


def a_map(n_cells: int, n_channels: int, seed: int, *, n_values: int = 1000) -> QualityMap:
    """Figures of which some are equal and some are not known."""
    draw = np.random.default_rng(seed)
    grid = CellGrid.of(n_cells * 250, 250, n_channels)
    quality = QualityMap.blank(grid, n_channels, ("mean", "flat"))
    for figure in quality.figures.values():
        figure[:] = draw.integers(-n_values, n_values, figure.shape) / 7
        figure[draw.random(figure.shape) < 0.1 * (seed % 3)] = np.nan
    quality.figures["mean"][:, seed % n_channels] = np.nan
    quality.zeroed[:], quality.done[:] = 0, True
    return quality


def test_lines_are_channels_as_far_as_they_were_taken() -> None:
    quality = a_map(70, 3, 1)
    quality.zeroed[20:25] = [0.4, 0.6, 1, 1, 0.5]
    lines = FigureLines(3, 70, ("mean", "flat"))
    lines.take(quality, 3, 40)
    lines.take(quality, 39, 58)
    for name in ("mean", "flat"):
        expected = quality.figures[name].T.astype(np.float32)  # type: ignore[index]
        expected[:, :3] = expected[:, 58:] = expected[:, 21:24] = np.nan
        np.testing.assert_array_equal(lines[name], expected)  # type: ignore[index]
        assert lines[name].dtype == np.float32  # type: ignore[index]
    part = lines.at(np.array([50, 4, 5]))
    np.testing.assert_array_equal(part["mean"], lines["mean"][:, [50, 4, 5]])


@settings(max_examples=120, deadline=None)
@given(
    n_cells=st.integers(1, 130),
    n_values=st.sampled_from([1, 3, 1000]),
    share=st.sampled_from([0.0, 0.01, 0.05, 0.1, 0.5, 1.0]),
    seed=st.integers(0, 500),
)
def test_medians_of_lines_in_order_are_those_of_lines_as_they_are(
    n_cells: int, n_values: int, share: float, seed: int
) -> None:
    lines = FigureLines.of(a_map(n_cells, 5, seed, n_values=n_values), ("mean", "flat"))
    usable = np.random.default_rng(seed).random(n_cells) >= share
    expected = lines.medians("mean", np.ones(n_cells, bool))
    np.testing.assert_array_equal(expected, line_medians(lines["mean"], np.ones(n_cells, bool)))
    lines.put_in_order()
    found = lines.medians("mean", usable)
    np.testing.assert_array_equal(found, line_medians(lines["mean"], usable))
    for channel in range(5):
        known = lines["mean"][channel, usable]
        known = known[~np.isnan(known)]
        if len(known):
            assert found[channel] == pytest.approx(np.median(known), rel=1e-6)
        else:
            assert np.isnan(found[channel])


def test_what_was_in_order_is_not_asked_once_more_has_come() -> None:
    quality = a_map(60, 4, 3)
    lines = FigureLines.of(quality, ("mean",))
    lines.medians("mean", np.ones(60, bool))
    lines.put_in_order()
    quality.figures["mean"][10:50] = 1e6
    lines.take(quality, 10, 50)
    assert (lines.medians("mean", np.ones(60, bool))[:3] == 1e6).all()
