"""Half of some work in a second thread: kernels and reads hold no interpreter's lock."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeVar

_Result = TypeVar("_Result")


class Beside:
    """A thread that does half of its owner's work while the owner does the other half.

    Handing over takes 0.1 ms. The thread starts with the first half, and ends with `close` or the
    process: it is a daemon, for a read on a dead share never returns.

    Parameters
    ----------
    name : str
        Name of the thread.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._waiting: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def halves(
        self, first: Callable[[], _Result], second: Callable[[], _Result]
    ) -> tuple[_Result, _Result]:
        """Call two functions at the same time, the first one here; raises what they raise.

        The second one is called here, too, if the thread has not got to it by then: no core is
        free, and waiting for one takes longer.
        """
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()
        other: Future[_Result] = Future()
        self._waiting.put((other, second))
        try:
            here = first()
        finally:
            is_left = other.cancel()
            if not is_left:
                other.exception()  # waits: what both work on is the owner's again
        return here, second() if is_left else other.result()

    def close(self) -> None:
        """End the thread; another one starts if need be."""
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        while (given := self._waiting.get()) is not None:
            future, call = given
            if not future.set_running_or_notify_cancel():
                continue
            try:
                result = call()
            except BaseException as error:  # noqa: BLE001  the owner gets it
                future.set_exception(error)
            else:
                future.set_result(result)
