"""Shading of what is not saved yet."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtGui import QImage
from pytestqt.qtbot import QtBot

from ecogview.dsp.runs import Runs
from ecogview.model.span_edit import mark_spans, unmark_spans
from ecogview.services.sources import ArraySource
from ecogview.views import theme
from tests.views.trace_desk import Bench

ROW = 2  # within the strip along the top


@pytest.fixture
def bench(qtbot: QtBot) -> Bench:
    made = Bench(qtbot)
    made.open(ArraySource(np.zeros((4, 3000), np.float32), 1000.0), length=3000)
    made.session.set_mask_result(
        mark_spans(made.session.mask, Runs.of([(2000, 2500)])).apply(made.session.mask)
    )
    yield made
    made.loader.close()


def in_accent(bench: Bench, image: QImage, sample: float) -> bool:
    ratio = image.devicePixelRatio()
    x = round(bench.canvas.x_of(sample) * ratio)
    return image.pixelColor(x, round(ROW * ratio)) == theme.colour("accent")


def test_added_is_full_and_removed_an_outline(bench: Bench, tmp_path: Path) -> None:
    session = bench.session
    session.apply(mark_spans(session.mask, Runs.of([(500, 1000)])))
    session.apply(unmark_spans(session.mask, Runs.of([(2200, 2400)])))
    bench.drawn()
    plain = bench.canvas.grab().toImage()
    assert not in_accent(bench, plain, 750)
    session.show_changes(shown=True)
    shown = bench.canvas.grab().toImage()
    assert in_accent(bench, shown, 750)
    assert not in_accent(bench, shown, 2300)  # struck through under an outline
    for unchanged in (200, 2100, 2450):
        assert not in_accent(bench, shown, unchanged)
    y = bench.canvas.height() // 8
    removed, was = (
        [image.pixelColor(round(bench.canvas.x_of(s)), y) for s in range(2210, 2390)]
        for image in (shown, plain)
    )
    assert removed != was
    session.show_changes(shown=False)
    assert bench.canvas.grab().toImage() == plain


def test_a_change_shorter_than_a_pixel_shows(bench: Bench) -> None:
    bench.session.apply(mark_spans(bench.session.mask, Runs.of([(1500, 1501)])))
    bench.session.show_changes(shown=True)
    bench.drawn()
    image = bench.canvas.grab().toImage()
    around = [in_accent(bench, image, 1500 + by) for by in np.linspace(-10, 20, 60)]
    assert any(around)
