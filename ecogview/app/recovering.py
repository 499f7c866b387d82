"""Offers marks that an earlier run left unsaved; nothing of them is thrown away unasked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QTimer

from ecogview.data.mask_tracks import MaskTracks
from ecogview.errors import MaskFileError, in_words, printable
from ecogview.model.mask import MaskEdit
from ecogview.model.mask_changes import ChangeCounts, changes_text
from ecogview.services.journal import Pending, Unsaved
from ecogview.services.journal_search import JournalSearch
from ecogview.services.messages import Action
from ecogview.services.opening import OpenRequest
from ecogview.services.recent import when_text

if TYPE_CHECKING:
    from ecogview.app.wiring import Workbench

_KEY, _START_KEY = "unsaved marks", "unsaved elsewhere"
_AFTER_START_MS = 1500  # the first picture comes first
_MOST_NAMED = 3  # recordings at the start, of which there is a button


class Recovering(QObject):
    """Looks for journals when a mask has been read, and once at the start. GUI thread only."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._bench = bench
        self._session = bench.session
        # Two, for of two searches in one the earlier might be dropped.
        self._search, self._search_all = JournalSearch(self), JournalSearch(self)
        for search in (self._search, self._search_all):
            search.found.connect(self._on_found)
        self._waiting: list[Unsaved] = []
        self._to_discard: list[Unsaved] = []
        self._at_start = QTimer(self)
        self._at_start.setSingleShot(True)
        self._at_start.setInterval(_AFTER_START_MS)
        self._at_start.timeout.connect(lambda: self._search_all.search(None))
        bench.opener.mask_read.connect(self._on_mask_read)
        bench.session.recording_changed.connect(self._on_recording_changed)

    def look_at_start(self) -> None:
        """Say which recordings have unsaved marks, unless one of them is opened anyway."""
        self._at_start.start()

    def look_again(self) -> None:
        """Look for marks of the recording that is open: its mask is another one now."""
        if self._session.mask_path is not None:
            self._search.search(self._session.mask_path)

    def step_back(self, say: Callable[[], None]) -> None:
        """Let something be said that is to be seen now; what is offered here comes after it."""
        self._bench.messages.withdraw(_KEY)
        say()
        self._offer()

    def close(self) -> None:
        """End the thread; what the user discarded goes. Idempotent."""
        self._at_start.stop()
        self._discard_for_good()
        self._search.close()
        self._search_all.close()

    # -- looking

    def _on_recording_changed(self) -> None:
        self._discard_for_good()
        self._waiting = []
        self._bench.messages.withdraw(_KEY)

    def _on_mask_read(self, _request: OpenRequest, result: MaskTracks | MaskFileError) -> None:
        # Of a recording that is not wanted any more the session knows nothing.
        session = self._session
        if session.mask_path is not None and result in (session.saved_mask, session.mask_error):
            self._search.search(session.mask_path)

    def _on_found(self, mask_path: Path | None, found: Pending) -> None:
        for problem in found.problems:
            self._bench.messages.warning(
                "Unsaved marks of an earlier run cannot be read.",
                in_words(problem),
                key=f"journal {problem.path.name}",
            )
        if mask_path is None:
            self._offer_recordings(found.unsaved)
        elif mask_path == self._session.mask_path:
            self._waiting = [each for each in found.unsaved if not self._is_in_mask(each)]
            self._offer()

    def _is_in_mask(self, unsaved: Unsaved) -> bool:
        """Whether the file holds all of it already: then it was saved, and the journal goes."""
        saved = self._session.saved_mask
        if saved is None or unsaved.is_other_host or not unsaved.onto(saved).marks_equal(saved):
            return False
        self._to_discard.append(unsaved)
        return True

    # -- offering

    def _offer(self) -> None:
        session = self._session
        if not self._waiting or session.info is None:
            return
        unsaved = self._waiting[0]
        rate, mask = session.info.sampling_rate, session.mask
        head = (
            f"Marks of {_when(unsaved)} were not saved: {_in_short(unsaved.changes)}. "
            "They are kept."
        )
        older = len(self._waiting) - 1
        details = [f"{older} older after these"] if older else []
        if unsaved.is_other_host:
            details.append(f"made on {printable(unsaved.record.host)}, perhaps still open there")
        if mask is None:
            self._bench.messages.warning(
                head, "They are offered once the mask can be read.", key=_KEY
            )
            return
        if not unsaved.is_same_mask:
            change = changes_text(MaskEdit.between(mask, unsaved.onto(mask)), rate)
            details.insert(0, f"The mask has changed since; restoring them now: {change}")
        self._bench.messages.warning(
            head,
            "; ".join(details),
            actions=(
                Action("Restore", lambda: self._answered(unsaved, self._restore)),
                Action("Look", lambda: self._look(unsaved)),
                Action("Discard", lambda: self._answered(unsaved, self._discard)),
            ),
            key=_KEY,
        )

    def _answered(self, unsaved: Unsaved, do: Callable[[Unsaved], None]) -> None:
        if unsaved not in self._waiting:
            return
        self._waiting.remove(unsaved)
        self._session.compare_with(None)
        do(unsaved)
        self._offer()

    def _restore(self, unsaved: Unsaved) -> None:
        mask = self._session.mask
        if mask is None:
            self._waiting.insert(0, unsaved)
            return
        edit = MaskEdit.between(mask, unsaved.onto(mask))
        if not edit:
            self._to_discard.append(unsaved)
            self._bench.messages.info("All of these marks are there already")
            return
        self._bench.safekeeping.journaling.adopt(unsaved)
        self._bench.marking.apply(edit, f"Marks of {_when(unsaved)} restored")
        self._session.bring_into_view(edit.changed)

    def _look(self, unsaved: Unsaved) -> None:
        mask = self._session.mask
        if mask is not None:
            self._bench.safekeeping.show_comparison(unsaved.onto(mask))
        self._offer()

    def _discard(self, unsaved: Unsaved) -> None:
        """Until the recording is left there is a way back, and the file stays."""
        self._to_discard.append(unsaved)

        def bring_back() -> None:
            if unsaved in self._to_discard:
                self._to_discard.remove(unsaved)
                self._waiting.insert(0, unsaved)
                self._offer()

        self._bench.messages.info(
            f"Marks of {_when(unsaved)} discarded", actions=(Action("Undo", bring_back),)
        )

    def _discard_for_good(self) -> None:
        gone, self._to_discard = self._to_discard, []
        if gone:
            self._bench.tasks.run(lambda: _discard_all(gone), lambda _: None, lambda _: None)

    # -- at the start

    def _offer_recordings(self, found: tuple[Unsaved, ...]) -> None:
        info, bench = self._session.info, self._bench
        shown = None if info is None else info.path.absolute()
        # Newest first, each once.
        paths = list(dict.fromkeys(unsaved.record.recording_path for unsaved in found))
        paths = [path for path in paths if path != shown]
        if not paths:
            return
        names = ", ".join(printable(path.name.removesuffix(".dat")) for path in paths)
        many = f"{len(paths)} recordings" if len(paths) > 1 else "a recording"
        bench.messages.warning(
            f"An earlier run left unsaved marks of {many}.",
            f"{names}. They are offered when it is opened.",
            actions=tuple(
                Action(
                    "Open" if len(paths) == 1 else f"Open {printable(path.name.partition('.')[0])}",
                    lambda path=path: bench.recordings.open_path(path),  # type: ignore[misc]
                )
                for path in paths[:_MOST_NAMED]
            ),
            key=_START_KEY,
        )


def _discard_all(gone: list[Unsaved]) -> None:
    for unsaved in gone:
        unsaved.discard()


def _when(unsaved: Unsaved) -> str:
    moment = datetime.fromtimestamp(unsaved.record.written_s)
    return when_text(moment, datetime.now())


def _in_short(changes: MaskEdit) -> str:
    counts = ChangeCounts.of(changes)
    numbers = ((counts.channels, "channel"), (counts.spans, "span"))
    return ", ".join(f"{n:,} {noun}{'s' * (n != 1)}" for n, noun in numbers if n) or "no change"
