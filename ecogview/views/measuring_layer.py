"""The measuring cursors over the traces, and their times on the axis."""

from __future__ import annotations

from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QPainter

from ecogview.model.session import Session
from ecogview.views import theme
from ecogview.views.marking_layer import EdgeTag
from ecogview.views.measure_card import CardText, card_text, measured_channels, place_text
from ecogview.views.measure_gestures import MeasureGestures
from ecogview.views.measure_picture import MeasureCard
from ecogview.views.trace_canvas import TraceCanvas


class MeasuringLayer:
    """Paints what `gestures` have set."""

    def __init__(self, session: Session, canvas: TraceCanvas, gestures: MeasureGestures) -> None:
        self._session = session
        self._canvas = canvas
        self._gestures = gestures
        self._card = MeasureCard()
        self._told_of: object = None  # what `_text` says
        self._text: CardText | None = None

    def tags(self) -> list[EdgeTag]:
        """Times of the cursors for the axis, the earlier one first."""
        info = self._session.info
        if info is None:
            return []
        return [
            EdgeTag(
                self._canvas.x_of(sample),
                place_text(letter, sample, info.sampling_rate),
                "accent",
                "on_accent",
            )
            for letter, sample in zip("AB", sorted(self._gestures.cursors.places), strict=False)
        ]

    def paint(self, painter: QPainter) -> None:
        """Paint in logical pixels, over the traces."""
        canvas, gestures = self._canvas, self._gestures
        if gestures.is_on and canvas.mouse is not None and not canvas.is_dragged_over:
            colour = theme.colour("text")
            colour.setAlphaF(0.45)
            painter.fillRect(QRectF(0, int(canvas.mouse.y()), canvas.width(), 1), colour)
        places = gestures.cursors.places
        if not places:
            return
        taken = gestures.dragged if gestures.dragged is not None else gestures.hovered
        accent = theme.colour("accent")
        for which, sample in enumerate(places):
            width = 2 if which == taken else 1
            painter.fillRect(QRectF(int(canvas.x_of(sample)), 0, width, canvas.height()), accent)
        span, info = gestures.cursors.span, self._session.info
        if span is None or info is None:
            return
        left, right = (min(max(canvas.x_of(s), 0), canvas.width()) for s in span)
        painter.fillRect(QRectF(left, canvas.height() - 3, right - left, 3), accent)
        channels = tuple(measured_channels(self._session, gestures.cursors.channel))
        key = (info, span, channels, gestures.measurement, canvas.applied)
        if key != self._told_of:
            self._told_of = key
            self._text = card_text(info, span, channels, gestures.measurement, canvas.applied)
        assert self._text is not None
        self._card.paint(painter, canvas, self._text)
