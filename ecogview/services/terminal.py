"""What the commands say: results on stdout, errors on stderr, progress where somebody watches."""

from __future__ import annotations

import os
import sys
from types import TracebackType
from typing import Self

from ecogview.errors import printable

_COLUMNS = 80  # where the terminal does not tell


def say(text: str) -> None:
    """Write to stdout at once: what reads along must not wait for a buffer to fill."""
    # Under pythonw and as a gui-script there is neither stdout nor stderr.
    if sys.stdout is not None:
        sys.stdout.write(text)
        sys.stdout.flush()


def tell(text: str) -> None:
    """Write a line of ecogview's to stderr."""
    if sys.stderr is not None:
        sys.stderr.write(f"ecogview: {printable(text)}\n")


class ProgressLine:
    """One line on stderr that is drawn anew; nothing where that is no terminal.

    It must be cleared before anything else is written, and is on leaving the context.
    """

    def __init__(self) -> None:
        self._stream = sys.stderr if sys.stderr is not None and sys.stderr.isatty() else None
        self._shown = ""

    def show(self, text: str) -> None:
        """Draw the line, cut at the width of the terminal."""
        text = printable(text, max(self._columns() - 1, 1))
        if self._stream is not None and text != self._shown:
            # Blanks and no escape sequence: older consoles of Windows know none.
            self._stream.write("\r" + text.ljust(len(self._shown)))
            self._stream.flush()
            self._shown = text

    def clear(self) -> None:
        if self._stream is not None and self._shown:
            self._stream.write("\r" + " " * len(self._shown) + "\r")
            self._stream.flush()
            self._shown = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.clear()

    def _columns(self) -> int:
        try:
            return os.get_terminal_size(sys.stderr.fileno()).columns or _COLUMNS
        except (OSError, ValueError, AttributeError):
            return _COLUMNS
