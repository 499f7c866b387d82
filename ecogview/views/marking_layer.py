"""What a drag would do, painted over the traces, which are not drawn anew for it."""

from __future__ import annotations

from typing import NamedTuple

from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from ecogview.data.mask_tracks import MaskTracks
from ecogview.dsp.runs import Runs
from ecogview.model.clock import decimals_for, format_time
from ecogview.model.session import Session
from ecogview.views import theme
from ecogview.views.span_drag import DragKind, StretchOfSamples
from ecogview.views.span_gestures import Preview, SpanGestures
from ecogview.views.trace_canvas import TraceCanvas

_FILL = 0.22  # over the traces, so that a preview stands out from spans that are there
_SELECTED_FILL = 0.14
_EDGE_PX = 2.0
_HANDLE_W_PX, _HANDLE_H_PX = 8.0, 30.0
_HATCH_PX = 9.0  # between slanted lines
_RELEASE = {
    DragKind.MARK: "Release to mark",
    DragKind.UNMARK: "Release to un-mark",
    DragKind.SELECT: "Release to select",
    DragKind.EDGE: "Release to change",
    DragKind.MOVE: "Release to move",
}


class EdgeTag(NamedTuple):
    """A time on the axis that stands out: where, in words, and in which colours."""

    x: float  # on the canvas
    text: str
    token: str
    text_token: str


def edge_tags(gestures: SpanGestures, canvas: TraceCanvas, session: Session) -> list[EdgeTag]:
    """Times of both edges while a drag lasts, exact to the sample."""
    preview, info = gestures.preview, session.info
    if preview is None or info is None:
        return []
    rate = info.sampling_rate
    token, text_token = _tokens(preview.kind)
    return [
        EdgeTag(canvas.x_of(s), format_time(s / rate, decimals_for(1 / rate)), token, text_token)
        for s in preview.span
    ]


def paint_marking(
    painter: QPainter, canvas: TraceCanvas, session: Session, gestures: SpanGestures
) -> None:
    """Paint selection and preview in logical pixels, over the traces."""
    preview = gestures.preview
    selects = preview is not None and preview.kind is DragKind.SELECT
    if session.selection is not None and not selects:
        _paint_selection(painter, canvas, session.selection)
    if gestures.pending is not None:
        x = canvas.x_of(gestures.pending)
        painter.fillRect(QRectF(x - 1, 0, _EDGE_PX, canvas.height()), theme.colour("accent"))
    if preview is None:
        return
    box = _box(canvas, preview.span)
    if selects:
        _paint_selection(painter, canvas, preview.span)
    elif preview.kind is DragKind.UNMARK:
        _paint_leaving(painter, canvas, box)
    else:
        if preview.old is not None:
            for gone in Runs.of([preview.old]).difference(Runs.of([preview.span])):
                _paint_leaving(painter, canvas, _box(canvas, gone))
        painter.fillRect(box, _faint("manual", _FILL))
    token, text_token = _tokens(preview.kind)
    middle = canvas.height() / 2
    for edge in (box.left(), box.right()):
        painter.fillRect(QRectF(edge - 1, 0, _EDGE_PX, box.height()), theme.colour(token))
        _paint_handle(painter, QPointF(edge, middle), token, text_token)
    _paint_bubble(painter, canvas, session, preview, box)


def _tokens(kind: DragKind) -> tuple[str, str]:
    """Colour of edges and tags, and of words on them."""
    if kind is DragKind.SELECT:
        return "accent", "on_accent"
    return ("text", "canvas") if kind is DragKind.UNMARK else ("manual", "manual_text")


def _box(canvas: TraceCanvas, span: StretchOfSamples) -> QRectF:
    left, right = (canvas.x_of(sample) for sample in span)
    return QRectF(left, 0, max(right - left, _EDGE_PX), canvas.height())


def _faint(token: str, alpha: float) -> QColor:
    colour = theme.colour(token)
    colour.setAlphaF(alpha)
    return colour


def _paint_selection(painter: QPainter, canvas: TraceCanvas, span: StretchOfSamples) -> None:
    box = _box(canvas, span)
    painter.fillRect(box, _faint("accent", _SELECTED_FILL))
    colour = theme.colour("accent")
    for edge in (box.left(), box.right()):
        painter.fillRect(QRectF(edge - 0.5, 0, 1, box.height()), colour)
    # Brackets along top and bottom: told from a marked span without colour.
    for top in (0.0, box.height() - 3):
        painter.fillRect(QRectF(box.left(), top, box.width(), 3), colour)


