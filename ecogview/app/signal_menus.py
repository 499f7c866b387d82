"""Filter and reference in the Signal menu: there at every width of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecogview.views.processing_menus import FilterMenu, ReferenceMenu

if TYPE_CHECKING:
    from ecogview.app.wiring import Workbench


class SignalMenus:
    """Puts both menus on top of the Signal menu. GUI thread only."""

    def __init__(self, bench: Workbench) -> None:
        window, actions = bench.window, bench.actions
        of_selected = [actions[name] for name in ("refer_average", "refer_median", "refer_channel")]
        self.filters = FilterMenu(bench.session, [actions["edit_filter"]], window)
        self.references = ReferenceMenu(bench.session, of_selected, window)
        signal = window.menus["Signal"]
        for menu in (self.filters, self.references):
            menu.chosen.connect(bench.processing.choose)
            signal.insertMenu(actions["toggle_processing"], menu)
        self._session = bench.session
        signal.aboutToShow.connect(self._prepare)

    def _prepare(self) -> None:
        for menu in (self.filters, self.references):
            menu.menuAction().setEnabled(self._session.info is not None)
