"""Vector pictures have the gains, the clipping, the one line and the colours of the screen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtGui import QImage, QPainter

from ecogview.data.recording import Electrode
from ecogview.views.colour_tokens import DARK, LIGHT, rgb32
from ecogview.views.picture_content import PictureContent
from ecogview.views.trace_colours import channel_colours
from ecogview.views.vector_picture import paint_picture
from ecogview.views.vector_traces import sample_points, trace_lines
from tests.views.picture_desk import drawn

pytestmark = pytest.mark.usefixtures("qapp")
GAINS = np.array([1, 2, 0.5])


def noise() -> np.ndarray:
    return np.random.default_rng(5).normal(0, 30, (3, 900)).astype(np.float32)


def y_of(content: PictureContent, values: np.ndarray, row: int) -> np.ndarray:
    canvas = content.canvas
    scale = canvas.height() / 3 / 100 * GAINS[row]
    return canvas.top() + (row + 0.5) * canvas.height() / 3 - values * scale


def test_each_channel_has_its_own_gain() -> None:
    samples = noise()
    content, columns = drawn(samples, 100, 50)
    content = replace(content, gains=GAINS)
    for row in range(3):
        (line,) = trace_lines(content, columns, row)
        canvas = content.canvas
        wanted = y_of(content, samples[row, 100:151], row)
        wanted = wanted.clip(canvas.top() - 2, canvas.bottom() + 2)
        assert np.abs(line[:, 1] - wanted).max() <= 0.051


def test_clipped_lines_run_along_their_rows_and_what_lies_beyond_has_no_dot() -> None:
    samples = noise()
    content, columns = drawn(samples, 100, 50)
    content = replace(content, gains=GAINS, clipped=True)
    height, n_dots = content.canvas.height() / 3, []
    for row in range(3):
        top = content.canvas.top() + row * height
        (line,) = trace_lines(content, columns, row)
        assert line[:, 1].min() >= top + 0.4
        assert line[:, 1].max() <= top + height - 0.4
        wanted = np.clip(y_of(content, samples[row, 100:151], row), top + 0.5, top + height - 0.5)
        n_dots.append(len(sample_points(content, columns, row)))
        assert n_dots[row] == np.count_nonzero(np.abs(wanted - top - height / 2) < height / 2 - 0.6)
    assert n_dots[1] < n_dots[2] == 51  # twice as tall, half as tall


def test_a_butterfly_has_one_zero_line_and_the_whole_height() -> None:
    samples = noise()
    content, columns = drawn(samples, 100, 50)
    content = replace(content, butterfly=True)
    canvas = content.canvas
    for row in range(3):
        (line,) = trace_lines(content, columns, row)
        wanted = canvas.center().y() - samples[row, 100:151] * canvas.height() / 100
        wanted = np.clip(wanted, canvas.top() - 2, canvas.bottom() + 2)
        assert np.abs(line[:, 1] - wanted).max() <= 0.051


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=["dark", "light"])
def test_colours_are_those_of_the_pictures_theme(tokens: object) -> None:
    content, columns = drawn(noise(), 100, 50, bad=(2,), tokens=tokens)  # type: ignore[arg-type]
    channels = tuple(
        replace(c, electrode=Electrode("", row=c.index // 2, col=c.index))
        for c in content.info.channels
    )
    colours = channel_colours(channels, "column", content.tokens)
    assert colours is not None
    content = replace(
        content,
        info=replace(content.info, channels=channels),
        colouring="column",
        colours=colours,
        gains=GAINS,
    )
    image = QImage(content.size.toSize(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    paint_picture(painter, content, columns)
    painter.end()
    canvas = content.canvas
    for row, colour in enumerate(colours):
        middle = round(canvas.top() + (row + 0.5) * canvas.height() / 3)
        assert image.pixel(round(canvas.left()) - 2, middle) == rgb32(colour)  # beside the label
    width = image.width()
    pixels = np.frombuffer(image.constBits().asarray(4 * width * image.height()), np.uint32)
    seen = set(np.unique(pixels.reshape(-1, width)[:, round(canvas.left()) + 1 :]).tolist())
    assert {rgb32(colour) for colour in colours} <= seen  # of the bad one in the legend
    assert rgb32(content.tokens.bad_trace) in seen
