"""The compiled kernels: loaded in the background, compiled apart, broken off on closing."""

from __future__ import annotations

import logging
import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from ecogview.data.exporters import number_text
from ecogview.dsp import engine, kernels, plain
from ecogview.services import kernel_loading
from ecogview.services.kernel_loading import KernelLoading

WAIT_S = 60.0


class Compiler:
    """Stands for the process that compiles: ends with `status`, or runs until it is killed."""

    started: list[Compiler]
    status: int | None = 0

    def __init__(self, command: list[str], **options: Any) -> None:
        self.killed = threading.Event()
        self.started.append(self)

    def wait(self) -> int:
        if self.status is not None:
            return self.status
        assert self.killed.wait(WAIT_S)
        return -9

    def kill(self) -> None:
        self.killed.set()


@pytest.fixture(autouse=True)
def _plain_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_active", plain)


@pytest.fixture
def compiler(monkeypatch: pytest.MonkeyPatch) -> type[Compiler]:
    class Fresh(Compiler):
        started: list[Compiler] = []  # noqa: RUF012  fresh with its class

    monkeypatch.setattr(subprocess, "Popen", Fresh)
    return Fresh


@pytest.fixture
def loading() -> Iterator[KernelLoading]:
    loading = KernelLoading()
    yield loading
    loading.close()


def finish(loading: KernelLoading) -> None:
    loading.start()
    loading._thread.join(WAIT_S)
    assert not loading._thread.is_alive()


def test_compiles_apart_and_switches_over(
    loading: KernelLoading, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a folder that holds modules of the same names, which must not be run."""
    for name in ("numba", "numpy", "ecogview", "platformdirs"):
        (tmp_path / f"{name}.py").write_text("open('run', 'w').close()")
    monkeypatch.chdir(tmp_path)
    assert not kernel_loading._marker().exists()
    finish(loading)
    assert engine.active() is kernels
    assert kernel_loading._marker().exists()
    assert not (tmp_path / "run").exists()


def test_compiles_once(loading: KernelLoading, compiler: type[Compiler]) -> None:
    finish(loading)
    assert len(compiler.started) == 1
    engine._active = plain
    again = KernelLoading()
    finish(again)
    again.close()
    assert len(compiler.started) == 1
    assert engine.active() is kernels


def test_compiles_again_for_other_kernels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "__file__", str(tmp_path / "engine.py"))
    text = tmp_path / "kernels.py"
    text.write_bytes(b"one")
    os.utime(text, ns=(0, 1_000_000_000))
    first = kernel_loading._marker()
    assert kernel_loading._marker() == first
    os.utime(text, ns=(0, 2_000_000_000))
    second = kernel_loading._marker()
    assert second != first
    monkeypatch.setattr(number_text, "__file__", str(tmp_path / "number_text.py"))
    (tmp_path / "number_kernel.py").write_bytes(b"of the CSV export")
    assert kernel_loading._marker() not in (first, second)


def test_loads_here_what_could_not_be_compiled_apart(
    loading: KernelLoading, compiler: type[Compiler]
) -> None:
    compiler.status = 1
    finish(loading)
    assert engine.active() is kernels
    assert not kernel_loading._marker().exists()  # the next start tries again


def test_closing_breaks_off_a_compilation(
    loading: KernelLoading, compiler: type[Compiler], monkeypatch: pytest.MonkeyPatch
) -> None:
    compiler.status = None
    began = threading.Event()
    wait = compiler.wait
    monkeypatch.setattr(compiler, "wait", lambda self: (began.set(), wait(self))[1])
    loading.start()
    assert began.wait(WAIT_S)
    loading.close()
    assert not loading._thread.is_alive()
    assert engine.active() is plain
    assert not kernel_loading._marker().exists()


def test_closing_breaks_off_a_compilation_that_is_about_to_begin(
    loading: KernelLoading, compiler: type[Compiler], monkeypatch: pytest.MonkeyPatch
) -> None:
    compiler.status = None
    reached, go_on = threading.Event(), threading.Event()
    marker = kernel_loading._marker

    def held_marker() -> Path:
        reached.set()
        assert go_on.wait(WAIT_S)
        return marker()

    monkeypatch.setattr(kernel_loading, "_marker", held_marker)
    loading.start()
    assert reached.wait(WAIT_S)
    loading._closing.set()  # as `close` does first, before it can see a compiler
    go_on.set()
    loading.close()
    assert not loading._thread.is_alive()
    assert len(compiler.started) == 1
    assert compiler.started[0].killed.is_set()
    assert engine.active() is plain


def test_nothing_begins_after_closing(loading: KernelLoading, compiler: type[Compiler]) -> None:
    loading.close()
    loading.start()
    assert not loading._thread.is_alive()
    assert compiler.started == []
    loading.close()


@pytest.mark.parametrize("error", [ImportError("no numba"), RuntimeError("no locator available")])
def test_without_numba_it_stays_plain_and_says_so(
    loading: KernelLoading,
    compiler: type[Compiler],
    error: Exception,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail() -> NoReturn:
        raise error

    monkeypatch.setattr(engine, "load_compiled", fail)
    with caplog.at_level(logging.WARNING):
        finish(loading)
    assert engine.active() is plain
    assert [record.getMessage() for record in caplog.records] == [
        f"compiled kernels cannot be used, drawing stays slower: {error}"
    ]
