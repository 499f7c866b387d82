"""What an export would write, and what stands against it, found out beside the GUI thread."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal

from ecogview.data.exporters.exporter import Exporter
from ecogview.data.exporters.plan import ExportPlan
from ecogview.data.exporters.registry import exporter_of
from ecogview.data.lab_binary import LabBinary
from ecogview.errors import EcogviewError, ExportCancelledError, ExportError, in_words, printable
from ecogview.services.export_blocks import SampleTransform
from ecogview.services.exporting import check, preview, ranges, resolved, with_note
from ecogview.services.latest import Latest
from ecogview.services.sources import Source

# Measured on 2 cores with 62 channels; a disk may be slower.
_READ_BYTES_PER_S = 1.5e9
_PROCESSED_PER_S = 30e6  # samples through a filter and a reference


@dataclass(frozen=True, eq=False, slots=True)
class ExportQuestion:
    """A plan, whose `experiment_path` need not be known yet, and where its samples come from."""

    plan: ExportPlan
    source: Source
    processing: SampleTransform | None = None


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
            facts = ExportFacts(question, question.plan, problem=in_words(error))
        exporter = exporter_of(facts.plan.format, facts.plan.target)
        is_final = bool(facts.problem) or not exporter.needs_ranges(facts.plan)
        self.found.emit(replace(facts, is_final=is_final))
        if not is_final and not is_stale():
            self._tell_ranges(facts, exporter, is_stale)

    def _tell_ranges(
        self, facts: ExportFacts, exporter: Exporter, is_stale: Callable[[], bool]
    ) -> None:
        question, plan = facts.question, facts.plan
        try:
            low, high = ranges(plan, question.source, question.processing, cancel=_Asked(is_stale))
            note = exporter.note_of_ranges(plan, low, high)
        except ExportCancelledError:  # another question came
            return
        except (EcogviewError, OSError) as error:
            facts = replace(facts, problem=in_words(error), n_bytes=None, seconds=None)
            self.found.emit(facts)
        else:
            self.found.emit(replace(facts, notes=(*facts.notes, note)))


def _facts(question: ExportQuestion) -> ExportFacts:
    with question.source.open() as recording:
        path = recording.experiment_path if isinstance(recording, LabBinary) else None
    plan = with_note(question.plan.changed_to(experiment_path=path), question.processing)
    exporter = exporter_of(plan.format, plan.target)
    facts = ExportFacts(question, plan, command=exporter.missing)
    try:
        check(plan, force=True)
        plan = resolved(plan)
        facts = replace(facts, plan=plan)
    except ExportError as error:
        return replace(facts, problem=in_words(error), preview=_preview(question, plan))
    n_bytes = exporter.n_bytes(plan)
    seconds = estimated_s(exporter, plan, n_bytes)
    return replace(
        facts,
        existing=tuple(path for path in exporter.files(plan.target) if os.path.lexists(path)),
        notes=exporter.notes(plan),
        n_bytes=n_bytes,
        seconds=seconds,
        preview=_preview(question, plan),
    )


def estimated_s(exporter: Exporter, plan: ExportPlan, n_bytes: int) -> float:
    """Seconds an export takes, about: reading all channels, what is done to them, writing."""
    n_read = plan.n_samples * plan.info.n_channels
    seconds = n_read * plan.info.dtype.itemsize / _READ_BYTES_PER_S + n_bytes / exporter.bytes_per_s
    return seconds + (n_read / _PROCESSED_PER_S if plan.processing else 0.0)


def _preview(question: ExportQuestion, plan: ExportPlan) -> str:
    """First lines, where there is anything to be seen of a plan that cannot be carried out."""
    with contextlib.suppress(EcogviewError, ValueError):
        return preview(plan, question.source, question.processing)
    return ""


class _Asked(threading.Event):
    """An event that is set once a function says so."""

    def __init__(self, ask: Callable[[], bool]) -> None:
        super().__init__()
        self._ask = ask

    def is_set(self) -> bool:
        return self._ask()
