"""The quality map of the open recording under the measure that is shown: one for all that show it.

It gathers what the pass and the mask change, so that a picture is made anew ten times a second at
most, and the figures once for the bar and the large map together.
"""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from ecogview.dsp.channel_quality import MEASURES, Measure
from ecogview.dsp.quality import QualityMap
from ecogview.dsp.runs import Runs
from ecogview.model.session import Session
from ecogview.views.follow import follow
from ecogview.views.measured_map import MeasuredMap, available_measures

_REFRESH_MS = 100


class ShownQuality(QObject):
    """Which measure is shown, and its figures. GUI thread only.

    The map comes by `set_quality`, after the session has opened the recording it is of, and is
    looked at again by `refresh`; the mask comes from the session.

    Signals
    -------
    measure_changed(str)
        Another measure is shown, by its id.
    replaced()
        `measured` is another one, or None; `note` and `available` may have changed with it.
    cells_changed(int, int)
        Cells ``[first, stop)`` of `measured`, and its values, may be other ones.
    """

    measure_changed = pyqtSignal(str)
    replaced = pyqtSignal()
    cells_changed = pyqtSignal(int, int)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._quality: QualityMap | None = None
        self._measure = next(iter(MEASURES.values()))
        self._fresh: list[tuple[int, int]] = []  # cells the pass has done since
        self._has_other_mask = False
        self.measured: MeasuredMap | None = None
        self.note = ""  # why there is none, or nothing to be seen of it
        self._behind = QTimer(self)
        self._behind.setSingleShot(True)
        self._behind.setInterval(_REFRESH_MS)
        self._behind.timeout.connect(self._catch_up)
        follow(session.recording_changed, self._on_recording_changed)
        follow(session.mask_changed, self._on_mask_changed)

    @property
    def measure(self) -> Measure:
        return self._measure

    @property
    def available(self) -> tuple[str, ...]:
        """Ids of the measures that the recording can have; all of them while there is no map."""
        return tuple(MEASURES) if self._quality is None else available_measures(self._quality)

    def set_measure(self, measure_id: str) -> None:
        """Show another measure; what no measure is called (by an old setting) changes nothing."""
        if measure_id != self._measure.id and measure_id in MEASURES:
            self._measure = MEASURES[measure_id]
            self._replace()
            self.measure_changed.emit(measure_id)

    def set_quality(self, quality: QualityMap | None) -> None:
        """Show the map of the recording that is open; None while there is none."""
        self._quality = quality
        self._replace()

    def refresh(self, first_cell: int, stop_cell: int) -> None:
        """Cells ``[first_cell, stop_cell)`` of the map have been done; shown soon.

        To be called with all cells when the pass ends, in whatever way: what is normal has been
        estimated until then.
        """
        self._fresh.append((first_cell, stop_cell))
        self._catch_up_soon()

    @property
    def is_behind(self) -> bool:
        """Whether what was told of last is yet to be shown."""
        return self._behind.isActive()

    def _replace(self) -> None:
        self._fresh.clear()
        self._has_other_mask = False
        measure, quality = self._measure, self._quality
        self.measured, self.note = None, ""
        if quality is not None:
            if measure.applies_to(quality):
                self.measured = MeasuredMap(quality, measure, self._session.mask)
            else:
                self.note = f"{measure.title}: n/a in this recording"
        self._look_for_figures()
        self.replaced.emit()

    def _look_for_figures(self) -> None:
        """Say why all is n/a, where it is: a blank map looks like one that is yet to come."""
        measured = self.measured
        if measured is not None:
            is_blank = measured.is_whole and bool(np.isnan(measured.values).all())
            title = measured.measure.title
            self.note = f"{title}: n/a, for all is flat, zeroed or masked" if is_blank else ""

    # -- following

    def _on_recording_changed(self) -> None:
        self.set_quality(None)  # the old map is of another recording

    def _on_mask_changed(self) -> None:
        self._has_other_mask = True
        self._catch_up_soon()

    def _catch_up_soon(self) -> None:
        if self.measured is not None and not self._behind.isActive():
            self._behind.start()

    def _catch_up(self) -> None:
        measured = self.measured
        if measured is None:
            return
        fresh, self._fresh = Runs.of(self._fresh), []
        changed = [measured.refresh(first, stop) for first, stop in fresh]
        if self._has_other_mask:
            self._has_other_mask = False
            measured.set_mask(self._session.mask)
            changed = [(0, measured.quality.grid.n_cells)]
        self._look_for_figures()
        for cells in changed:
            if cells is not None:
                self.cells_changed.emit(*cells)
