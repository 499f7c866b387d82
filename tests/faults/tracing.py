"""Stop a child at its system calls, to kill it there or to have one fail. Linux; needs no root."""

from __future__ import annotations

import ctypes
import os
import platform
import signal
import sys
from collections.abc import Callable

from tests.faults.victim import in_child, kill

_TRACEME, _PEEK, _POKE, _CONTINUE_TO_CALL = 0, 3, 6, 24
# Offsets of registers in the user area of x86-64.
_RESULT, _CALL = 80, 120
# Calls on files: read write open close stat fstat lstat lseek pread access fcntl fsync fdatasync
# ftruncate rename link unlink readlink chmod fchmod chown fchown getdents openat newfstatat
# unlinkat renameat linkat readlinkat fchmodat faccessat renameat2 statx faccessat2
FILE_CALLS = frozenset(
    (0, 1, 2, 3, 4, 5, 6, 8, 17, 21, 72, 74, 75, 77, 82, 86, 87, 89, 90, 91, 92, 93, 217)
) | frozenset((257, 262, 263, 264, 265, 267, 268, 269, 316, 332, 439))


class CannotTraceError(Exception):
    """This system allows no tracing of one's own children."""


class TracedChild:
    """A child that is stopped at every entry to and every return from the system."""

    def __init__(self, work: Callable[[], object]) -> None:
        if sys.platform != "linux":
            raise CannotTraceError
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._libc.ptrace.restype = ctypes.c_long
        self._libc.ptrace.argtypes = [
            ctypes.c_long,
            ctypes.c_long,
            ctypes.c_void_p,
            ctypes.c_void_p,
        ]

        def traced() -> None:
            if self._libc.ptrace(_TRACEME, 0, None, None) < 0:
                os._exit(97)
            os.kill(os.getpid(), signal.SIGSTOP)
            work()

        self._process = in_child(traced)
        _, status = os.waitpid(self._process, 0)
        if not os.WIFSTOPPED(status):
            raise CannotTraceError

    def go_on(self) -> int | None:
        """Run to the next stop; returns the exit status where it has ended."""
        if self._libc.ptrace(_CONTINUE_TO_CALL, self._process, None, None) < 0:
            kill(self._process)
            raise CannotTraceError
        _, status = os.waitpid(self._process, 0)
        if os.WIFSTOPPED(status):
            return None
        return os.waitstatus_to_exitcode(status)

    def kill(self) -> None:
        kill(self._process)

    @property
    def call(self) -> int:
        """Number of the call it is in."""
        ctypes.set_errno(0)
        word = ctypes.c_long()
        # The wrapper of the C library returns the word itself.
        word.value = self._libc.ptrace(_PEEK, self._process, ctypes.c_void_p(_CALL), None)
        return word.value

    def fail(self, error: int) -> None:
        """At an entry: let the system do nothing and return an error instead."""
        nothing = ctypes.c_void_p(ctypes.c_size_t(-1).value)
        self._libc.ptrace(_POKE, self._process, ctypes.c_void_p(_CALL), nothing)
        self.go_on()
        result = ctypes.c_void_p(ctypes.c_size_t(-error).value)
        self._libc.ptrace(_POKE, self._process, ctypes.c_void_p(_RESULT), result)


def can_fail_calls() -> bool:
    """Whether `TracedChild.fail` knows the registers of this machine."""
    return platform.machine() == "x86_64"
