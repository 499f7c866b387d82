"""The quality map of a recording as a page: what `snapshot --overview` writes."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QFont, QFontMetricsF, QGuiApplication, QImage, QPainter

from ecogview.data.mask_tracks import MaskTracks
from ecogview.data.recording import RecordingInfo
from ecogview.dsp.channel_quality import Measure
from ecogview.dsp.map_picture import MapPicture
from ecogview.dsp.quality import QualityMap
from ecogview.dsp.runs import EMPTY, Runs
from ecogview.errors import printable
from ecogview.model.clock import format_time
from ecogview.views import theme
from ecogview.views.measured_map import MeasuredMap
from ecogview.views.quality_legend import LegendScale, paint_legend
from ecogview.views.quality_picture import PictureLayout, QualityPicture

_MARGIN = 20
_HEAD = 56  # title and facts above the picture
_GUTTER = 64


def render_overview_page(
    info: RecordingInfo,
    mask: MaskTracks | None,
    quality: QualityMap | None,
    measure: Measure,
    size: QSize,
    *,
    rows: Sequence[int] | None = None,
    looked_at: Runs = EMPTY,
) -> QImage:
    """Paint the quality map with title, labels, key and axis, in the theme in use.

    Parameters
    ----------
    info : RecordingInfo
    mask : MaskTracks or None
        None where it is not known.
    quality : QualityMap or None
        None, or a map without the measure, leaves the map empty and says so.
    measure : Measure
        What the colours show.
    size : QSize
        Of the page, in pixels; 640 × 360 at least.
    rows : sequence of int, optional
        Channels, top to bottom; by default in the order of the file.
    looked_at : Runs, optional
        Samples that have been looked at.

    Returns
    -------
    QImage
        RGB32.
    """
    size = size.expandedTo(QSize(640, 360))
    page = QImage(size, QImage.Format.Format_RGB32)
    page.fill(theme.colour("panel"))
    margin, head, font = theme.px(_MARGIN), theme.px(_HEAD), QGuiApplication.font()
    inner = QRectF(page.rect()).adjusted(margin, margin, -margin, -margin / 2)
    scale = LegendScale.of(measure, is_dark=theme.current().is_dark)
    painter = QPainter(page)
    _paint_head(painter, inner, info, mask, measure)
    painter.setPen(theme.colour("text2"))
    key = QRectF(inner.center().x(), inner.top(), inner.width() / 2, theme.px(20))
    paint_legend(painter, key, font, scale, pixel_ratio=1.0)
    picture = _picture(
        info, mask, quality, measure, inner.size().toSize() - QSize(0, head), rows, looked_at
    )
    at = QPointF(inner.left(), inner.top() + head)
    painter.drawImage(at, picture.image)
    painter.end()
    return page


def _picture(
    info: RecordingInfo,
    mask: MaskTracks | None,
    quality: QualityMap | None,
    measure: Measure,
    size: QSize,
    rows: Sequence[int] | None,
    looked_at: Runs,
) -> QualityPicture:
    layout = PictureLayout.of(size.width(), size.height(), 1.0, gutter=_GUTTER, right=0)
    picture = QualityPicture(layout, info.n_samples, info.sampling_rate, QGuiApplication.font())
    order = tuple(range(info.n_channels)) if rows is None else tuple(rows)
    bad = () if mask is None else mask.bad_channels
    picture.draw_labels(
        [info.channels[channel].label for channel in order],
        (row for row, channel in enumerate(order) if mask is not None and bad[channel]),
        ends_only=False,
    )
    picture.draw_spans(mask)
    picture.draw_looked_at(looked_at)
    if quality is not None and measure.applies_to(quality):
        measured = MeasuredMap(quality, measure, mask)
        cells = MapPicture(measured.figures)
        cells.fit(layout.n_columns, layout.n_rows, order)
        picture.draw_map(measured, cells)
    else:
        picture.clear_map(f"{measure.title}: n/a")
    return picture


def _paint_head(
    painter: QPainter,
    box: QRectF,
    info: RecordingInfo,
    mask: MaskTracks | None,
    measure: Measure,
) -> None:
    """Name of the recording, and below it what is known of it."""
    font = QGuiApplication.font()
    titled = theme.sized_font(font, 16, QFont.Weight.DemiBold)
    painter.setFont(titled)
    painter.setPen(theme.colour("text"))
    name = QFontMetricsF(titled).elidedText(
        printable(info.path.name.removesuffix(".dat")), Qt.TextElideMode.ElideMiddle,
        box.width() / 2 - theme.px(_MARGIN),
    )  # fmt: skip
    painter.drawText(box.adjusted(0, -2, 0, 0), _TOP_LEFT, name)
    facts = [
        measure.title,
        f"{info.n_channels} channels, {info.sampling_rate:g} Hz, {format_time(info.duration_s)}",
    ]
    if mask is not None:
        facts.append(f"{int(mask.bad_channels.sum())} of {info.n_channels} channels bad")
        facts.append(f"{mask.masked_fraction:.1%} of time masked".replace("%", " %"))
    painter.setFont(theme.sized_font(theme.numeral_font(font), 12))
    painter.setPen(theme.colour("text2"))
    painter.drawText(box.adjusted(0, theme.px(26), 0, 0), _TOP_LEFT, "   ·   ".join(facts))


_TOP_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
