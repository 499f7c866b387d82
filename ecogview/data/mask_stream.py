"""The bytes of a mask file as an opcode stream whose large payloads stay in the file.

`pickletools.genops` reads opcodes and arguments from a file object. The one here hands it a sham
of the right length where an argument is large, and keeps as `payload` where the real one lies:
the mask of a 27 GB recording is 432 MB, and none of it need be held.
"""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from ecogview.data.file_signature import FileSignature
from ecogview.data.in_turns import PIECE, let_others_go
from ecogview.data.safe_write import lost_link
from ecogview.errors import MaskFileError

CHUNK = PIECE
MAX_FILE = 1 << 31
_BLOB = 1 << 16
_MAX_HELD = 32 << 20
_MAX_LINE = 1024
_MAX_TEXT_LINE = 64 << 20
# Undoing the escapes of Python 2 takes a second for a hundred million.
_MAX_UNESCAPED = 96 << 20

# How the payloads of these opcodes are encoded.
_COUNTED = {
    b"B": "bytes",
    b"\x8e": "bytes",
    b"\x96": "bytes",
    b"T": "latin-1",
    b"X": "utf-8",
    b"\x8d": "utf-8",
}
_LINES = {b"S": "string-escape", b"V": "raw-unicode-escape"}
_FLAGS = re.compile(rb"[\x88\x89]*")
_BAD_ESCAPE = re.compile(rb"\\(?!['\"nrt]|x[0-9a-fA-F]{2})")


class MalformedError(ValueError):
    """Why the bytes are no mask; the text is for the user and holds nothing of the file."""


@dataclass(frozen=True, slots=True, eq=False)
class Blob:
    """Bytes or text that have been left in the file: `length` bytes of it, from `offset`."""

    source: Source
    offset: int
    length: int
    coding: str
    is_text: bool

    @property
    def size(self) -> int | None:
        """Number of bytes it stands for, None where only decoding tells."""
        return self.length if self.coding in ("bytes", "latin-1") else None

    def chunks(self) -> Iterator[bytes]:
        """The bytes it stands for, a piece at a time; text as Latin-1, as NumPy does."""
        raw = self._pieces()
        if self.size is not None:
            return raw
        if self.coding == "string-escape":
            self.source.account_for_escapes(self.length)
            return _unescaped(raw)
        return _as_latin1(raw, self.coding)

    def _pieces(self) -> Iterator[bytes]:
        for at in range(0, self.length, CHUNK):
            yield self.source.read_at(self.offset + at, min(CHUNK, self.length - at))
            let_others_go()

    def text(self) -> str:
        """The text it is; only for what has been checked to be small enough."""
        raw = self.source.read_at(self.offset, self.length)
        if self.coding == "string-escape":
            return b"".join(_unescaped(iter([raw]))).decode("latin-1")
        return raw.decode(self.coding, "surrogatepass" if self.coding == "utf-8" else "strict")


