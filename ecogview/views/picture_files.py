"""Pictures of the trace panel as files: PNG at any scale, SVG and PDF as vectors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from PyQt6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QPointF, QRectF, QSize, QSizeF
from PyQt6.QtGui import QImage, QPageSize, QPainter, QPdfWriter
from PyQt6.QtSvg import QSvgGenerator

from ecogview.data.safe_write import replace_file
from ecogview.errors import EcogviewError, printable
from ecogview.services.column_reading import Columns
from ecogview.views.picture_content import MOST_POINTS, PictureContent
from ecogview.views.vector_picture import paint_picture

PictureKind = Literal["png", "svg", "pdf"]

KINDS: tuple[PictureKind, ...] = ("png", "svg", "pdf")
SCALES = range(1, 9)
WIDEST_PX = 16_384  # a side: an image of 1 GB
_PX_PER_INCH = 96
_PDF_PER_INCH = 1200  # PDF places are whole numbers of it
# What Qt calls quality is how hard zlib tries: this takes half the time of the default, 0.2 s for
# 3,114 × 1,920 pixels, for a file 2 % smaller.
_PNG_QUALITY = 80
# All of a page is compressed at its end, 0.8 µs a point in which no other thread runs Python code:
# the window stands still for that long.
_MOST_PDF_POINTS = 150_000
_PIECE = 64  # points: one wide line of 6,000 takes Qt 30 times as long as its pieces


def kind_of(path: Path) -> PictureKind:
    """What the ending of a name asks for.

    Raises
    ------
    EcogviewError
        If it is none that can be written.
    """
    for kind in KINDS:
        if path.suffix.lower() == f".{kind}":
            return kind
    raise EcogviewError(path, "is no picture by its name", "name it .png, .svg or .pdf")


def most_points_of(kind: PictureKind) -> int:
    """How many points the traces of a picture may have, for `PictureContent.of`."""
    return _MOST_PDF_POINTS if kind == "pdf" else MOST_POINTS


def picture_bytes(
    content: PictureContent,
    columns: Columns,
    kind: PictureKind,
    scale: int,
    is_stale: Callable[[], bool] = lambda: False,
) -> bytes:
    """Draw a picture; may be called in any thread.

    Parameters
    ----------
    content : PictureContent
    columns : Columns
        Those of ``content.grid`` from ``content.first_column`` on.
    kind : {"png", "svg", "pdf"}
    scale : int
        Pixels of a PNG to a logical pixel; vectors have none.
    is_stale : callable, optional
        Once it says so, what is returned is no whole picture.

    Raises
    ------
    EcogviewError
        If it cannot be drawn: it is too large.
    """
    if kind == "png":
        return as_png(content.info.path, picture_image(content, columns, scale, is_stale))
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if kind == "svg":
        _draw_svg(buffer, content, columns, is_stale)
    else:
        _draw_pdf(buffer, content, columns, is_stale)
    buffer.close()
    return held.data()


def as_png(path: Path, image: QImage) -> bytes:
    """Encode an image; `path` is what the error names should that fail."""
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "png", _PNG_QUALITY):
        raise EcogviewError(path, "cannot be encoded as PNG", "choose a smaller picture, or .svg")
    return held.data()


def picture_image(
    content: PictureContent,
    columns: Columns,
    scale: int,
    is_stale: Callable[[], bool] = lambda: False,
) -> QImage:
    """Draw the panel anew at so many pixels to a logical pixel.

    Raises
    ------
    EcogviewError
        If there is not enough memory, or a side has more than 16,384 pixels.
    """
    size = (content.size * scale).toSize()
    check_size(content.info.path, size)
    image = QImage(size, QImage.Format.Format_RGB32)
    if image.isNull():
        megabytes = 4e-6 * size.width() * size.height()
        raise EcogviewError(
            content.info.path,
            f"a picture of {size.width()} × {size.height()} pixels needs {megabytes:.0f} MB",
            "choose a smaller scale",
        )
    painter = QPainter(image)
    painter.scale(scale, scale)
    paint_picture(painter, content, columns, piece=_PIECE, is_stale=is_stale)
    painter.end()
    return image


def check_size(path: Path, size: QSize) -> None:
    """Refuse a picture that is too large, before anything is read for it."""
    if max(size.width(), size.height()) > WIDEST_PX:
        raise EcogviewError(
            path,
            f"a picture would have {size.width()} × {size.height()} pixels, "
            f"{WIDEST_PX:,} a side at most",
            "choose a smaller scale, or .svg or .pdf",
        )


def write_picture(target: Path, data: bytes) -> None:
    """Put a picture in its place, whole or not at all.

    Raises
    ------
    EcogviewError
        If it cannot be written, or its name leads to a file that is no picture: links are
        followed, and a recording behind one must not be replaced.
    """
    real = target.resolve()
    if real.suffix.lower() != target.suffix.lower():
        raise EcogviewError(target, f"leads to {printable(real.name, 200)}", "choose another name")
    replace_file(target, [data], backup=False, expected=None, overwrite=True)


def _draw_svg(
    buffer: QBuffer, content: PictureContent, columns: Columns, is_stale: Callable[[], bool]
) -> None:
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(_PX_PER_INCH)
    generator.setSize(content.size.toSize())
    generator.setViewBox(QRectF(QPointF(0, 0), content.size))
    generator.setTitle(_title(content))
    generator.setDescription("Drawn by ecogview")
    painter = QPainter(generator)
    paint_picture(painter, content, columns, is_stale=is_stale)
    painter.end()


def _draw_pdf(
    buffer: QBuffer, content: PictureContent, columns: Columns, is_stale: Callable[[], bool]
) -> None:
    writer = QPdfWriter(buffer)
    points = content.size * (72 / _PX_PER_INCH)
    page = QPageSize(QSizeF(points), QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch)
    writer.setResolution(_PDF_PER_INCH)
    writer.setPageSize(page)
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setTitle(_title(content))
    writer.setCreator("ecogview")
    painter = QPainter(writer)
    painter.scale(_PDF_PER_INCH / _PX_PER_INCH, _PDF_PER_INCH / _PX_PER_INCH)
    paint_picture(painter, content, columns, is_stale=is_stale)
    painter.end()


def _title(content: PictureContent) -> str:
    """Which stretch of which recording it is: what a figure must be traced back to."""
    rate, window = content.info.sampling_rate, content.window
    name = printable(content.info.path.name, 200)
    shown = f", shown {content.processing_words}" if content.processing_words else ""
    return f"{name}, {window.start / rate:g} to {window.stop / rate:g} s{shown}"
