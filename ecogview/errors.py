"""The errors a user can be told about: which file, what is wrong with it, what to do."""

from __future__ import annotations

import os
from pathlib import Path


class EcogviewError(Exception):
    """Base of every error that ecogview raises on purpose.

    Parameters
    ----------
    path : str or path-like
        The file concerned.
    reason : str
        What is wrong, in numbers where there are any.
    remedy : str, optional
        What the user can do about it.

    Notes
    -----
    ``str(error)`` is one line, ``FILE: reason; remedy``. Text that comes from a file is made
    printable, so that a crafted name cannot write control characters to a terminal.
    """

    def __init__(self, path: str | os.PathLike[str], reason: str, remedy: str = "") -> None:
        self.path = Path(path)
        self.reason = reason
        self.remedy = remedy
        super().__init__(path, reason, remedy)

    def __str__(self) -> str:
        text = f"{self.path}: {self.reason}"
        if self.remedy:
            text += f"; {self.remedy}"
        return printable(text)

    @property
    def brief(self) -> str:
        """The same with the file's name alone: a whole path would push the reason off a bar."""
        text = f"{self.path.name}: {self.reason}"
        return printable(f"{text}; {self.remedy}" if self.remedy else text)


class RecordingError(EcogviewError):
    """A recording that cannot be opened or read."""


class UncertainOrderError(RecordingError):
    """A recording that can be read once it is said in which order its samples are."""


class MaskFileError(EcogviewError):
    """A quality mask that cannot be read or written."""


class ExportError(EcogviewError):
    """An export that cannot be made; nothing of it is left behind."""


class ExportCancelledError(ExportError):
    """An export that was told to stop."""


def in_words(error: Exception) -> str:
    """What is told of any error: name of the file, what is wrong, what to do."""
    return error.brief if isinstance(error, EcogviewError) else printable(str(error))


def printable(text: str, limit: int = 2000) -> str:
    """Return `text` on one line, control characters and lone surrogates escaped, cut at `limit`."""
    clean = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text[: limit + 1])
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"
