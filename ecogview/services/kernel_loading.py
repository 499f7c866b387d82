"""Loads the compiled kernels in the background, once the first picture stands."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from importlib.metadata import version
from pathlib import Path

import platformdirs

from ecogview.data.exporters import number_text
from ecogview.dsp import engine

_log = logging.getLogger(__name__)
_JOIN_S = 15.0
# With the kernel of the CSV export, else the first one would take 4 s longer.
_COMPILE = (
    "import sys; sys.path[:] = sys.argv[1:];"
    "from ecogview.dsp import engine; engine.load_compiled();"
    "import ecogview.data.exporters.number_kernel"
)


class KernelLoading:
    """A thread that imports numba and switches the engine over to it.

    `ready` is set once that is done, or cannot be done.
    """

    def __init__(self) -> None:
        self.ready = threading.Event()
        self._compiler: subprocess.Popen[bytes] | None = None
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="kernel loading", daemon=True)

    def start(self) -> None:
        """Begin, unless closed already."""
        if not self._closing.is_set():
            self._thread.start()

    def close(self) -> None:
        """Break off a compilation; an import is waited for, it cannot be broken off."""
        self._closing.set()
        if self._compiler is not None:
            self._compiler.kill()
        if self._thread.is_alive():
            self._thread.join(_JOIN_S)

    def _run(self) -> None:
        try:
            self._compile_apart()
            if not self._closing.is_set():
                engine.load_compiled()
        except (ImportError, OSError, RuntimeError) as error:
            _log.warning("compiled kernels cannot be used, drawing stays slower: %s", error)
        finally:
            self.ready.set()

    def _compile_apart(self) -> None:
        """Compile in a process of its own the very first time.

        Compiling takes 5 s and holds the interpreter's lock: here it would make frames stutter.
        """
        marker = _marker()
        if marker.exists() or getattr(sys, "frozen", False) or not sys.executable:
            return
        # With this process's own path: `-c` alone would look in the current folder first.
        self._compiler = subprocess.Popen(
            [sys.executable, "-P", "-c", _COMPILE, *sys.path],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if self._closing.is_set():  # `close` came before there was anything to break off
            self._compiler.kill()
        if self._compiler.wait() == 0:
            marker.parent.mkdir(parents=True, exist_ok=True)
            marker.touch()


def load_kernels() -> str | None:
    """Load the kernels in this thread, as commands do; return why that cannot be done, else None.

    Takes 0.7 s, 15 s the very first time; a signal is answered within 0.5 s meanwhile.
    """
    try:
        engine.load_compiled()
    except (ImportError, OSError, RuntimeError) as error:
        return f"the compiled kernels cannot be used, so it takes many times longer: {error}"
    return None


def _marker() -> Path:
    """Exists once kernels of this text have been compiled for this Python and numba."""
    of_drawing, of_csv = Path(engine.__file__).parent, Path(number_text.__file__).parent
    found = (*sorted(of_drawing.glob("*kernels.py")), *sorted(of_csv.glob("number_*.py")))
    texts = [text.stat() for text in found]
    stamps = "-".join(f"{text.st_size}-{text.st_mtime_ns}" for text in texts)
    key = f"{stamps}-{sys.hexversion:x}-numba{version('numba')}"
    return Path(platformdirs.user_cache_dir("ecogview", appauthor=False)) / f"kernels-{key}"
