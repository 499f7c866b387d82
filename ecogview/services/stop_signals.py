"""SIGTERM as Ctrl+C has it: commands end in order, and nothing half-made is left."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_INTERRUPTED, _TERMINATED = 130, 143  # 128 and the number of the signal, as shells have it


class _Terminated(KeyboardInterrupt):
    """SIGTERM, which asks to stop as Ctrl+C does."""


def status_of(stop: KeyboardInterrupt) -> int:
    """Exit status of a command that was stopped."""
    return _TERMINATED if isinstance(stop, _Terminated) else _INTERRUPTED


@contextmanager
def orderly_end() -> Iterator[None]:
    """Let SIGTERM raise `KeyboardInterrupt`, where the main thread asks for it."""
    is_default = signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    if not is_default or threading.current_thread() is not threading.main_thread():
        yield
        return
    signal.signal(signal.SIGTERM, _terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _terminate(_number: int, _frame: FrameType | None) -> None:
    raise _Terminated
