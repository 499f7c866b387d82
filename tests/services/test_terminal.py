"""What commands say, and the line that is drawn anew."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator

import pytest

from ecogview.services.terminal import ProgressLine, say, tell


class Screen(io.StringIO):
    """A terminal that knows of no file descriptor."""

    def isatty(self) -> bool:
        return True

    @property
    def line(self) -> str:
        """What stands in the last line now."""
        shown: list[str] = []
        for part in self.getvalue().split("\r"):
            shown[: len(part)] = part
        return "".join(shown).rstrip()


@pytest.fixture
def terminal() -> Iterator[Callable[[], Screen]]:
    """Makes stderr a terminal; only in the test itself, as pytest sets it anew before."""
    with pytest.MonkeyPatch.context() as patch:

        def make() -> Screen:
            made = Screen()
            patch.setattr(sys, "stderr", made)
            return made

        yield make


def test_a_shorter_line_covers_a_longer_one(terminal: Callable[[], Screen]) -> None:
    screen = terminal()
    with ProgressLine() as line:
        line.show("reading 10 recordings")
        line.show("3 %")
        assert screen.line == "3 %"
        line.clear()
        assert screen.line == ""
        line.show("4 %")
        assert screen.line == "4 %"
    assert screen.line == ""


def test_the_same_line_is_drawn_once(terminal: Callable[[], Screen]) -> None:
    screen = terminal()
    line = ProgressLine()
    for _ in range(3):
        line.show("5 %")
    assert screen.getvalue() == "\r5 %"


@pytest.mark.parametrize(("columns", "length"), [(20, 19), (0, 79)])
def test_a_line_never_reaches_the_edge(
    terminal: Callable[[], Screen], monkeypatch: pytest.MonkeyPatch, columns: int, length: int
) -> None:
    screen = terminal()
    monkeypatch.setattr(screen, "fileno", lambda: 2)
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((columns, 24)))
    ProgressLine().show("x" * 300)
    assert screen.line == "x" * (length - 1) + "…"


def test_names_cannot_steer_the_terminal(terminal: Callable[[], Screen]) -> None:
    screen = terminal()
    ProgressLine().show("rec\x1b[2J\n001")
    assert screen.line == r"rec\x1b[2J\n001"


def test_nothing_is_drawn_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    with ProgressLine() as line:
        line.show("6 %")
    assert capsys.readouterr() == ("", "")


def test_without_stdout_and_stderr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    say("7\n")
    tell("8")
    with ProgressLine() as line:
        line.show("9 %")


def test_an_error_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    tell("a\nb")
    assert capsys.readouterr() == ("", "ecogview: a\\nb\n")