class Source:
    """A mask file, open for reading. Refuses what is no regular file without waiting for it."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._unescaped = 0
        try:
            # Opening a device can do things by itself, so look before; and after, for a race.
            _check_regular(self.path, self.path.stat())
            flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
            self._file = io.FileIO(os.open(self.path, flags | getattr(os, "O_CLOEXEC", 0)), "rb")
        except FileNotFoundError as error:
            what = lost_link(path) or "does not exist"
            raise MaskFileError(path, what, "check the path, or plug in its drive") from error
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else None
            raise MaskFileError(
                path, f"cannot be opened ({reason or error})", "check the path and its permissions"
            ) from error
        with contextlib.ExitStack() as on_failure:
            on_failure.callback(self._file.close)
            status = os.fstat(self._file.fileno())
            _check_regular(self.path, status)
            self.size = status.st_size
            self.signature = FileSignature.of_status(status)
            if self.size > MAX_FILE:
                raise MaskFileError(
                    path,
                    f"has {self.size:,} bytes, and a mask at most {MAX_FILE:,}",
                    "check that it is a mask file",
                )
            on_failure.pop_all()

    def read_at(self, offset: int, length: int) -> bytes:
        """`length` bytes from `offset`; fewer are an error."""
        parts = []
        self._file.seek(offset)
        while length > 0:
            part = self._file.read(length)
            if not part:
                raise MalformedError("has become shorter while it was read")
            parts.append(part)
            length -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def account_for_escapes(self, length: int) -> None:
        """Count bytes whose escapes are to be undone; too many are an error."""
        self._unescaped += length
        if self._unescaped > _MAX_UNESCAPED:
            raise MalformedError(f"text with more than {_MAX_UNESCAPED:,} bytes of escapes")

    def check_unchanged(self) -> None:
        """Raise `MaskFileError` if the file was written to while it was read."""
        if FileSignature.of_status(os.fstat(self._file.fileno())) != self.signature:
            raise MaskFileError(self.path, "was changed while it was read", "open it again")

    def close(self) -> None:
        self._file.close()


class OpcodeStream:
    """What `pickletools.genops` reads a mask from.

    Before every opcode the interpreter sets `at_opcode`; after it, `payload` is what the opcode
    carries where genops was handed a sham, else None.
    """

    def __init__(self, source: Source) -> None:
        self.at_opcode = True
        self.payload: Blob | str | None = None
        self._source = source
        self._buffer = b""
        self._at = 0
        self._start = 0
        self._code = b""
        self._held = 0

    @property
    def position(self) -> int:
        """Offset in the file of the byte that is read next."""
        return self._start + self._at

    @property
    def left(self) -> int:
        """Number of bytes not yet read."""
        return self._source.size - self.position

    def read(self, n: int) -> bytes:
        """Read `n` bytes, or what stands for them."""
        if self.at_opcode:
            self.at_opcode = False
            self.payload = None
            if not self.left:
                raise MalformedError("is cut off: it ends before the mask does")
            self._code = self._take(1)
            return self._code
        if n > self.left:
            raise MalformedError(f"is cut off: {n:,} bytes should follow, {self.left:,} do")
        if n >= _BLOB and self._code in _COUNTED:
            coding = _COUNTED[self._code]
            self.payload = Blob(self._source, self.position, n, coding, coding != "bytes")
            self._skip(n)
            return _Sham(n)
        self._hold(n)
        return self._take(n)

    def readline(self) -> bytes:
        """Read up to and with the next newline, or what stands for it."""
        is_text = self._code in _LINES
        start, length = self.position, self._line_length(_MAX_TEXT_LINE if is_text else _MAX_LINE)
        if not is_text:
            self._hold(length)
            line = self._take(length)
            if b"\\" in line:
                # pickletools would undo escapes here, where pickle does not.
                raise MalformedError("holds a name with a backslash")
            return line
        if self._code == b"S":
            # genops refuses STRING beyond ASCII, which Python 2 writes, so it gets an empty one.
            self._keep_string(start, length)
            return b"''\n"
        if length >= _BLOB:
            self.payload = Blob(self._source, start, length - 1, "raw-unicode-escape", is_text=True)
            self._skip(length)
            return b"\n"
        self._hold(length)
        return self._take(length)

    def following_flags(self) -> bytes:
        """Take the NEWTRUE and NEWFALSE opcodes that come next, without one step for each."""
        match = _FLAGS.match(self._buffer, self._at)
        if match is None:
            return b""
        self._at = match.end()
        return match[0]

    def _keep_string(self, start: int, length: int) -> None:
        if length >= _BLOB:
            first, last = (
                self._source.read_at(start, 1),
                self._source.read_at(start + length - 2, 1),
            )
            self.payload = Blob(self._source, start + 1, length - 3, "string-escape", is_text=True)
            self._skip(length)
        else:
            self._hold(length)
            line = self._take(length)
            first, last = line[:1], line[-2:-1]
            self.payload = b"".join(_unescaped(iter([line[1:-2]]))).decode("latin-1")
        if length < 3 or first != last or first not in (b"'", b'"'):
            raise MalformedError("holds a text without quotes")

    def _line_length(self, limit: int) -> int:
        found = self._buffer.find(b"\n", self._at, self._at + limit)
        if found >= 0:
            return found + 1 - self._at
        start, stop = self.position, min(self._source.size, self.position + limit)
        for at in range(start, stop, _BLOB):
            found = self._source.read_at(at, min(_BLOB, stop - at)).find(b"\n")
            if found >= 0:
                return at + found + 1 - start
        raise MalformedError(f"is cut off, or holds a line of more than {limit:,} bytes")

    def _hold(self, n: int) -> None:
        self._held += n
        if self._held > _MAX_HELD:
            raise MalformedError(f"holds more than {_MAX_HELD:,} bytes outside its arrays")

    def _take(self, n: int) -> bytes:
        stop = self._at + n
        if stop > len(self._buffer):
            start = self.position
            self._buffer = self._source.read_at(
                start, min(max(n, _BLOB), self._source.size - start)
            )
            self._start, self._at, stop = start, 0, n
        data = self._buffer[self._at : stop]
        self._at = stop
        return data

    def _skip(self, n: int) -> None:
        self._start, self._at, self._buffer = self.position + n, 0, b""


class _Sham(bytes):
    """Empty, but says that it is as long as what it stands for."""

    _length: int

    def __new__(cls, length: int) -> Self:
        sham = super().__new__(cls)
        sham._length = length
        return sham

    def __len__(self) -> int:
        return self._length


def _as_latin1(raw: Iterator[bytes], coding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(coding)()
    for chunk in raw:
        yield decoder.decode(chunk).encode("latin-1")
    yield decoder.decode(b"", final=True).encode("latin-1")


def _unescaped(raw: Iterator[bytes]) -> Iterator[bytes]:
    """Undo the escapes of a Python 2 string literal; nothing that Python 2 would not write."""
    unescape: Callable[[bytes], tuple[bytes, int]] = codecs.escape_decode
    rest = b""
    for piece in raw:
        chunk = rest + piece
        cut = _before_open_escape(chunk)
        chunk, rest = chunk[:cut], chunk[cut:]
        if _BAD_ESCAPE.search(chunk.replace(b"\\\\", b"")):
            raise MalformedError("holds a text with an unknown escape")
        yield unescape(chunk)[0]
    if rest:
        if _BAD_ESCAPE.search(rest):
            raise MalformedError("holds a text with an unknown escape")
        yield unescape(rest)[0]


def _before_open_escape(chunk: bytes) -> int:
    """Where to cut so that no escape, at most four bytes long, is cut in two."""
    at = chunk.rfind(b"\\", max(0, len(chunk) - 3)) + 1
    backslashes = at - len(chunk[:at].rstrip(b"\\"))
    return at - 1 if backslashes % 2 else len(chunk)


def _check_regular(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        kind = "a folder" if stat.S_ISDIR(status.st_mode) else "a device, pipe or socket"
        raise MaskFileError(path, f"is {kind}, not a file", "check the path")
