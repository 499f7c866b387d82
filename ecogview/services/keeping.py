"""What is kept of overviews for next time: taken where it is sound, written where there is room."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Set
from contextlib import suppress
from pathlib import Path

from ecogview.data.byte_sizes import size_text
from ecogview.data.envelope_file import DamagedEnvelope, EnvelopeWriter
from ecogview.data.envelope_spec import EnvelopeSpec
from ecogview.data.kept_files import KeptFiles
from ecogview.errors import EcogviewError
from ecogview.services.overview import Overview, Pyramid

_log = logging.getLogger(__name__)


def was_kept(overview: Overview, kept_files: KeptFiles) -> bool:
    """Take over what an earlier pass has found; not where it is damaged."""
    file = None if overview.spec is None else kept_files.open(overview.spec)
    if file is None:
        return False
    with file:
        try:
            overview.take_kept(file)
        except DamagedEnvelope as error:
            _log.warning("%s", error)
            return False
    return True


def is_sound(spec: EnvelopeSpec, kept_files: KeptFiles) -> bool:
    """Whether the overview that `spec` describes is kept, every block of it as it was written."""
    file = kept_files.open(spec)
    if file is None:
        return False
    with file:
        try:
            file.check()
        except DamagedEnvelope as error:
            _log.warning("%s", error)
            return False
    return True


def writer_for(
    overview: Pyramid,
    kept_files: KeptFiles,
    *,
    keep: Set[Path] = frozenset(),
    others_bytes: int = 0,
) -> EnvelopeWriter | None:
    """Where to keep an overview; None where there is nothing to name it after.

    Parameters
    ----------
    overview : Pyramid
    kept_files : KeptFiles
        What has not been used for longest makes room for it.
    keep : set of Path, optional
        Overviews that stay.
    others_bytes : int, optional
        What others that are being written now will take.

    Raises
    ------
    EcogviewError
        If the folder cannot be written, there is no room, or the disk fails.
    """
    spec, folder = overview.spec, kept_files.folder
    if spec is None:
        return None
    if not kept_files.make_room(spec.n_bytes + others_bytes, keep, source=spec.source):
        problem = kept_files.folder_problem()
        if problem is not None:
            raise EcogviewError(folder, problem.removeprefix(f"{folder}: "))
        raise EcogviewError(
            folder, _no_room(spec.n_bytes, kept_files), "make room, or name another folder"
        )
    return EnvelopeWriter(kept_files.path_of(spec), spec)


def _no_room(n_bytes: int, kept_files: KeptFiles) -> str:
    reason = (
        f"the overview takes {size_text(n_bytes)}, and there is no room for it: "
        f"overviews may take {size_text(kept_files.cap_bytes)} together"
    )
    with suppress(OSError):
        reason += f", and {size_text(shutil.disk_usage(kept_files.folder).free)} are free"
    return reason
