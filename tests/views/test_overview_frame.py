from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecogview.model.time_window import MIN_LENGTH, TimeWindow
from ecogview.views.overview_frame import LEAST_WIDTH, Frame, FrameDrag, FramePart, TimeScale

N = 7_207_000
SCALE = TimeScale(54, 1288, N)
sizes = st.tuples(st.integers(1, N), st.floats(20, 4000))


def scale_and_window(n: int, width: float, start: float, length: float) -> tuple:  # type: ignore[type-arg]
    return TimeScale(54, width, n), TimeWindow.clamped(start * n, length * n, n)


@given(sizes, st.floats(0, 1), st.floats(0, 1))
def test_a_frame_holds_its_window_lies_on_the_map_and_can_be_seen(
    size: tuple[int, float], start: float, length: float
) -> None:
    scale, window = scale_and_window(*size, start, length)
    frame = Frame.of(window, scale)
    assert frame.width >= LEAST_WIDTH - 1e-9
    assert frame.left >= scale.left - 1e-9
    assert frame.right <= scale.left + scale.width + 1e-9
    assert frame.left <= scale.x_of(window.start) + 1e-6
    assert frame.right >= scale.x_of(window.stop) - 1e-6


def test_wide_frames_are_exact() -> None:
    window = TimeWindow(1_000_003, 999_983, N)
    frame = Frame.of(window, SCALE)
    assert frame.left == 54 + 1_000_003 * 1288 / N
    assert frame.right == 54 + 1_999_986 * 1288 / N


@given(st.floats(-1e4, 1e4))
def test_x_and_sample_are_inverse(x: float) -> None:
    assert SCALE.x_of(SCALE.sample_at(x)) == pytest.approx(x)


@pytest.mark.parametrize(
    ("x", "part"),
    [
        (194.9, FramePart.OUTSIDE), (195, FramePart.START), (204.9, FramePart.START),
        (205, FramePart.INSIDE), (295, FramePart.INSIDE), (295.1, FramePart.STOP),
        (305, FramePart.STOP), (305.1, FramePart.OUTSIDE),
    ],
)  # fmt: skip
def test_parts_of_a_wide_frame(x: float, part: FramePart) -> None:
    assert Frame(200, 300).part_at(x) is part


@pytest.mark.parametrize("width", [LEAST_WIDTH, 9, 14, 16, 22])
def test_even_a_narrow_frame_has_a_middle_and_two_edges(width: float) -> None:
    frame = Frame(200, 200 + width)
    assert frame.part_at(196) is FramePart.START
    assert frame.part_at(200 + width / 2) is FramePart.INSIDE
    assert frame.part_at(200 + width + 4) is FramePart.STOP
    inside = [x / 10 for x in range(1900, 2400) if frame.part_at(x / 10) is FramePart.INSIDE]
    assert inside[-1] - inside[0] >= min(width / 2, LEAST_WIDTH) - 0.2


@given(st.floats(54, 1342), st.floats(-2000, 4000), st.integers(0, N), st.integers(1, N))
def test_whatever_the_mouse_does_the_window_stays_in_the_recording(
    x: float, to: float, start: int, length: int
) -> None:
    window = TimeWindow.clamped(start, length, N)
    drag = FrameDrag.begin(window, SCALE, x)
    moved = drag.moved_to(SCALE.sample_at(to))
    assert 0 <= moved.start < moved.stop <= N
    assert moved.length >= MIN_LENGTH
    assert drag.moved_to(SCALE.sample_at(x)) == drag.window  # nothing jumps on a press
    if drag.part is FramePart.INSIDE:
        assert moved.length == window.length
    if drag.part is FramePart.START:
        assert moved.stop == window.stop
    if drag.part is FramePart.STOP:
        assert moved.start == window.start


def test_scrubbing_reaches_both_ends() -> None:
    drag = FrameDrag.begin(TimeWindow(3_000_000, 10_000, N), SCALE, 54 + 3_005_000 * 1288 / N)
    assert drag.part is FramePart.INSIDE
    assert drag.moved_to(SCALE.sample_at(0)).start == 0
    assert drag.moved_to(SCALE.sample_at(5000)).stop == N


def test_a_press_elsewhere_brings_the_window_there_and_scrubs_on() -> None:
    drag = FrameDrag.begin(TimeWindow(0, 10_000, N), SCALE, 54 + 644)
    assert drag.part is FramePart.INSIDE
    assert drag.window == TimeWindow(N // 2 - 5000, 10_000, N)
    assert drag.moved_to(drag.grabbed + 123).start == drag.window.start + 123


def test_edges_move_to_the_sample_and_stop_short_of_each_other() -> None:
    window = TimeWindow(1_000_000, 500_000, N)
    left = FrameDrag.begin(window, SCALE, SCALE.x_of(1_000_000) - 2)
    assert left.part is FramePart.START
    assert left.moved_to(left.grabbed + 1) == TimeWindow(1_000_001, 499_999, N)
    assert left.moved_to(N) == TimeWindow(1_500_000 - MIN_LENGTH, MIN_LENGTH, N)
    assert left.moved_to(-N) == TimeWindow(0, 1_500_000, N)
    right = FrameDrag.begin(window, SCALE, SCALE.x_of(1_500_000) + 2)
    assert right.part is FramePart.STOP
    assert right.moved_to(right.grabbed - 7) == TimeWindow(1_000_000, 499_993, N)
    assert right.moved_to(-N) == TimeWindow(1_000_000, MIN_LENGTH, N)
    assert right.moved_to(2 * N) == TimeWindow(1_000_000, N - 1_000_000, N)


def test_a_recording_of_three_samples_can_be_pulled_at() -> None:
    scale, window = TimeScale(54, 100, 3), TimeWindow(0, 3, 3)
    for x in (54, 80, 154):
        assert FrameDrag.begin(window, scale, x).moved_to(1) == window


def test_needs_no_qt() -> None:
    code = "import sys, ecogview.views.overview_frame; sys.exit('PyQt6' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
