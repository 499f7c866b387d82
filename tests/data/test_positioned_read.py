"""Reading at a position, by either way the platform may offer, of files and of what is none."""

from __future__ import annotations

import errno
import os
import socket
import stat
from pathlib import Path

import numpy as np
import pytest

from ecogview.data import positioned_read
from ecogview.data.positioned_read import PositionedFile, check_regular
from ecogview.errors import RecordingError

CONTENT = np.arange(1000, dtype=np.uint8) % 251

has_preadv = pytest.mark.skipif(not hasattr(os, "preadv"), reason="this platform lacks preadv")


@pytest.fixture(
    params=[pytest.param("_positioned", marks=has_preadv), "_seek_and_read"], autouse=True
)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(positioned_read, "read_at", getattr(positioned_read, request.param))
    return str(request.param)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(CONTENT.tobytes())
    return path


@pytest.mark.parametrize(("offset", "length", "got"), [
    (0, 1000, 1000), (999, 1, 1), (3, 0, 0), (990, 20, 10), (1000, 5, 0), (5000, 5, 0)
])  # fmt: skip
def test_reads_at_an_offset(path: Path, offset: int, length: int, got: int) -> None:
    buffer = np.full(length, 255, np.uint8)
    with PositionedFile(path) as file:
        assert file.size == 1000
        assert file.read_into(buffer, offset) == got
    np.testing.assert_array_equal(buffer[:got], CONTENT[offset : offset + got])
    assert (buffer[got:] == 255).all()


def test_long_reads_are_made_in_parts(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(positioned_read, "_MAX_READ", 64)
    buffer = np.empty(900, np.uint8)
    with PositionedFile(path) as file:
        assert file.read_into(buffer, 50) == 900
    np.testing.assert_array_equal(buffer, CONTENT[50:950])


def test_short_reads_go_on(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = positioned_read.read_at
    monkeypatch.setattr(positioned_read, "read_at", lambda fd, view, at: whole(fd, view[:7], at))
    buffer = np.empty(100, np.uint8)
    with PositionedFile(path) as file:
        assert file.read_into(buffer, 1) == 100
    np.testing.assert_array_equal(buffer, CONTENT[1:101])


def test_a_failing_drive_is_a_recording_error(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(descriptor: int, view: memoryview, offset: int) -> int:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(positioned_read, "read_at", fail)
    with PositionedFile(path) as file, pytest.raises(RecordingError, match="at byte 7: Input"):
        file.read_into(np.empty(4, np.uint8), 7)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="is a folder"):
        PositionedFile(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this platform lacks FIFOs")
def test_a_fifo_is_refused_without_blocking(tmp_path: Path) -> None:
    path = tmp_path / "fifo.dat"
    os.mkfifo(path)
    with pytest.raises(RecordingError, match="is a FIFO"):
        PositionedFile(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this platform lacks FIFOs")
def test_a_fifo_that_took_the_files_place_is_refused_without_blocking(
    tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    monkeypatch.setattr(positioned_read, "check_regular", lambda _: path.stat())
    with pytest.raises(RecordingError, match="is a FIFO"):
        PositionedFile(fifo)


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="this platform lacks Unix sockets")
def test_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # names of sockets are short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s")
        with pytest.raises(RecordingError, match="is a socket"):
            PositionedFile("s")


@pytest.mark.skipif(not Path("/dev/zero").is_char_device(), reason="this platform has no /dev/zero")
def test_a_device_is_refused() -> None:
    with pytest.raises(RecordingError, match="is a device"):
        PositionedFile("/dev/zero")


@pytest.mark.parametrize("name", ["absent", "a\0b", "\ud800.dat", "x" * 5000, "file/below"])
def test_odd_paths_are_one_clear_line(tmp_path: Path, path: Path, name: str) -> None:
    with pytest.raises(RecordingError) as caught:
        PositionedFile(tmp_path / name)
    text = str(caught.value)
    assert "\n" not in text
    assert text.isprintable()


def test_names_of_undecodable_bytes_can_be_opened(tmp_path: Path) -> None:
    path = tmp_path / "\udcff.dat"
    try:
        path.write_bytes(b"123")
    except (OSError, UnicodeEncodeError):
        pytest.skip("this file system has Unicode names only")
    with PositionedFile(path) as file:
        assert file.size == 3


def test_a_file_without_permission_says_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Raised here, since root may read everything.
    def refuse(*args: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(positioned_read.os, "open", refuse)
    with pytest.raises(RecordingError, match=r"may not be read; ask for permission"):
        PositionedFile(path)


def test_closed_and_not_another_file(path: Path, tmp_path: Path) -> None:
    file = PositionedFile(path)
    file.close()
    with path.open("rb"), pytest.raises(RecordingError, match="closed"):
        file.read_into(np.empty(3, np.uint8), 0)  # its descriptor's number is in use again
    assert file.size_now() == 0


def test_size_now_follows_the_file(path: Path) -> None:
    with PositionedFile(path) as file:
        os.truncate(path, 10)
        assert (file.size, file.size_now()) == (1000, 10)


def test_check_regular_gives_the_status(path: Path) -> None:
    assert stat.S_ISREG(check_regular(path).st_mode)
