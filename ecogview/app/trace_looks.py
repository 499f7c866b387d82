"""How traces look beyond their common gain: single gains, clipping, butterfly, colours."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ecogview.model.display import Colouring

if TYPE_CHECKING:
    from ecogview.app.wiring import Workbench
    from ecogview.model.display import Display


class TraceLooks:
    """Handlers of these actions; what a user expects to find again is kept. GUI thread only."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._session = bench.session
        self._session.set_display(
            replace(
                self._session.display,
                clipped=bench.settings.clip_traces,
                colouring=bench.settings.trace_colours,
            )
        )

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

    def toggle_butterfly(self) -> None:
        on = not self.display.butterfly
        self._session.set_display(replace(self.display, butterfly=on))
        self._say("All traces on one line, the window is their row" if on else "A row a channel")

    def colour_by(self, colouring: Colouring) -> None:
        """Colour traces by row or column of the array, or not."""
        if colouring != "off" and not self._session.channels.has_grid:
            self._bench.messages.info("This recording's JSON holds no grid positions")
            return
        self._session.set_display(replace(self.display, colouring=colouring))
        self._bench.settings.trace_colours = colouring

    def _say(self, text: str) -> None:
        self._bench.messages.info(text, key="looks")
