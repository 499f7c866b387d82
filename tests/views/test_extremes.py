"""Local extremes near the mouse, in every zoom, against a search by hand."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from ecogview.services.sources import ArraySource
from ecogview.views.extremes import extreme_near
from ecogview.views.row_layout import row_centres
from tests.views.trace_desk import Bench

N, PEAK, TROUGH = 60_000, 30_000, 40_000


def humps() -> np.ndarray:
    """Channel 1 is flat with a hump and a dip of 100 samples to either side, others slope."""
    samples = np.tile(np.arange(N, dtype=np.float32) * 1e-3, (3, 1))
    samples[1] = 20
    shape = 200 * np.hanning(201).astype(np.float32)
    samples[1, PEAK - 100 : PEAK + 101] += shape
    samples[1, TROUGH - 100 : TROUGH + 101] -= shape
    return samples


@pytest.fixture
def opened(qtbot: QtBot) -> Iterator[Bench]:
    bench = Bench(qtbot)
    bench.open(ArraySource(humps(), 1000.0, ("a", "b", "c")))
    yield bench
    bench.loader.close()


@pytest.mark.parametrize("length", [150, 600, 6000, 20_000])
@pytest.mark.parametrize(("at", "highest"), [(PEAK, True), (TROUGH, False)])
def test_finds_it_from_a_few_pixels_off(opened: Bench, length: int, at: int, highest: bool) -> None:
    opened.window(at - length // 2, length)
    picture = opened.canvas.picture
    x = picture.grid.x_of(at, picture.first)
    for aside in (-4, 0, 4):
        found = extreme_near(picture, x + aside, 100, 1, 6)
        assert found is not None
        assert found.highest == highest
        assert found.first <= at <= found.last
        assert (found.first == found.last) == (length <= picture.grid.width)
        assert extreme_near(picture, x + aside, 100, 0, 6) is None  # a slope
    assert extreme_near(picture, x - 30, 100, 1, 6) is None


@pytest.mark.parametrize("length", [400, 4000])
def test_of_two_the_one_nearer_to_the_mouse(qtbot: QtBot, length: int) -> None:
    samples = np.zeros((2, N), np.float32)
    step = max(length // 200, 1)
    samples[1, PEAK], samples[1, PEAK + step] = 150, -150
    bench = Bench(qtbot)
    bench.open(ArraySource(samples, 1000.0))
    bench.window(PEAK - length // 2, length)
    picture = bench.canvas.picture
    x = picture.grid.x_of(PEAK + step / 2, picture.first)
    zero = float(row_centres(2, picture.height)[1])
    reach = 150 * picture.pixels_per_unit
    for y, at in ((zero - reach, PEAK), (zero + reach, PEAK + step)):
        found = extreme_near(picture, x, y, 1, 6)
        assert found is not None
        assert found.first <= at <= found.last
    bench.loader.close()


def test_nothing_where_nothing_is_known(opened: Bench) -> None:
    opened.window(PEAK - 300, 600)
    picture = opened.canvas.picture
    x = picture.grid.x_of(PEAK, picture.first)
    opened.session.channels.set_visible([1], visible=False)
    opened.canvas.prepared()
    assert extreme_near(picture, x, 100, 1, 6) is None
    opened.session.channels.set_visible([1], visible=True)
    opened.canvas.prepared()
    assert extreme_near(picture, x, 100, 1, 6) is not None
    column = picture.first + int(x)
    picture.envelope.clear(np.arange(column, column + 1))
    assert extreme_near(picture, x, 100, 1, 6) is None
