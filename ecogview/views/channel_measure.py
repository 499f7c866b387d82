"""The measure of the pass as a column of the channel list: numbers, bars, and an order."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from ecogview.dsp.channel_quality import (
    MEASURES,
    Measure,
    channel_figures,
    channel_values,
    compared,
    usable_cells,
)
from ecogview.dsp.quality import QualityMap
from ecogview.model.session import Session
from ecogview.views.channel_ranking import deviation, strongest_first
from ecogview.views.follow import follow

# All anew, two hours of 62 channels take 15 ms, of 512 90 ms; marking a channel 2 ms.
_PASS_MS, _MASK_MS = 500, 200
_GRACE_MS = 1000  # the column is blank so long before it shows something else, not to flicker
_SAMPLE = 1 << 17  # figures that medians are estimated from while the pass goes on: 2 to 7 ms
_OCTAVES = 3.0  # what a bar has room for at either side: 0.13× to 8×
_BAR_STEPS = 1000
_MOST = 999.5


@dataclass(frozen=True, slots=True)
class ChannelValue:
    """A channel's number, ready to be painted.

    Attributes
    ----------
    text : str
        As in a column whose caption names the unit: "0.13", "6.5 %".
    spoken : str
        By itself: "0.13×".
    bar_end : float
        Where the bar that begins at the column's `origin` ends, as a part of its room; rounded to
        what a screen shows, so that values are equal that look so.
    is_loud : bool
        Whether it deviates: beyond the scale's ends, or in the upper half of a rising scale. (Of
        line hum good channels have 6 % at the median, humming ones 39 to 62, and the scale's
        upper end is 60.)
    """

    text: str
    spoken: str
    bar_end: float
    is_loud: bool

    @classmethod
    def of(cls, value: float, measure: Measure) -> Self:
        deviates = deviation(value, measure)
        if measure.deviating:
            room = max(min(deviates / _OCTAVES, 1.0), -1.0)
            bar_end = (1 + room) / 2
        else:
            bar_end = max(min(deviates / 2, 1.0), 0.0)
        spoken = ">999×" if value >= _MOST else measure.format(value)
        is_known = not math.isnan(value)
        return cls(
            text=spoken.removesuffix("×"),
            spoken=spoken,
            bar_end=round(bar_end * _BAR_STEPS) / _BAR_STEPS if is_known else _origin(measure),
            is_loud=is_known and (abs(deviates) if measure.deviating else deviates) >= 1,
        )


@dataclass(frozen=True, slots=True)
class MeasureColumn:
    """What the column shows; `values` is empty where nothing is known yet."""

    measure: Measure
    values: tuple[ChannelValue, ...] = ()
    rank: tuple[int, ...] | None = None  # strongest deviation first, unknown ones last

    @classmethod
    def of(cls, measure: Measure, values: NDArray[np.float32]) -> Self:
        """Make a column of the values of all channels, (channels,), NaN where not known."""
        if np.isnan(values).all():
            return cls(measure)
        return cls(
            measure,
            tuple(ChannelValue.of(value, measure) for value in values.tolist()),
            strongest_first(values, measure),
        )

    @property
    def origin(self) -> float:
        """Where bars begin, as a part of their room."""
        return _origin(self.measure)

    @property
    def widest(self) -> str:
        """The longest of usual texts."""
        return "88.8 %" if self.measure.share else "88.8"


def _origin(measure: Measure) -> float:
    return 0.5 if measure.deviating else 0.0


class ChannelMeasure(QObject):
    """Keeps the column in step with the pass and the mask. GUI thread only.

    `column` is None where there is nothing to show: no overview, or one without the measure. The
    order of the channels must not jump while the user works: the session's view gets another rank
    when the pass ends, the mask has been read or the measure changes, and by `take_rank`.

    Signals
    -------
    changed()
        The column is another one.
    """

    changed = pyqtSignal()

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._quality: QualityMap | None = None
        self._measure = next(iter(MEASURES.values()))
        self._ranked: tuple[bool, bool] | None = None  # whole and with a mask, at the last look
        self._kept: tuple[Measure, NDArray[np.bool_], NDArray[np.float32]] | None = None
        self.column: MeasureColumn | None = None
        self._behind = self._timer()
        self._grace = self._timer()
        follow(session.recording_changed, self._on_recording_changed)
        follow(session.mask_changed, self._on_mask_changed)

    def _timer(self) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(self._update)
        return timer

    # -- what the panel is told

    @property
    def title(self) -> str:
        """Of the measure that the column shows, where it can."""
        return self._measure.title

    def set_quality(self, quality: QualityMap | None) -> None:
        """Show figures of the recording that is open; once more when its pass has ended."""
        self._kept = None
        if quality is not self._quality:
            self._quality, self._ranked = quality, None
        if quality is not None:
            self._grace.stop()
        self._update()

    def refresh(self) -> None:
        """The pass has come further."""
        self._update_within(_PASS_MS)

    def set_measure(self, measure_id: str) -> None:
        """Show a measure, a key of `MEASURES`; others change nothing.

        Against their own median all channels are at 1: then it is the RMS against all of them.
        """
        measure = MEASURES.get(measure_id, self._measure)
        if measure.against == "own":
            measure = MEASURES["rms"]
        if measure is not self._measure:
            self._measure = measure
            self._update()
            self.take_rank()

    def take_rank(self) -> None:
        """Let the order by the measure be that of the numbers as they are now."""
        self._session.channels.set_rank(None if self.column is None else self.column.rank)

    # -- following

    def _on_recording_changed(self) -> None:
        self._quality = self._ranked = self._kept = None
        self._grace.start(_GRACE_MS)
        self._update()

    def _on_mask_changed(self) -> None:
        self._update_within(_MASK_MS)

    def _update_within(self, ms: int) -> None:
        is_soon = self._behind.isActive() and self._behind.remainingTime() <= ms
        if self._quality is not None and not is_soon:
            self._behind.start(ms)

    def _update(self) -> None:
        self._behind.stop()
        self.column = self._taken()
        if self._quality is not None:
            state = (bool(self._quality.done.all()), self._session.mask is not None)
            if state[0] and state != self._ranked:
                self.take_rank()
            self._ranked = state
        self.changed.emit()

    def _taken(self) -> MeasureColumn | None:
        quality, measure = self._quality, self._measure
        if quality is None:
            return MeasureColumn(measure) if self._grace.isActive() else None
        if not measure.applies_to(quality):
            return None
        return MeasureColumn.of(measure, self._values(quality, measure))

    def _values(self, quality: QualityMap, measure: Measure) -> NDArray[np.float32]:
        mask, n_channels = self._session.mask, len(self._session.channels.channels)
        bad = np.zeros((0, 2), np.int64) if mask is None else mask.bad.bounds
        good = np.ones(n_channels, bool) if mask is None else ~mask.bad_channels
        usable = usable_cells(quality, bad)
        if quality.done.all():
            figures = self._whole_figures(quality, measure, usable)
            return compared(figures, figures, measure, good)
        known = np.flatnonzero(usable)
        cells = known[:: max(len(known) * n_channels // _SAMPLE, 1)]
        part = QualityMap(
            quality.grid,
            {name: quality.figures[name][cells] for name in measure.needs},
            quality.zeroed[cells],
            quality.done[cells],
        )
        return channel_values(part, measure, np.ones(len(cells), bool), good)

    def _whole_figures(
        self, quality: QualityMap, measure: Measure, usable: NDArray[np.bool_]
    ) -> NDArray[np.float32]:
        """Figures of a whole map; a mark of a channel leaves them as they are."""
        kept = self._kept
        if kept is None or kept[0] is not measure or not np.array_equal(kept[1], usable):
            kept = self._kept = (measure, usable, channel_figures(quality, measure, usable))
        return kept[2]
