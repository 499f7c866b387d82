"""Background threads let those go first that draw or read for the eye."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress

_NICE = 5  # of 19


def _be_nice_linux() -> None:
    """Let other threads go first: Linux has priorities of single threads."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)


def _be_nice_elsewhere() -> None:
    """Elsewhere a priority is the whole process's."""


be_nice = _be_nice_linux if sys.platform == "linux" else _be_nice_elsewhere
"""To be called in the thread; nothing happens where that cannot be asked for."""
