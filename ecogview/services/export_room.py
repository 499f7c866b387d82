"""Whether there is room for an export: on the disk, and in memory."""

from __future__ import annotations

import ctypes
import shutil
import sys
from pathlib import Path

from ecogview.data.byte_sizes import size_text
from ecogview.data.exporters.exporter import STREAM_BYTES, Exporter
from ecogview.data.exporters.plan import ExportPlan
from ecogview.errors import ExportError


def check_room(exporter: Exporter, plan: ExportPlan) -> None:
    """Raise `ExportError` where a plan needs more than there is."""
    folder, n_bytes = plan.target.parent, exporter.n_bytes(plan)
    free = shutil.disk_usage(folder).free
    if n_bytes > free:
        raise ExportError(
            plan.target,
            f"takes {size_text(n_bytes)}, and {size_text(free)} are free in {folder}",
            "make room, choose another folder, or export a shorter stretch or fewer channels",
        )
    needed, available = exporter.memory_bytes(plan), available_memory()
    if needed > STREAM_BYTES and available is not None and needed > available:
        raise ExportError(
            plan.target,
            f"{exporter.title} needs {size_text(needed)} of memory, and {size_text(available)} "
            "are free",
            "export a shorter stretch or fewer channels, or as npz or BrainVision",
        )


def available_memory() -> int | None:
    """Bytes of memory that can be had without swapping; None where the system does not tell."""
    if sys.platform == "win32":
        return _of_windows()
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    found = (line.split()[1] for line in lines if line.startswith("MemAvailable:"))
    kilobytes = next(found, None)
    return None if kilobytes is None else int(kilobytes) * 1024


class _MemoryStatus(ctypes.Structure):
    """MEMORYSTATUSEX of the Windows API."""

    _fields_ = [
        ("length", ctypes.c_uint32),
        ("load", ctypes.c_uint32),
        *((f"figure_{number}", ctypes.c_uint64) for number in range(7)),
    ]


def _of_windows() -> int | None:
    status = _MemoryStatus(length=ctypes.sizeof(_MemoryStatus))
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    if not kernel.GlobalMemoryStatusEx(ctypes.byref(status)):
        return None
    return int(status.figure_1)  # ullAvailPhys
