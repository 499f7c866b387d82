"""One measure of the quality map, ready to be painted: follows the pass and the mask."""

from __future__ import annotations

from dataclasses import replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from ecogview.data.mask_tracks import MaskTracks
from ecogview.dsp.channel_quality import (
    MEASURES,
    Measure,
    compared,
    measured,
    normal_figures,
    usable_cells,
)
from ecogview.dsp.figure_lines import MOSTLY_ZEROED, FigureLines
from ecogview.dsp.map_picture import CellFigures, MapPicture
from ecogview.dsp.quality import QualityMap
from ecogview.views.channel_ranking import strongest_first
from ecogview.views.colour_maps import colour_table

# Figures from which the medians are estimated while the pass goes on, so that following it takes
# 2 ms: their error, a hundredth, cannot be seen, and is gone when the pass ends.
_SAMPLE = 1 << 17


class Gap(IntEnum):
    """Why there is no figure; NONE where there is one, or where none can be had."""

    NONE = 0
    UNREAD = 1
    ZEROED = 2


class MeasuredMap:
    """Figures of a measure: of cells, to be painted by any number of pictures, and of channels.

    They are those taken over by `refresh` and `set_mask`; the pass may be further.

    Attributes
    ----------
    figures : CellFigures
        Of cells.
    values : ndarray of float32, shape (channels,)
        The number to show for each channel; see `channel_values`.
    """

    def __init__(self, quality: QualityMap, measure: Measure, mask: MaskTracks | None) -> None:
        self.quality, self.measure = quality, measure
        self._n_channels = quality.figures[measure.needs[0]].shape[1]
        self._known = quality.done.copy()  # taken over
        self._lines = FigureLines.of(quality, measure.needs)
        self._has_other_lines = True
        nothing = np.empty((0, 0), np.float32)
        self.figures = CellFigures(quality.grid, measure.scale, nothing, np.empty(0, np.float32))
        self._take_mask(mask)
        self._take_all()

    def set_mask(self, mask: MaskTracks | None) -> None:
        """Take it anew: with other bad seconds or channels, other figures are normal."""
        usable = self._usable
        self._take_mask(mask)
        if np.array_equal(usable, self._usable):
            self._compare()  # figures are as they were, and 30 ms of 512 channels saved
        else:
            self._take_all()

    def refresh(self, first: int, stop: int) -> tuple[int, int] | None:
        """Take over cells that the pass has done; return which may look different now.

        When all are known, or all are asked for because no more will come, all are taken exactly.
        """
        if self._is_whole:
            return None
        self._known[first:stop] = self.quality.done[first:stop]
        self._lines.take(self.quality, first, stop)
        self._has_other_lines = True
        self._usable = self._usable_cells()
        n_cells = len(self._known)
        if self._known.all() or stop - first == n_cells:
            self._take_all()
            return 0, n_cells
        self._take_part(first, stop)
        return first, stop

    @property
    def is_whole(self) -> bool:
        """Whether all cells are known."""
        return self._is_whole

    def _take_mask(self, mask: MaskTracks | None) -> None:
        self._bad = np.zeros((0, 2), np.int64) if mask is None else mask.bad.bounds
        self._good = np.ones(self._n_channels, bool) if mask is None else ~mask.bad_channels
        self._usable = self._usable_cells()

    def _usable_cells(self) -> NDArray[np.bool_]:
        return usable_cells(replace(self.quality, done=self._known), self._bad)

    def _take_all(self) -> None:
        self._is_whole = bool(self._known.all())
        cells, self._channels = measured(self._lines, self.measure, self._usable)
        if self._is_whole:
            self._lines.put_in_order()
        if cells is not self.figures.cells or self._has_other_lines:
            self.figures.cells = cells
            self.figures.revision += 1
        self._has_other_lines = False
        self._compare()

    def _take_part(self, first: int, stop: int) -> None:
        usable = np.flatnonzero(self._usable)
        sample = usable[:: max(len(usable) * self._n_channels // _SAMPLE, 1)]
        lines = self._lines.at(np.concatenate((sample, np.arange(first, stop))))
        is_sample = np.arange(len(sample) + stop - first) < len(sample)
        cells, self._channels = measured(lines, self.measure, is_sample)
        self.figures.cells[:, first:stop] = cells[:, len(sample) :]
        self._compare()

    def _compare(self) -> None:
        figures, measure, good = self._channels, self.measure, self._good
        self.figures.normal = normal_figures(figures, measure, good)
        self.values = compared(figures, figures, measure, good)

    # -- what is said and painted of it

    def gaps(self, picture: MapPicture) -> NDArray[np.uint8]:
        """Why a column of a picture may show no figure, (columns,): a `Gap` each."""
        gaps = np.full(picture.width, Gap.NONE, np.uint8)
        gaps[picture.any_in_columns(~self._known)] = Gap.UNREAD
        gaps[picture.any_in_columns(self.quality.zeroed > MOSTLY_ZEROED)] = Gap.ZEROED
        return gaps

    def table(self, *, is_dark: bool) -> NDArray[np.uint32]:
        """Colours of its scale, (256,), RGB32."""
        return colour_table(is_deviating=self.measure.deviating, is_dark=is_dark)

    def words(self, cell: int, channel: int) -> list[str]:
        """Figure of a cell, and what is to be known of it."""
        if not self._known[cell]:
            return ["not read yet"]
        if self.quality.zeroed[cell] > MOSTLY_ZEROED:
            return ["zeroed"]
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            value = self.figures.cells[channel, cell] / self.figures.normal[channel]
        words = [self.measure.format(float(value))]
        return words if self._usable[cell] else [*words, "masked"]

    def strongest_first(self) -> tuple[int, ...]:
        """Channels by how much their numbers deviate, as the channel list has them."""
        return strongest_first(self.values, self.measure)


def available_measures(quality: QualityMap) -> tuple[str, ...]:
    """Ids of the measures that a recording can have."""
    return tuple(id_ for id_, measure in MEASURES.items() if measure.applies_to(quality))
