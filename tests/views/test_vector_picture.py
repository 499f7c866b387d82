"""Pictures of the panel: SVG, PDF and PNG say what the panel shows."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QByteArray, QLineF, QRectF
from PyQt6.QtGui import QColor, QImage
from PyQt6.QtPdf import QPdfDocument
from PyQt6.QtSvg import QSvgRenderer

from ecogview.dsp.ring import ColumnState
from ecogview.errors import EcogviewError
from ecogview.model.events import EventList
from ecogview.views.colour_tokens import DARK, LIGHT
from ecogview.views.hatching import slanted_lines
from ecogview.views.picture_files import (
    kind_of,
    picture_bytes,
    picture_image,
    write_picture,
)
from tests.views.picture_desk import SIZE, drawn

pytestmark = pytest.mark.usefixtures("qapp")
_SVG = "{http://www.w3.org/2000/svg}"


def _noise(n_channels: int = 4, n_samples: int = 30_000) -> np.ndarray:
    return np.random.default_rng(6).normal(0, 5, (n_channels, n_samples)).astype(np.float32)


def _pixel(image: QImage, x: float, y: float) -> str:
    return image.pixelColor(round(x), round(y)).name().upper()


def test_svg_has_text_as_text_and_lines_as_lines() -> None:
    content, columns = drawn(_noise(), 2000, 10_000, spans={"hf": [(4000, 7000)]}, bad=(2,))
    svg = picture_bytes(content, columns, "svg", 1)
    root = ET.fromstring(svg)
    texts = [element.text for element in root.iter(f"{_SVG}text")]
    assert {"1", "2", "3", "4"} <= set(texts)
    assert "0:02" in texts
    assert "0:12" in texts
    assert "hf" in texts
    assert any(text is not None and text.endswith("µV") for text in texts)
    assert not list(root.iter(f"{_SVG}image"))
    longest = max(len(line.get("points", "")) for line in root.iter(f"{_SVG}polyline"))
    assert longest > 10_000
    assert root.get("viewBox") == "0 0 854 400"
    assert root.findtext(f"{_SVG}title") == "array, 2 to 12 s"
    assert len(svg) < 300_000
    assert QSvgRenderer(QByteArray(svg)).isValid()


def test_pdf_is_one_page_of_the_size_with_text() -> None:
    content, columns = drawn(_noise(), 0, 10_000)
    held = picture_bytes(content, columns, "pdf", 1)
    assert held.startswith(b"%PDF-")
    assert len(held) < 300_000


def test_pdf_can_be_read(tmp_path: Path) -> None:
    content, columns = drawn(_noise(), 0, 10_000)
    path = tmp_path / "picture.pdf"
    write_picture(path, picture_bytes(content, columns, "pdf", 1))
    document = QPdfDocument(None)
    document.load(str(path))
    assert document.pageCount() == 1
    page = document.pagePointSize(0)
    assert page.width() == pytest.approx(SIZE.width() * 0.75, abs=1)
    assert page.height() == pytest.approx(SIZE.height() * 0.75, abs=1)
    text = document.getAllText(0).text()
    assert "".join(text.split()).find("0:06") >= 0
    document.close()


@pytest.mark.parametrize("scale", [1, 3, 8])
def test_png_is_drawn_at_its_scale(scale: int) -> None:
    samples = np.zeros((1, 30_000), np.float32)
    samples[0, ::2] = 1e-3  # else it would be hatched
    content, columns = drawn(samples, 0, 10_000)
    image = picture_image(content, columns, scale)
    assert (image.width(), image.height()) == (854 * scale, 400 * scale)
    middle = content.canvas.center().y() * scale
    x = (content.canvas.left() + 60) * scale
    dark = [
        y for y in range(image.height() - 30 * scale)
        if image.pixelColor(round(x), y).lightness() < 230
    ]  # fmt: skip
    # A line of 0.7 px is as thick as the scale says; an enlarged one would be a whole block.
    assert abs(np.mean(dark) - middle + 0.5) <= 1
    assert len(dark) <= round(0.7 * scale) + 1


def test_spans_shade_and_selection_lies_over_them() -> None:
    content, columns = drawn(
        _noise(), 0, 10_000, spans={"sat": [(2000, 3000)]}, selection=(6000, 8000)
    )
    image = picture_image(content, columns, 1)
    between_rows = content.canvas.top() + content.row_height
    at = {s: _pixel(image, content.x_of(s), between_rows) for s in (1500, 2500, 6500, 9000)}
    assert at[1500] == at[9000] == LIGHT.canvas
    assert at[2500] not in (LIGHT.canvas, at[6500])
    assert QColor(at[2500]).red() > QColor(at[2500]).blue()
    assert QColor(at[6500]).blue() > QColor(at[6500]).red()
    lane = _pixel(image, content.x_of(2900), content.lane / 2)
    assert lane == LIGHT.sat


def test_events_are_lines_with_labels() -> None:
    samples = np.array([2500, 5000, 5001, 20_000])
    events = EventList(samples, np.array([0, 1, 0, 0], np.int32), ("go", "stop"))
    content, columns = drawn(_noise(), 0, 10_000)
    content = replace(content, events=events)
    root = ET.fromstring(picture_bytes(content, columns, "svg", 1))
    texts = [element.text for element in root.iter(f"{_SVG}text")]
    assert "go" in texts
    assert "stop +1" in texts
    image = picture_image(content, columns, 1)
    y = content.canvas.top() + content.row_height
    assert image.pixelColor(int(content.x_of(2500)), round(y)).lightness() < 230
    assert image.pixelColor(int(content.x_of(2600)), round(y)).lightness() == 255


def test_colours_are_those_asked_for() -> None:
    content, columns = drawn(_noise(), 0, 10_000, tokens=DARK)
    image = picture_image(content, columns, 1)
    assert _pixel(image, 2, 2) == DARK.canvas


def test_missing_columns_are_hatched_and_not_drawn() -> None:
    content, columns = drawn(_noise(1), 0, 10_000)
    columns.low[400:800], columns.high[400:800] = np.inf, -np.inf
    columns.states[400:800] = ColumnState.MISSING
    image = picture_image(content, columns, 1)
    y = round(content.canvas.top() + 10)
    row = [image.pixelColor(x, y).lightness() for x in range(image.width())]
    inside = row[54 + 210 : 54 + 390]
    assert min(inside) < 240  # lines
    assert max(inside) == 255  # and what lies between them
    assert sum(light < 250 for light in inside) > 20


def test_nothing_is_drawn_where_all_channels_are_hidden() -> None:
    content, columns = drawn(_noise(), 0, 10_000)
    bare = replace(content, rows=())
    assert not picture_image(bare, columns, 1).isNull()


def test_slanted_lines_fill_a_box_and_stay_in_it() -> None:
    box = QRectF(10.5, 20, 33, 17)
    lines = slanted_lines(box)
    assert 7 <= len(lines) <= 9
    for line in lines:
        assert isinstance(line, QLineF)
        for point in (line.p1(), line.p2()):
            assert box.adjusted(-1e-9, -1e-9, 1e-9, 1e-9).contains(point)


# --- files


def test_kind_is_told_by_the_ending() -> None:
    assert kind_of(Path("a.b.SVG")) == "svg"
    with pytest.raises(EcogviewError, match=r"name it \.png, \.svg or \.pdf"):
        kind_of(Path("picture.jpg"))


def test_a_picture_too_large_is_refused() -> None:
    content, columns = drawn(_noise(1), 0, 1000)
    with pytest.raises(EcogviewError, match=r"17080 × 8000 pixels, 16,384 a side at most"):
        picture_image(content, columns, 20)


def test_a_link_to_a_recording_is_not_followed(tmp_path: Path) -> None:
    recording, link = tmp_path / "rec001.dat", tmp_path / "picture.png"
    recording.write_bytes(b"samples")
    link.symlink_to(recording)
    with pytest.raises(EcogviewError, match=r"leads to rec001\.dat"):
        write_picture(link, b"new")
    assert recording.read_bytes() == b"samples"


def test_a_picture_is_replaced_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "picture.png"
    write_picture(path, b"old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(EcogviewError, match="No space left"):
        write_picture(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
