"""Lines through a recording."""

from __future__ import annotations

import numpy as np

from ecogview.dsp.trend import Lines, fit_lines

N_CHANNELS = 3


def test_lines_are_found_between_zeroed_and_unknown_samples() -> None:
    slopes, levels = np.array([0.5, -2.0, 0.0]), np.array([10.0, -300.0, 7.0])
    random = np.random.default_rng(3)

    def stretch(first: int) -> tuple[int, np.ndarray]:
        at = np.arange(first, first + 200)[:, np.newaxis]
        rows = (levels + slopes * at + random.normal(0, 0.1, (200, N_CHANNELS))).astype("f4")
        rows[3, 1] = np.nan
        return first, rows

    zeroed = (500, np.zeros((200, N_CHANNELS), np.float32))
    lines = fit_lines([stretch(0), zeroed, stretch(2000), stretch(9000)], N_CHANNELS)
    np.testing.assert_allclose(lines.slopes, slopes, atol=1e-3)
    at = np.array([0.0, 5000.0])
    np.testing.assert_allclose(lines.at(at), levels + np.outer(at, slopes), atol=1.0)


def test_of_one_stretch_or_none_there_is_no_slope() -> None:
    lines = fit_lines([(100, np.full((50, N_CHANNELS), 4, np.float32))], N_CHANNELS)
    np.testing.assert_array_equal(lines.at(np.array([0.0, 1e6])), 4)
    nothing = fit_lines([], N_CHANNELS)
    np.testing.assert_array_equal(nothing.at(np.array([5.0])), 0)
    level = Lines.level(np.array([1, 2], np.float32))
    np.testing.assert_array_equal(level.at(np.arange(4.0)), [[1, 2]])
