"""Whether Qt can start here: its wheels leave some libraries to the system, and abort without.

Nothing here imports Qt.
"""

from __future__ import annotations

import ctypes
import os
import re
import sys

from ecogview.errors import EcogviewError

# Library to Debian package: Debian 13 and Ubuntu 24.04 still take libglib2.0-0 by that name.
_ALWAYS = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
}
_X11 = {
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
_WAYLAND = {
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
_LACKS = "a system library that Qt needs is missing"
_MISSING = re.compile(r"(lib[\w.+-]+\.so[.\d]*): cannot open shared object file")


class QtStartError(EcogviewError):
    """Qt cannot start here. `path` is the library that is missing, or the display."""


def check_screen() -> None:
    """Check that Qt will be able to open a window, where it would abort the process if not.

    Raises
    ------
    QtStartError
        On Linux, if there is no display, if it does not answer, or if a library is missing.
    """
    if not sys.platform.startswith("linux"):
        return
    platform = os.environ.get("QT_QPA_PLATFORM", "").split(":")[0].split(";")[0]
    wayland, x11 = os.environ.get("WAYLAND_DISPLAY"), os.environ.get("DISPLAY")
    if platform in ("", "wayland") and wayland:
        missing = _missing(_ALWAYS | _WAYLAND)
        # Qt falls back on X11 by itself.
        if not missing or not x11:
            _raise_for(missing)
            return
    if platform not in ("", "xcb"):
        return
    if not x11:
        raise QtStartError(
            "DISPLAY",
            "there is no screen to open a window on",
            "connect with `ssh -X`, or use `ecogview snapshot`, which needs none",
        )
    _raise_for(_missing(_ALWAYS | _X11))
    if not _x11_answers():
        raise QtStartError(
            "DISPLAY",
            f"the screen {x11} does not answer",
            "connect with `ssh -X`, or use `ecogview snapshot`, which needs none",
        )


def explain_import_error(error: ImportError) -> QtStartError | None:
    """Make of an ImportError of PyQt6 what to install; None if it is about something else."""
    found = _MISSING.search(str(error))
    if not found:
        return None
    missing = _missing(_ALWAYS)
    if missing:
        return _start_error(missing)
    return QtStartError(found[1], _LACKS, "install the package of your system that holds it")


def _missing(needed: dict[str, str]) -> dict[str, str]:
    return {library: package for library, package in needed.items() if not _loads(library)}


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _raise_for(missing: dict[str, str]) -> None:
    if missing:
        raise _start_error(missing)


def _start_error(missing: dict[str, str]) -> QtStartError:
    first, *others = missing
    and_more = f" (and {len(others)} more)" if others else ""
    packages = " ".join(missing.values())
    return QtStartError(
        first,
        f"{_LACKS}{and_more}",
        f"install it: sudo apt-get install -y --no-install-recommends {packages}",
    )


def _x11_answers() -> bool:
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    answers = not xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return answers
