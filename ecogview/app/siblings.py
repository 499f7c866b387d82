"""Carrying marks to the other files of a recording: looked up and saved beside the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import QObject, QTimer

from ecogview.app.mask_places import is_refusal
from ecogview.data.mask_siblings import Sibling, siblings_of
from ecogview.data.mask_tracks import MaskTracks
from ecogview.data.recording import RecordingInfo
from ecogview.data.safe_write import MaskConflictError
from ecogview.errors import in_words
from ecogview.model.mask_changes import changes_text
from ecogview.services.carrying import CarryPlan, carry, plan_carry
from ecogview.services.tasks import Tasks
from ecogview.views.follow import follow
from ecogview.views.siblings_dialog import SiblingsDialog

if TYPE_CHECKING:
    from ecogview.app.wiring import Workbench

_WAIT_MS = 150  # after an edit, before it is looked up what it changes elsewhere


class Siblings(QObject):
    """Looks up, shows and saves. GUI thread only; its thread starts with the first question.

    It has a thread of its own: the mask of a raw file takes seconds, and saving must not wait.
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._bench = bench
        self._session = bench.session
        self._tasks: Tasks | None = None
        self._dialog: SiblingsDialog | None = None
        self._info: RecordingInfo | None = None  # whose other files are shown
        self._held: dict[Path, MaskTracks] = {}  # what the masks of the others hold
        self._round = self._n_asked = 0  # answers to earlier questions are dropped
        self._n_saving = 0
        self._waiting = QTimer(self)
        self._waiting.setSingleShot(True)
        self._waiting.setInterval(_WAIT_MS)
        self._waiting.timeout.connect(self._plan_all)
        follow(bench.session.mask_changed, self._on_mask_changed)
        follow(bench.session.recording_changed, self._on_recording_changed)

    @property
    def dialog(self) -> SiblingsDialog:
        if self._dialog is None:
            self._dialog = SiblingsDialog(self._bench.window)
            self._dialog.choice_changed.connect(self._plan_all)
            self._dialog.carry_requested.connect(self._carry)
        return self._dialog

    def ask(self) -> None:
        """Show the other files of the recording, and what carrying the marks would change."""
        info = self._session.info
        if info is None or self._bench.marking.mask() is None:
            return
        if self._n_saving:
            self.dialog.show()
            self.dialog.raise_()
            return
        self._round += 1
        self._info = info
        self._held.clear()
        self.dialog.show_looking(info.path.name)
        self._run(lambda: siblings_of(info), self._on_found, self._on_none_found)

    def close(self) -> None:
        """Finish what is being saved, and end the thread. Idempotent."""
        self._waiting.stop()
        self._round += 1
        tasks, self._tasks = self._tasks, None
        if tasks is not None:
            tasks.close()

    # -- looking

    def _run(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Work in the thread; what it finds is dropped once something else has been asked for."""
        asked_in = self._round

        def told(callback: Callable[[Any], None]) -> Callable[[Any], None]:
            return lambda answer: callback(answer) if asked_in == self._round else None

        if self._tasks is None:
            self._tasks = Tasks("siblings", self)
        self._tasks.run(work, told(done), told(failed))

    def _on_found(self, siblings: tuple[Sibling, ...]) -> None:
        self.dialog.show_siblings(siblings)
        for sibling in siblings:
            if not sibling.problem:
                self._load(sibling)

    def _on_none_found(self, error: Exception) -> None:
        self.dialog.show_nothing(in_words(error))

    def _load(self, sibling: Sibling) -> None:
        def done(held: MaskTracks) -> None:
            self._held[sibling.recording] = held
            self._plan(sibling)

        self._run(sibling.load, done, lambda error: self._show_failure(sibling, error))

    def _plan_all(self) -> None:
        self._n_asked += 1
        for recording, row in self.dialog.rows.items():
            if recording in self._held:
                self._plan(row.sibling)

    def _plan(self, sibling: Sibling) -> None:
        mask, info = self._session.mask, self._session.info
        if mask is None or info is None or info is not self._info:
            return
        onto, choice, asked = self._held[sibling.recording], self.dialog.choice, self._n_asked

        def done(plan: CarryPlan) -> None:
            if asked == self._n_asked:
                self.dialog.rows[sibling.recording].show_plan(plan, replaces=choice.replaces)

        self._run(
            lambda: plan_carry(mask, info, sibling, onto, choice),
            done,
            lambda error: self._show_failure(sibling, error),
        )

    def _show_failure(self, sibling: Sibling, error: Exception) -> None:
        self.dialog.rows[sibling.recording].show_failure(in_words(error))

    # -- following

    def _on_mask_changed(self) -> None:
        if self._dialog is not None and self._dialog.isVisible() and not self._n_saving:
            self._n_asked += 1
            self._dialog.forget_plans()
            self._waiting.start()

    def _on_recording_changed(self) -> None:
        self._waiting.stop()
        if self._dialog is not None:
            self._dialog.close()

    # -- saving

    def _carry(self, elsewhere: bool) -> None:  # noqa: FBT001  a Qt slot
        plans = self.dialog.plans
        if self._n_saving or not plans:
            return
        self._n_saving = len(plans)
        self.dialog.offer_elsewhere(offered=False)
        self.dialog.set_busy(busy=True)
        for plan in plans:
            self._save(plan, elsewhere=elsewhere)

    def _save(self, plan: CarryPlan, *, elsewhere: bool) -> None:
        sibling, tasks = plan.sibling, self._tasks
        row = self.dialog.rows[sibling.recording]
        row.show_result("Saving …")

        def done(written: MaskTracks) -> None:
            if self._tasks is None:
                return  # the window is closed
            where = ""
            if elsewhere and written.source is not None:
                row.sibling = replace(sibling, mask_path=written.source, is_elsewhere=True)
                where = f" in {written.source.parent}"
            row.show_result(f"Saved{where}: {changes_text(plan.edit, plan.sampling_rate)}")
            self._held[sibling.recording] = written
            self._saved_one()

        def failed(error: Exception) -> None:
            if self._tasks is None:
                return
            row.show_result(f"Not saved: {in_words(error)}")
            if isinstance(error, MaskConflictError):
                del self._held[sibling.recording]
                self._load(sibling)
            elif is_refusal(error):
                self.dialog.offer_elsewhere(offered=True)
            self._saved_one()

        assert tasks is not None
        tasks.run(lambda: carry(plan, elsewhere=elsewhere), done, failed)

    def _saved_one(self) -> None:
        self._n_saving -= 1
        if self._n_saving:
            return
        self.dialog.set_busy(busy=False)
        self.dialog.forget_plans()
        self._plan_all()
        self._bench.browser.rescan()
