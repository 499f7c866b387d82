"""How traces look beyond their common gain: single gains, clipping, butterfly, colours."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ecogview.model.display import Colouring
from ecogview.services.sources import Source
from ecogview.views.amounts import format_round
from ecogview.views.butterfly import reach_of
from ecogview.views.canvas_style import shown_offsets
from ecogview.views.row_layout import drawn_rows
from ecogview.views.trace_colours import group_of

if TYPE_CHECKING:
    from ecogview.app.wiring import Workbench
    from ecogview.model.display import Display

_MARGIN = 1.1  # of a butterfly's canvas to what its traces reach over


class TraceLooks:
    """Handlers of these actions; what a user expects to find again is kept. GUI thread only."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._session = bench.session
        self._units = ""  # of the recording that is open
        # In z or not: units a row before the butterfly, and whether that has its own gain by now.
        self._row_gains: dict[bool, float] = {}
        self._fitted: set[bool] = set()
        self._session.set_display(
            replace(
                self._session.display,
                clipped=bench.settings.clip_traces,
                colouring=bench.settings.trace_colours,
            )
        )

    def join(self) -> None:
        """Follow the window, which has been built."""
        self._bench.window.traces.canvas.settled.connect(self._on_settled)
        self._bench.recordings.opened.connect(self._on_opened)

    @property
    def display(self) -> Display:
        return self._session.display

    def same_gain(self) -> None:
        """Draw every channel with the gain of all."""
        gains = self._session.channels.gains
        n_own = len(gains.own)
        gains.reset()
        if n_own:
            self._say(f"{n_own} channel{'s' * (n_own > 1)} drawn with the gain of all again")
        else:
            self._say("All channels have the same gain; the wheel on a label changes one")

    def toggle_clip(self) -> None:
        clipped = not self.display.clipped
        self._session.set_display(replace(self.display, clipped=clipped))
        self._bench.settings.clip_traces = clipped
        self._say("Traces end at the edges of their rows" if clipped else "Traces may overlap")

    # -- all on one line

    def toggle_butterfly(self) -> None:
        """Draw all good channels on one line, as tall as fits, or a row each as it was before."""
        display = self.display
        if not display.butterfly:
            self._row_gains = {in_z: display.gain_in(in_z=in_z) for in_z in (False, True)}
            self._fitted.clear()
            self._session.set_display(replace(display, butterfly=True))
            self._fit_butterfly()
            return
        shown = self._row_gains.get(self._shows_z)
        other = self._row_gains.get(not self._shows_z, display.other_units_per_row)
        display = replace(display, butterfly=False, other_units_per_row=other)
        self._session.set_display(display if shown is None else display.with_gain(shown))
        if shown is None:  # of a recording in another unit
            self._bench.recordings.fit_gain()
        self._say(f"A row a channel, {self._amount(self.display.units_per_row)} high")

    def fit_gain(self) -> None:
        """Draw traces as tall as there is room for."""
        if self.display.butterfly:
            self._fit_butterfly()
        else:
            self._bench.recordings.fit_gain()

    def _fit_butterfly(self) -> None:
        """Fit what is on the screen; what is still on its way is fitted when it has settled."""
        session, canvas = self._session, self._bench.window.traces.canvas
        picture, info, shows_z = canvas.picture, session.info, self._shows_z
        self._fitted.discard(shows_z)
        good = drawn_rows(session)
        if not good:
            self._say("All channels on the screen are bad: none is left for one line")
            return
        if info is None or picture is None or picture.applied is not canvas.applied:
            return
        offsets = shown_offsets(
            info.n_channels, canvas.estimate, picture.applied, removes_dc=self.display.remove_dc
        )
        reach = reach_of(picture, good, offsets, session.channels.gains.factors, session.mask)
        if not reach and not canvas.is_settled:
            return
        self._fitted.add(shows_z)
        if reach:
            session.set_display(self.display.with_gain(float(f"{2 * _MARGIN * reach:.2g}")))
        n_bad = len(session.channels.shown) - len(good)
        self._say(
            f"{len(good)} good channel{'s' * (len(good) > 1)} on one line, "
            f"{self._amount(self.display.units_per_row)} from top to bottom"
            + (f"; {n_bad} bad left out" if n_bad else "")
        )

    def _on_settled(self) -> None:
        if self.display.butterfly and self._shows_z not in self._fitted:
            self._fit_butterfly()

    def _on_opened(self, _source: Source) -> None:
        units = "" if self._session.info is None else self._session.info.units
        if units != self._units:  # neither gain says anything about it
            self._units = units
            self._row_gains.pop(False, None)
            self._fitted.discard(False)

    @property
    def _shows_z(self) -> bool:
        processing = self.display.processing
        return processing.is_in_force and processing.zscore

    def _amount(self, value: float) -> str:
        return format_round(value, self.display.processing.units(self._units))

    # -- colours

    def colour_by(self, colouring: Colouring) -> None:
        """Colour traces by row, column or circuit board of the array, or not."""
        channels = self._session.channels.channels
        if colouring != "off" and all(group_of(c, colouring) is None for c in channels):
            what = "circuit boards (pcbid)" if colouring == "board" else "grid positions"
            self._bench.messages.info(f"This recording's JSON holds no {what}")
            return
        self._session.set_display(replace(self.display, colouring=colouring))
        self._bench.settings.trace_colours = colouring

    def _say(self, text: str) -> None:
        self._bench.messages.info(text, key="looks")
