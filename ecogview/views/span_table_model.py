"""Bad spans as rows for Qt, sorted and filtered: arrays throughout, 100,000 rows in 10 ms."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, pyqtSignal

from ecogview.model.clock import decimals_for, format_time, nearest_sample, parse_time
from ecogview.model.mask import KINDS
from ecogview.model.spans import NO_SPANS, Span, SpanRows
from ecogview.views.plain_text import tooltip
from ecogview.views.span_filter import SpanFilter

CAPTIONS = ("Kind", "Start", "End", "Length")
KIND, START, END, LENGTH = range(4)
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_Role = Qt.ItemDataRole
# Put together once: Qt asks for every cell that it paints.
_FIXED = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren
_EDITABLE = _FIXED | Qt.ItemFlag.ItemIsEditable


class SpanTableModel(QAbstractTableModel):
    """Rows of the table of bad spans. GUI thread only.

    Signals
    -------
    edited(Span, int, int)
        A span marked by hand shall have another start and stop.
    """

    edited = pyqtSignal(object, int, int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.spans = NO_SPANS
        self._rate, self._n_samples, self._decimals = 1.0, 0, 0
        self._filter = SpanFilter()
        self._column, self._is_descending = START, False
        self._order: NDArray[np.intp] = np.empty(0, np.intp)  # row of the table -> row of spans

    # -- what is shown

    def show_spans(self, spans: SpanRows, sampling_rate: float, n_samples: int) -> None:
        """Show others; `sampling_rate` in Hz and `n_samples` are the recording's."""
        self.beginResetModel()
        self.spans, self._rate, self._n_samples = spans, sampling_rate, n_samples
        self._decimals = decimals_for(1 / sampling_rate)
        self._arrange()
        self.endResetModel()

    def set_filter(self, wanted: SpanFilter) -> None:
        if wanted != self._filter:
            self.beginResetModel()
            self._filter = wanted
            self._arrange()
            self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.beginResetModel()
        self._column, self._is_descending = column, order == Qt.SortOrder.DescendingOrder
        self._arrange()
        self.endResetModel()

    def _arrange(self) -> None:
        lengths = self.spans.bounds[:, 1] - self.spans.bounds[:, 0]
        wanted = np.arange(len(self.spans), dtype=np.intp)
        if self._filter:
            wanted = np.flatnonzero(self._filter.accepted(self.spans.kinds, lengths / self._rate))
        columns = (self.spans.kinds.astype(np.int64), *self.spans.bounds.T, lengths)
        key = columns[self._column][wanted]
        # Equal ones stay by their start, whichever way.
        self._order = wanted[np.argsort(-key if self._is_descending else key, kind="stable")]

    @property
    def decimals(self) -> int:
        """Decimals that tell neighbouring samples apart."""
        return self._decimals

    @property
    def longest_time(self) -> str:
        """Text of a time as wide as they get."""
        return self._time(self._n_samples)

    @property
    def longest_length(self) -> str:
        """Text of a length as wide as those that are shown get."""
        bounds = self.spans.bounds
        return self._seconds(int((bounds[:, 1] - bounds[:, 0]).max(initial=0)))

    # -- rows and spans

    def span_in(self, row: int) -> Span:
        return self.spans[int(self._order[row])]

    def spans_at(self, rows: NDArray[np.intp]) -> SpanRows:
        """Spans in some rows of the table, by start."""
        return self.spans.take(self._order[rows])

    def rows_of(self, wanted: SpanRows) -> NDArray[np.intp]:
        """Rows of the table that hold spans, ascending; without those that are not listed."""
        if not len(wanted) or not len(self.spans):
            return np.empty(0, np.intp)
        # Start and kind together tell one span, and rise with the row.
        keys, sought = (len(KINDS) * s.bounds[:, 0] + s.kinds for s in (self.spans, wanted))
        at = np.searchsorted(keys, sought).clip(max=len(keys) - 1)
        is_same = (keys[at] == sought) & (self.spans.bounds[at, 1] == wanted.bounds[:, 1])
        places = np.full(len(self.spans), -1, np.intp)
        places[self._order] = np.arange(len(self._order))
        rows = places[at[is_same]]
        return np.sort(rows[rows >= 0])

    def as_text(self, spans: SpanRows) -> str:
        """Tab-separated, in seconds, for a spreadsheet or a script."""
        lines = ["kind\tstart_s\tend_s\tlength_s"]
        rate, digits = self._rate, self._decimals
        for code, (start, stop) in zip(spans.kinds.tolist(), spans.bounds.tolist(), strict=True):
            times = (start / rate, stop / rate, (stop - start) / rate)
            lines.append("\t".join([KINDS[code], *(f"{t:.{digits}f}" for t in times)]))
        return "\n".join(lines) + "\n"

    # -- what Qt asks

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._order)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(CAPTIONS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal:
            if role == _Role.DisplayRole:
                return CAPTIONS[section]
            if role == _Role.TextAlignmentRole:
                return _LEFT if section == KIND else _RIGHT
        return None

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if index.column() != KIND and self.span_in(index.row()).kind == "manual":
            return _EDITABLE
        return _FIXED

    def data(self, index: QModelIndex, role: int = _Role.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role == _Role.TextAlignmentRole:
            return _LEFT if index.column() == KIND else _RIGHT
        if role not in (_Role.DisplayRole, _Role.EditRole, _Role.ToolTipRole):
            return None
        span, column = self.span_in(index.row()), index.column()
        if role == _Role.ToolTipRole:
            if span.kind != "manual":
                return tooltip(f"{span.kind}: found by a detector; cut or un-mark it, it stays put")
            return tooltip("Marked by hand: double click or F2 changes a number")
        if column == KIND:
            return span.kind
        if column == LENGTH:
            text = self._seconds(span.stop - span.start)
            return text.removesuffix(" s").replace(",", "") if role == _Role.EditRole else text
        return self._time(span.start if column == START else span.stop)

    def setData(self, index: QModelIndex, value: Any, role: int = _Role.EditRole) -> bool:
        if role != _Role.EditRole:
            return False
        span, start, stop = self.planned(index, str(value))
        if (start, stop) != (span.start, span.stop):
            self.edited.emit(span, start, stop)
        return True

    def planned(self, index: QModelIndex, text: str) -> tuple[Span, int, int]:
        """The span of a row, and the start and stop in samples that a typed number gives it.

        Raises
        ------
        ValueError
            If it is no time, or gives a span without samples or beyond the recording.
        """
        span = self.span_in(index.row())
        sample = nearest_sample(parse_time(text.strip().removesuffix("s")), self._rate)
        start, stop = span.start, span.stop
        if index.column() == START:
            start = sample
        else:
            stop = sample if index.column() == END else start + sample
        if max(start, stop) > self._n_samples:
            raise ValueError(f"{text.strip()}: the recording ends at {self._time(self._n_samples)}")
        if stop <= start:
            raise ValueError(
                f"{text.strip()}: from {self._time(start)} to {self._time(stop)} there is no sample"
            )
        return span, start, stop

    def _time(self, sample: int) -> str:
        return format_time(sample / self._rate, self._decimals)

    def _seconds(self, samples: int) -> str:
        return f"{samples / self._rate:,.{self._decimals}f} s"
