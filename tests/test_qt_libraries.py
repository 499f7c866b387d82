"""What is said where Qt would abort the process, forced on any machine."""

from __future__ import annotations

import sys

import pytest

from ecogview import qt_libraries
from ecogview.qt_libraries import QtStartError, check_screen, explain_import_error


@pytest.fixture(autouse=True)
def linux_without_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)


def _only_missing(monkeypatch: pytest.MonkeyPatch, *missing: str) -> None:
    monkeypatch.setattr(qt_libraries, "_loads", lambda library: library not in missing)


def test_no_screen_at_all() -> None:
    with pytest.raises(QtStartError, match="there is no screen"):
        check_screen()


@pytest.mark.parametrize("platform", ["offscreen", "vnc:size=800x600", "minimal"])
def test_a_platform_that_needs_no_screen(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", platform)
    check_screen()


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_other_systems_bring_everything(system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", system)
    check_screen()


def test_all_that_x11_lacks_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":7")
    _only_missing(monkeypatch, "libxcb-cursor.so.0", "libxkbcommon-x11.so.0")
    with pytest.raises(QtStartError) as caught:
        check_screen()
    assert str(caught.value) == (
        "libxcb-cursor.so.0: a system library that Qt needs is missing (and 1 more); install it: "
        "sudo apt-get install -y --no-install-recommends libxcb-cursor0 libxkbcommon-x11-0"
    )


def test_a_screen_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":7")
    _only_missing(monkeypatch)
    monkeypatch.setattr(qt_libraries, "_x11_answers", lambda: False)
    with pytest.raises(QtStartError, match="the screen :7 does not answer"):
        check_screen()
    monkeypatch.setattr(qt_libraries, "_x11_answers", lambda: True)
    check_screen()


@pytest.mark.skipif(not qt_libraries._loads("libxcb.so.1"), reason="needs libxcb")
def test_asking_a_screen_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":98761")
    assert not qt_libraries._x11_answers()


def test_wayland_falls_back_on_x11(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    _only_missing(monkeypatch)
    check_screen()
    _only_missing(monkeypatch, "libwayland-cursor.so.0")
    with pytest.raises(QtStartError, match=r"libwayland-cursor0$"):
        check_screen()
    monkeypatch.setenv("DISPLAY", ":7")
    monkeypatch.setattr(qt_libraries, "_x11_answers", lambda: True)
    check_screen()


def test_an_import_error_about_something_else_is_left_alone() -> None:
    assert explain_import_error(ImportError("cannot import name 'QtBore' from 'PyQt6'")) is None


def test_an_import_error_names_every_missing_package(monkeypatch: pytest.MonkeyPatch) -> None:
    error = ImportError("libGL.so.1: cannot open shared object file: No such file or directory")
    _only_missing(monkeypatch, "libGL.so.1", "libfontconfig.so.1")
    assert str(explain_import_error(error)).endswith("libgl1 libfontconfig1")


def test_an_import_error_about_a_library_not_in_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    _only_missing(monkeypatch)
    told = explain_import_error(ImportError("libodd.so.3: cannot open shared object file: no"))
    assert str(told).startswith("libodd.so.3: a system library that Qt needs is missing; install ")
