"""Rows of the list of changes: channels first, then spans by time. Arrays: any number of them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QAbstractListModel, QModelIndex, QPointF, QRect, QSize, Qt
from PyQt6.QtGui import QFontMetrics, QPainter
from PyQt6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ecogview.data.recording import RecordingInfo
from ecogview.errors import printable
from ecogview.model.clock import decimals_for, format_time
from ecogview.model.mask import KINDS, MaskEdit
from ecogview.model.spans import Span
from ecogview.views import theme
from ecogview.views.file_row import row_font
from ecogview.views.kind_swatch import kind_swatch

_ROW_HEIGHT = 22
_MARGIN, _GAP, _SIGN = 10, 8, 16
_SWATCH = (12, 10)
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_Role = Qt.ItemDataRole


class ChangesModel(QAbstractListModel):
    """Channels and spans that an edit changes. GUI thread only."""

    def __init__(self, parent: QAbstractItemView) -> None:
        super().__init__(parent)
        self._channels: list[tuple[int, bool]] = []
        self._labels: tuple[str, ...] = ()
        self._kinds: NDArray[np.int8] = np.empty(0, np.int8)
        self._are_added: NDArray[np.bool_] = np.empty(0, bool)
        self._bounds: NDArray[np.int64] = np.empty((0, 2), np.int64)
        self._rate, self._decimals = 1.0, 0

    def show(self, edit: MaskEdit, info: RecordingInfo | None) -> None:
        """Show what an edit of the mask of a recording changes."""
        self.beginResetModel()
        self._rate = 1.0 if info is None else info.sampling_rate
        self._decimals = decimals_for(1 / self._rate)
        self._labels = () if info is None else info.labels
        self._channels = sorted(
            [(c, True) for c in edit.made_bad] + [(c, False) for c in edit.made_good]
        )
        pieces = [
            (KINDS.index(track.kind), is_added, runs.bounds)
            for track in edit.tracks
            for is_added, runs in ((True, track.added), (False, track.removed))
        ]
        counts = [len(bounds) for _, _, bounds in pieces]
        kinds = np.repeat(np.array([kind for kind, _, _ in pieces], np.int8), counts)
        are_added = np.repeat(np.array([added for _, added, _ in pieces], bool), counts)
        bounds = np.concatenate([np.empty((0, 2), np.int64), *(b for _, _, b in pieces)])
        by_start = np.argsort(bounds[:, 0], kind="stable")
        self._kinds, self._are_added = kinds[by_start], are_added[by_start]
        self._bounds = bounds[by_start]
        self.endResetModel()

    def channel_in(self, row: int) -> tuple[int, bool] | None:
        """Channel of a row and whether it becomes bad; None where the row is a span."""
        return self._channels[row] if row < len(self._channels) else None

    def span_in(self, row: int) -> tuple[Span, bool]:
        """Span of a row, and whether it is added."""
        at = row - len(self._channels)
        start, stop = self._bounds[at].tolist()
        return Span(KINDS[self._kinds[at]], start, stop), bool(self._are_added[at])

    def time_text(self, span: Span) -> str:
        return format_time(span.start / self._rate, self._decimals)

    def length_text(self, span: Span) -> str:
        return f"{(span.stop - span.start) / self._rate:,.{self._decimals}f} s"

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        if parent is not None and parent.isValid():
            return 0
        return len(self._channels) + len(self._bounds)

    def data(self, index: QModelIndex, role: int = _Role.DisplayRole) -> Any:
        """The whole row in words: what it shows, and what a screen reader says."""
        if not index.isValid() or role not in (_Role.DisplayRole, _Role.AccessibleTextRole):
            return None
        channel = self.channel_in(index.row())
        if channel is not None:
            return f"{printable(self._labels[channel[0]])} {'bad' if channel[1] else 'good'}"
        span, is_added = self.span_in(index.row())
        sign = "+" if is_added else "−"
        return f"{sign} {span.kind} {self.time_text(span)} {self.length_text(span)}"


class ChangePainter(QStyledItemDelegate):
    """Sign, pattern and word of the kind, start, length; or a channel and what becomes of it."""

    def __init__(self, model: ChangesModel, parent: QAbstractItemView) -> None:
        super().__init__(parent)
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return QSize(theme.px(60), theme.px(_ROW_HEIGHT))

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        assert painter is not None
        painter.save()
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(option.rect, theme.colour("select" if is_selected else "hover"))
        painter.setFont(theme.numeral_font(row_font(option.font)))
        painter.setPen(theme.colour("text"))
        box = option.rect.adjusted(theme.px(_MARGIN), 0, -theme.px(_MARGIN), 0)
        if self._model.channel_in(index.row()) is not None:
            box.setLeft(box.left() + theme.px(_SIGN))
            painter.drawText(box, _LEFT, str(index.data()))
        else:
            self._paint_span(painter, box, index.row())
        painter.restore()

    def _paint_span(self, painter: QPainter, box: QRect, row: int) -> None:
        span, is_added = self._model.span_in(row)
        metrics = QFontMetrics(painter.font())
        painter.drawText(box, _LEFT, "+" if is_added else "−")
        box.setLeft(box.left() + theme.px(_SIGN))
        width, height = (theme.px(side) for side in _SWATCH)
        ratio = painter.device().devicePixelRatioF()
        image = kind_swatch(span.kind, width, height, ratio)
        painter.drawImage(QPointF(box.left(), box.top() + (box.height() - height) // 2), image)
        length, start = self._model.length_text(span), self._model.time_text(span)
        painter.drawText(box, _RIGHT, length)
        least = metrics.horizontalAdvance("000.000 s")
        box.setRight(box.right() - max(metrics.horizontalAdvance(length), least) - theme.px(_GAP))
        painter.drawText(box, _RIGHT, start)
        box.setRight(box.right() - metrics.horizontalAdvance(start) - theme.px(_GAP))
        box.setLeft(box.left() + width + theme.px(_GAP) // 2)
        if metrics.horizontalAdvance(span.kind) <= box.width():
            painter.drawText(box, _LEFT, span.kind)
