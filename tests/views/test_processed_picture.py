"""Pictures of processed signals: their line on top, units and places."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import QSizeF
from PyQt6.QtGui import QFont
from pytestqt.qtbot import QtBot

from ecogview.dsp.reference import Reference
from ecogview.model.channels import ChannelView
from ecogview.model.display import Display
from ecogview.model.processing import Processing
from ecogview.model.session import Session
from ecogview.model.time_window import TimeWindow
from ecogview.services.column_reading import Columns, estimate_of
from ecogview.services.sources import ArraySource
from ecogview.views.colour_tokens import LIGHT
from ecogview.views.picture_content import PictureContent
from ecogview.views.picture_files import picture_bytes, picture_image
from ecogview.views.picture_samples import read_picture
from ecogview.views.vector_header import unfiltered_note
from ecogview.views.vector_traces import trace_lines

RATE, SIZE = 1000.0, QSizeF(854, 422)
pytestmark = pytest.mark.usefixtures("qtbot")


def samples() -> np.ndarray:
    """A tone and hum of 50 Hz on a constant, each channel larger than the one before."""
    times = np.arange(20_000) / RATE
    wave = 20 * np.sin(2 * np.pi * 7 * times) + 80 * np.sin(2 * np.pi * 50 * times)
    return (wave * np.arange(1, 5)[:, np.newaxis] + 300).astype(np.float32)


def drawn(display: Display, size: QSizeF = SIZE) -> tuple[PictureContent, Columns]:
    with ArraySource(samples(), RATE).open() as recording:
        info, session = recording.info, Session()
        session.open(
            info, window=TimeWindow.clamped(9000, 1000, info.n_samples),
            channels=ChannelView(info.channels), display=display,
        )  # fmt: skip
        content = PictureContent.of(session, estimate_of(recording), size, LIGHT, QFont())
        read = read_picture(recording, content, None, estimate_of(recording), None, lambda: False)
    assert read is not None
    return read


def texts_of(content: PictureContent, columns: Columns) -> list[str]:
    root = ET.fromstring(picture_bytes(content, columns, "svg", 1))
    return ["".join(e.itertext()) for e in root.iter() if e.tag.endswith(("text", "title"))]


def extent(content: PictureContent, columns: Columns, row: int) -> float:
    """From the lowest to the highest place of a trace, in pixels."""
    return float(np.ptp(np.concatenate(trace_lines(content, columns, row))[:, 1]))


def test_the_filtered_signal_is_drawn_and_said() -> None:
    display = Display(units_per_row=400.0)
    plain = drawn(display, QSizeF(854, 400))
    notched = drawn(display.processed(Processing(notch_hz=50)))
    assert notched[0].canvas.height() == plain[0].canvas.height()
    assert (plain[0].header, notched[0].header) == (0, 22)
    scale = plain[0].layout.pixels_per_unit
    assert extent(*plain, 1) == pytest.approx(400 * scale, rel=0.03)
    assert extent(*notched, 1) == pytest.approx(80 * scale, rel=0.05)
    assert notched[0].unfiltered == 0
    texts = texts_of(*notched)
    assert "Shown: notch 50 Hz ×4" in texts
    assert "array, 9 to 10 s, shown notch 50 Hz ×4" in texts
    assert not any(text.startswith("Shown") for text in texts_of(*plain))


def test_z_inversion_and_constant() -> None:
    display = Display(units_per_row=400.0, other_units_per_row=10.0)
    content, columns = drawn(display.processed(Processing(zscore=True, inverted=True)))
    assert content.units == "z"
    assert content.units_per_row == 10.0
    assert any(text.endswith(" z") for text in texts_of(content, columns))
    upright = drawn(display.processed(Processing(zscore=True)))
    np.testing.assert_allclose(columns.low, -upright[1].high, atol=1e-6)
    assert not content.offsets.any()
    kept = replace(display, remove_dc=False)
    content, _ = drawn(kept.processed(Processing(lowpass_hz=200)))
    np.testing.assert_allclose(content.offsets, -300, atol=20)  # added again, as on the screen
    content, _ = drawn(kept.processed(Processing(highpass_hz=5)))
    assert not content.offsets.any()


def test_switched_off_it_is_as_recorded() -> None:
    processing = Processing(notch_hz=50, zscore=True)
    display = Display(units_per_row=400.0).processed(processing).processed(processing.toggled())
    content, columns = drawn(display)
    assert content.applied is None
    assert content.units == "µV"
    assert columns.low.min() < -90
    assert not any(text.startswith("Shown") for text in texts_of(content, columns))


def test_a_channel_that_is_the_reference_is_flat() -> None:
    reference = Reference("channel", (2,))
    content, columns = drawn(
        Display(units_per_row=400.0).processed(Processing(reference=reference))
    )
    assert extent(content, columns, 2) == 0
    assert extent(content, columns, 0) > 10
    assert "Shown: against 3" in texts_of(content, columns)


@pytest.mark.parametrize(
    ("unfiltered", "note"),
    [
        (1.0, "not made yet: drawn as recorded"),
        (0.304, "30 % of it still as recorded"),
        (0.001, "1 % of it still as recorded"),
        (0.0, ""),
    ],
)
def test_what_is_not_filtered_is_said(unfiltered: float, note: str) -> None:
    assert unfiltered_note(unfiltered) == note
    content, columns = drawn(Display().processed(Processing(1, 40)))
    content = replace(content, unfiltered=unfiltered)
    assert (note in texts_of(content, columns)) == bool(note)


def test_long_words_stay_on_the_line(qtbot: QtBot) -> None:
    processing = Processing(
        1, 40, 50, reference=Reference("median"), detrend="linear", zscore=True, inverted=True
    )
    display = Display().processed(processing)
    content, columns = drawn(display, QSizeF(300, 300))
    content = replace(content, unfiltered=1.0)
    assert not picture_image(content, columns, 1).isNull()
    (words,) = [text for text in texts_of(content, columns) if text.startswith("Shown")]
    assert words.endswith("…")
    assert any(text.startswith("not made") for text in texts_of(content, columns))