def _paint_leaving(painter: QPainter, canvas: TraceCanvas, box: QRectF) -> None:
    """Struck through with slanted lines: what is un-marked."""
    seen = box.intersected(QRectF(canvas.rect()))
    if seen.isEmpty():
        return
    painter.fillRect(seen, _faint("canvas", 0.45))
    painter.save()
    painter.setClipRect(seen)
    painter.setPen(QPen(_faint("text", 0.5), 1))
    # Anchored to the span, so that the lines stay while its end moves. A brush pattern would be
    # as fine as 8 pixels, and is drawn 5 times slower.
    step, height = theme.px(_HATCH_PX), seen.height()
    first = int((seen.left() - box.left() - height) // step)
    last = int((seen.right() - box.left()) // step)
    painter.drawLines(
        *[
            QLineF(box.left() + i * step, height, box.left() + i * step + height, 0)
            for i in range(first, last + 1)
        ]
    )
    painter.restore()


def _paint_handle(painter: QPainter, middle: QPointF, token: str, text_token: str) -> None:
    width, height = theme.px(_HANDLE_W_PX), theme.px(_HANDLE_H_PX)
    box = QRectF(middle.x() - width / 2, middle.y() - height / 2, width, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(token))
    painter.drawRoundedRect(box, 3, 3)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for down in (-4, 0, 4):
        painter.fillRect(
            QRectF(middle.x() - 1.5, middle.y() + down, 3, 1), theme.colour(text_token)
        )


def _paint_bubble(
    painter: QPainter, canvas: TraceCanvas, session: Session, preview: Preview, box: QRectF
) -> None:
    assert session.info is not None
    rate = session.info.sampling_rate
    length = (preview.span[1] - preview.span[0]) / rate
    title = f"{length:,.{decimals_for(1 / rate)}f} s"
    base = theme.numeral_font(canvas.font())
    title_font, hint_font = (
        theme.sized_font(base, 14, QFont.Weight.DemiBold),
        theme.sized_font(base, 11),
    )
    hints = [_RELEASE[preview.kind], "Esc to discard"]
    if preview.kind is DragKind.UNMARK:
        hints.insert(0, _touched(session.mask, preview.span))
    gap = theme.px(12)
    widths = [QFontMetricsF(hint_font).horizontalAdvance(hint) for hint in hints]
    inner = max(
        sum(widths) + gap * (len(hints) - 1), QFontMetricsF(title_font).horizontalAdvance(title)
    )
    width, height = inner + 2 * theme.px(12), float(theme.px(46))
    seen_left, seen_right = max(box.left(), 0.0), min(box.right(), float(canvas.width()))
    left = min(max((seen_left + seen_right - width) / 2, 4.0), canvas.width() - 4 - width)
    top = canvas.height() / 2 - theme.px(_HANDLE_H_PX) / 2 - 4 - height
    frame = QRectF(left, max(top, 4.0), width, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(theme.colour("border"))
    painter.setBrush(theme.colour("raised"))
    painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setFont(title_font)
    painter.setPen(theme.colour("text"))
    centre = Qt.AlignmentFlag.AlignCenter
    painter.drawText(frame.adjusted(0, 4, 0, -height * 0.48), centre, title)
    painter.setFont(hint_font)
    painter.setPen(theme.colour("text2"))
    x = frame.center().x() - (sum(widths) + gap * (len(hints) - 1)) / 2
    row = frame.adjusted(0, height * 0.5, 0, -3)
    for hint, room in zip(hints, widths, strict=True):
        line = QRectF(x, row.top(), room + 2, row.height())
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, hint)
        x += room + gap


def _touched(mask: MaskTracks | None, span: StretchOfSamples) -> str:
    """Which kinds an un-mark would cut."""
    tracks = {} if mask is None else mask.tracks()
    kinds = [kind for kind, runs in tracks.items() if len(runs.clip(*span))]
    return f"Cuts {', '.join(kinds)}" if kinds else "Nothing is marked here"
