"""The good/bad switch of a row: told apart by place, shape and sign, not by hue."""

from __future__ import annotations

from PyQt6.QtCore import QPointF, QRectF, QSizeF, Qt
from PyQt6.QtGui import QColor, QPainter, QPen

from ecogview.views import theme
from ecogview.views.colour_tokens import Tokens
from ecogview.views.stamps import stamp

_WIDTH, _HEIGHT = 24, 12


def switch_size() -> QSizeF:
    """Return the size of a switch in logical pixels."""
    return QSizeF(theme.px(_WIDTH), theme.px(_HEIGHT))


def switch_rect(rect: QRectF) -> QRectF:
    """Return where `paint_switch` draws inside `rect`: in its middle. For hit tests."""
    place = QRectF(QPointF(), switch_size())
    place.moveCenter(rect.center())
    return place


def paint_switch(
    painter: QPainter, rect: QRectF, *, thrown: bool, tokens: Tokens, enabled: bool = True
) -> None:
    """Draw a switch in the middle of `rect`.

    Parameters
    ----------
    painter : QPainter
        Its state is left as it was.
    rect : QRectF
        The cell, in logical pixels.
    thrown : bool
        True is bad: filled, knob left, ✕ right. False is good, and quiet: knob right.
    tokens : Tokens
    enabled : bool
        Whether it can be operated; drawn fainter where not.
    """
    key = ("switch", thrown, enabled, tokens)
    stamp(
        painter,
        switch_rect(rect),
        key,
        lambda within, place: _draw(within, place, thrown=thrown, tokens=tokens, enabled=enabled),
    )


def _draw(painter: QPainter, place: QRectF, *, thrown: bool, tokens: Tokens, enabled: bool) -> None:
    radius = place.height() / 2
    knob = radius * 0.67
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if not enabled:
        painter.setOpacity(0.5)
    if thrown:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.text))
        painter.drawRoundedRect(place, radius, radius)
        ground = QColor(tokens.canvas)
        painter.setBrush(ground)
        painter.drawEllipse(QPointF(place.left() + radius, place.center().y()), knob, knob)
        painter.setPen(
            QPen(ground, place.height() / 7, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        )
        arm = radius * 0.4
        centre = QPointF(place.right() - radius - 1, place.center().y())
        painter.drawLine(centre - QPointF(arm, arm), centre + QPointF(arm, arm))
        painter.drawLine(centre - QPointF(arm, -arm), centre + QPointF(arm, -arm))
    else:
        painter.setPen(QPen(QColor(tokens.border), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.disabled))
        painter.drawEllipse(QPointF(place.right() - radius, place.center().y()), knob, knob)
    painter.restore()
