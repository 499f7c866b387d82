"""Whether Python 3.7 with NumPy 1.19, which the lab's scripts run on, can load a mask."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from pickletools import genops
from typing import IO, Any, cast

from ecogview.data.mask_opcodes import MAX_OPCODES
from ecogview.data.mask_stream import Blob, MalformedError, OpcodeStream, Source
from ecogview.errors import MaskFileError

_NEWEST_PROTOCOL = 4
_TEXTS_OF_PYTHON_2 = frozenset({"STRING", "BINSTRING", "SHORT_BINSTRING"})
_OF_THE_MEMO = frozenset({"MEMOIZE", "PUT", "BINPUT", "LONG_BINPUT"})
_GETS = frozenset({"GET", "BINGET", "LONG_BINGET"})


def old_python_problem(path: str | os.PathLike[str]) -> str | None:
    """Why Python 3.7 with NumPy 1.19 cannot unpickle a mask; None if it can.

    Looks at opcodes and the names they use; nothing of the file is run. What other packages are
    installed there is not known. Raises `MaskFileError` where the file cannot be opened or is no
    pickle.
    """
    source = Source(path)
    try:
        for problem in _problems(OpcodeStream(source)):
            return problem
    except (ValueError, IndexError, KeyError) as error:
        reason = str(error) if isinstance(error, MalformedError) else "makes no sense as one"
        raise MaskFileError(path, f"is no readable mask: it {reason}", "restore it") from error
    except OSError as error:
        raise MaskFileError(path, f"cannot be read ({error.strerror})", "check it") from error
    finally:
        source.close()
    return None


def _problems(stream: OpcodeStream) -> Iterator[str]:
    memo: dict[int, str | None] = {}
    pushed: deque[str | None] = deque([None, None], maxlen=2)
    steps = cast("Iterator[tuple[Any, Any, Any]]", genops(cast("IO[bytes]", stream)))
    for count, (opcode, arg, _) in enumerate(steps):
        if count >= MAX_OPCODES:
            raise MalformedError(f"takes more than {MAX_OPCODES:,} steps to read")
        name, text = opcode.name, arg if isinstance(arg, str) else None
        if name == "PROTO" and arg > _NEWEST_PROTOCOL:
            yield f"it is a pickle of protocol {arg}, and {_NEWEST_PROTOCOL} is the newest there"
        elif name == "GLOBAL":
            yield from _missing(str(arg).partition(" ")[0])
        elif name == "STACK_GLOBAL":
            yield from _missing(pushed[0])
        elif name in _TEXTS_OF_PYTHON_2 and not _is_ascii(stream.payload, text):
            yield "it holds texts of Python 2 beyond ASCII"
        if name in _OF_THE_MEMO:
            memo[len(memo) if name == "MEMOIZE" else arg] = pushed[-1]
        elif name != "FRAME":
            pushed.append(memo.get(arg) if name in _GETS else text)
        stream.following_flags()
        stream.at_opcode = True


def _missing(module: str | None) -> Iterator[str]:
    if module is not None and (module == "numpy._core" or module.startswith("numpy._core.")):
        yield "NumPy 2 pickled it: it names numpy._core, which older versions lack"


def _is_ascii(payload: Any, text: str | None) -> bool:
    match payload:
        case Blob():
            return all(chunk.isascii() for chunk in payload.chunks())
        case str():
            return payload.isascii()
    return text is None or text.isascii()
