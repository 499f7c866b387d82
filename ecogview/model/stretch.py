"""A stretch of a recording as it is typed: times to samples, and what is no stretch of it."""

from __future__ import annotations

from ecogview.model.clock import decimals_for, format_time, nearest_sample, parse_time


def typed_sample(text: str, sampling_rate: float) -> int:
    """The sample nearest to a time as typed, `"73.5"`, `"1:13.5"` or `"2:01:13.5"`.

    Raises
    ------
    ValueError
        If it is no time.
    """
    return nearest_sample(parse_time(text), sampling_rate)


def checked_stretch(start: int, stop: int, n_samples: int, sampling_rate: float) -> tuple[int, int]:
    """The stretch of samples ``[start, stop)``, as it is.

    Raises
    ------
    ValueError
        If it goes beyond the end of the recording, which is told first: what lies beyond also
        starts after it stops, mostly; or if it holds no sample.
    """
    if max(start, stop) > n_samples or start == n_samples:
        end = format_time(n_samples / sampling_rate, time_decimals(sampling_rate))
        raise ValueError(f"The recording ends at {end}")
    if start >= stop:
        raise ValueError("A stretch must start before it stops")
    return start, stop


def time_decimals(sampling_rate: float) -> int:
    """Decimals that tell samples apart: what is shown is typed back without a loss."""
    return decimals_for(1 / sampling_rate)


def sample_time(sample: int, sampling_rate: float) -> str:
    """The time of a sample as it is shown, to be typed back."""
    return format_time(sample / sampling_rate, time_decimals(sampling_rate))
