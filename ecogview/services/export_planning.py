"""What an export would write, and what stands against it, found out beside the GUI thread."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal

from ecogview.data.exporters.edf import EdfPlus
from ecogview.data.exporters.exporter import Exporter
from ecogview.data.exporters.plan import ExportPlan
from ecogview.data.exporters.registry import exporter_of
from ecogview.data.lab_binary import LabBinary
from ecogview.errors import EcogviewError, ExportError, printable
from ecogview.services.export_blocks import Processing
from ecogview.services.exporting import check, preview, ranges, with_note
from ecogview.services.latest import Latest
from ecogview.services.sources import Source


@dataclass(frozen=True, eq=False, slots=True)
class ExportQuestion:
    """A plan, whose `experiment_path` need not be known yet, and where its samples come from."""

    plan: ExportPlan
    source: Source
    processing: Processing | None = None


@dataclass(frozen=True, eq=False, slots=True)
class ExportFacts:
    """The answer to a question.

    `plan` is complete. `problem` says why it cannot be carried out, empty where it can;
    `command` installs what is missing for it. `existing` are the files that would be replaced.
    `n_bytes` and `seconds` are estimates, None where there is none. `is_final` says that nothing
    more is found out.
    """

    question: ExportQuestion
    plan: ExportPlan
    problem: str = ""
    command: str = ""
    existing: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()
    n_bytes: int | None = None
    seconds: float | None = None
    preview: str = ""
    is_final: bool = True


class ExportPlanning(QObject):
    """Answers the newest question in a thread of its own.

    Owned by the GUI thread, in which `found` is received. The thread starts with the first
    question and ends with `close`.

    Signals
    -------
    found(ExportFacts)
    """

    found = pyqtSignal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker: Latest[ExportQuestion] | None = None

    def submit(self, question: ExportQuestion) -> None:
        """Answer this one; another that still waits is dropped."""
        if self._worker is None:
            self._worker = Latest(self._answer, "export planning", on_error=self._on_error)
        self._worker.submit(question)

    def close(self) -> None:
        """End the thread. Idempotent."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    def _on_error(self, question: ExportQuestion, error: Exception) -> None:
        self.found.emit(ExportFacts(question, question.plan, problem=printable(repr(error))))

    def _answer(self, question: ExportQuestion, is_stale: Callable[[], bool]) -> None:
        try:
            facts = _facts(question)
        except (EcogviewError, OSError) as error:
            facts = ExportFacts(question, question.plan, problem=_in_words(error))
        steps_wanted = not facts.problem and _has_steps(facts.plan)
        self.found.emit(replace(facts, is_final=not steps_wanted))
        if steps_wanted and not is_stale():
            with contextlib.suppress(EcogviewError):  # it goes for the export, which tells it
                note = _steps_note(question, facts.plan, is_stale)
                self.found.emit(replace(facts, notes=(*facts.notes, note)))


def _facts(question: ExportQuestion) -> ExportFacts:
    with question.source.open() as recording:
        path = recording.experiment_path if isinstance(recording, LabBinary) else None
    plan = with_note(question.plan.changed_to(experiment_path=path), question.processing)
    exporter = exporter_of(plan.format, plan.target)
    facts = ExportFacts(question, plan, command=exporter.missing)
    try:
        check(plan, force=True)
    except ExportError as error:
        return replace(facts, problem=_in_words(error), preview=_preview(question, plan))
    n_bytes = exporter.n_bytes(plan)
    return replace(
        facts,
        existing=tuple(path for path in exporter.files(plan.target) if os.path.lexists(path)),
        notes=exporter.notes(plan),
        n_bytes=n_bytes,
        seconds=_seconds(exporter, plan),
        preview=_preview(question, plan),
    )


def _seconds(exporter: Exporter, plan: ExportPlan) -> float:
    return plan.n_values * plan.info.dtype.itemsize / exporter.bytes_per_s


def _preview(question: ExportQuestion, plan: ExportPlan) -> str:
    """First lines, where there is anything to be seen of a plan that cannot be carried out."""
    with contextlib.suppress(EcogviewError, ValueError):
        return preview(plan, question.source, question.processing)
    return ""


def _has_steps(plan: ExportPlan) -> bool:
    return plan.format == EdfPlus.key and not (plan.is_counts and not plan.processing)


def _steps_note(question: ExportQuestion, plan: ExportPlan, is_stale: Callable[[], bool]) -> str:
    low, high = ranges(plan, question.source, question.processing, cancel=_Asked(is_stale))
    steps = EdfPlus.steps(low, high)
    unit = plan.info.units
    least, most = (f"{step:.3g}" for step in (steps.min(), steps.max()))
    span = f"{least} {unit}" if least == most else f"{least} to {most} {unit}"
    return f"quantisation step {span}, by channel" if least != most else f"quantisation step {span}"


def _in_words(error: Exception) -> str:
    if not isinstance(error, EcogviewError):
        return printable(str(error))
    reason = f"{error.path.name}: {error.reason}"
    return printable(f"{reason}; {error.remedy}" if error.remedy else reason)


class _Asked(threading.Event):
    """An event that is set once a function says so."""

    def __init__(self, ask: Callable[[], bool]) -> None:
        super().__init__()
        self._ask = ask

    def is_set(self) -> bool:
        return self._ask()
