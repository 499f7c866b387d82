"""Beside the traces of a vector picture stands what stands there on the screen."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtGui import QImage

from ecogview.data.recording import Electrode
from ecogview.dsp.reference import Reference
from ecogview.dsp.ring import ColumnState
from ecogview.model.processing import AppliedProcessing, Processing
from ecogview.services.column_reading import Columns
from ecogview.views.colour_tokens import rgb32
from ecogview.views.picture_content import PictureContent
from ecogview.views.picture_files import picture_bytes, picture_image
from ecogview.views.trace_colours import channel_colours
from tests.views.picture_desk import drawn

pytestmark = pytest.mark.usefixtures("qapp")
N_CHANNELS = 6
ALONG_ROWS = Processing(reference=Reference("rows"))


def placed(bad: tuple[int, ...] = ()) -> tuple[PictureContent, Columns]:
    """Six channels labelled E1 to E6, in rows of three."""
    samples = np.random.default_rng(5).normal(0, 30, (N_CHANNELS, 900)).astype(np.float32)
    content, columns = drawn(samples, 100, 800, bad=bad)
    channels = tuple(
        replace(
            c, label=f"E{c.index + 1}", electrode=Electrode("", row=c.index // 3, col=c.index % 3)
        )
        for c in content.info.channels
    )
    return replace(content, info=replace(content.info, channels=channels)), columns


def texts_of(content: PictureContent, columns: Columns) -> list[str]:
    root = ET.fromstring(picture_bytes(content, columns, "svg", 1))
    return ["".join(e.itertext()).strip() for e in root.iter() if e.tag.endswith("text")]


def test_a_butterfly_has_amplitudes_instead_of_labels() -> None:
    content, columns = placed()
    assert {f"E{i}" for i in range(1, 7)} <= set(texts_of(content, columns))
    content = replace(content, butterfly=True)  # 356 px for 100 µV
    texts = texts_of(content, columns)
    assert not any(text.startswith("E") for text in texts)
    assert [t for t in texts if t.endswith("µV")][:4] == ["40 µV", "20 µV", "−20 µV", "−40 µV"]
    assert "0" in texts
    scored = AppliedProcessing(Processing(zscore=True))
    assert "40 z" in texts_of(replace(content, applied=scored), columns)
    assert not any(t.endswith("µV") for t in texts_of(replace(content, rows=()), columns))


def test_amplitudes_stand_at_their_heights() -> None:
    content, columns = placed()
    content = replace(content, butterfly=True, rows=(0,))
    image, canvas = picture_image(content, columns, 1), content.canvas
    tick = rgb32(content.tokens.disabled)
    x = round(canvas.left()) - 2
    found = [y for y in range(image.height()) if image.pixel(x, y) != rgb32(content.tokens.canvas)]
    wanted = [
        canvas.center().y() - amount / 100 * canvas.height() for amount in (40, 20, 0, -20, -40)
    ]
    assert tick
    for y in wanted:
        assert min(abs(y - other) for other in found) <= 1


@pytest.mark.parametrize(("colouring", "marks"), [("row", {"R0", "R1"}), ("column", {"C0", "C2"})])
def test_rows_and_columns_are_named(colouring: str, marks: set[str]) -> None:
    content, columns = placed(bad=(4,))
    colours = channel_colours(content.info.channels, colouring, content.tokens)  # type: ignore[arg-type]
    plain = texts_of(content, columns)
    texts = texts_of(replace(content, colouring=colouring, colours=colours), columns)
    for mark in marks:
        assert mark not in plain
        # One in the legend, the others beside the labels.
        assert texts.count(mark) == 1 + (3 if colouring == "row" else 2)


def test_bipolar_rows_have_both_names_or_a_word() -> None:
    content, columns = placed(bad=(1,))
    applied = AppliedProcessing(ALONG_ROWS, frozenset([1]))
    content = replace(content, applied=applied)
    texts = texts_of(content, columns)
    labels = [text for text in texts if "E" in text]
    assert labels == ["E1−E3", "E2−E3", "E3", "E4−E5", "E5−E6", "E6"]
    assert texts.count("no neighbour") == 2
    assert "no neighbour" not in texts_of(replace(content, butterfly=True), columns)
    coarse = replace(columns, states=np.full_like(columns.states, ColumnState.COARSE))
    assert "no neighbour" not in texts_of(content, coarse)  # their traces are there


def pixels_of(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits().asarray(image.sizeInBytes()), np.uint32)
    return pixels.reshape(image.height(), -1)[:, : image.width()].copy()


def test_columns_still_as_recorded_are_dimmed_beneath_a_hatched_line() -> None:
    content, columns = placed()
    content = replace(content, applied=AppliedProcessing(Processing(notch_hz=50)))
    states, half = columns.states.copy(), len(columns.states) // 2
    states[:half] = ColumnState.COARSE
    canvas = content.canvas
    plain = pixels_of(picture_image(content, columns, 1))
    marked = pixels_of(picture_image(content, replace(columns, states=states), 1))
    middle, top = round(canvas.center().x()), round(canvas.top())
    assert np.array_equal(plain[:, middle + 2 :], marked[:, middle + 2 :])
    left = slice(round(canvas.left()) + 2, middle - 2)
    part = slice(top + 8, round(canvas.bottom()) - 50)
    page = rgb32(content.tokens.canvas)

    def ink(pixels: np.ndarray) -> float:
        """Mean distance from the page in red."""
        return float(np.mean((page >> 16 & 255) - (pixels[part, left] >> 16 & 255).astype(float)))

    assert ink(marked) == pytest.approx(0.7 * ink(plain), rel=0.05)
    assert 0.1 < (marked[top : top + 6, left] != page).mean() < 0.9
    z_only = replace(content, applied=AppliedProcessing(Processing(zscore=True)))
    assert np.array_equal(
        pixels_of(picture_image(z_only, replace(columns, states=states), 1)),
        pixels_of(picture_image(z_only, columns, 1)),
    )
