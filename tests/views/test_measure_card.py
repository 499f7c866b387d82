"""What the card of the measuring cursors says, and what is copied."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from ecogview.data.recording import RecordingInfo
from ecogview.errors import RecordingError
from ecogview.services.measuring import Measurement, MeasureRequest, _Figures
from ecogview.services.sources import ArraySource
from ecogview.views.measure_card import COLUMNS, card_text, copied_text, place_text

N_CHANNELS = 12
RNG = np.random.default_rng(8)
SAMPLES = RNG.normal(0, 40, (N_CHANNELS, 4000)).astype(np.float32)
SOURCE = ArraySource(SAMPLES, 2000.0, ("=A1+1", *(f"E{i:02}" for i in range(1, N_CHANNELS))))


def info() -> RecordingInfo:
    with SOURCE.open() as opened:
        return opened.info


def measurement(first: int, last: int, n_done: int | None = None, **kwargs: object) -> Measurement:
    figures = _Figures(N_CHANNELS)
    n_done = last - first + 1 if n_done is None else n_done
    figures.add(SAMPLES[:, first : first + n_done].T)
    return figures.measurement(MeasureRequest(SOURCE, first, last), kwargs.get("failure"))


def test_figures_of_the_stretch() -> None:
    text = card_text(info(), (200, 700), [3, 5], measurement(200, 700))
    assert text.title == "0.2500 s"
    assert text.aside == "4 Hz   500 samples"
    assert text.rows[0] == ("", "B − A", "RMS", "Peak to peak")
    part = SAMPLES[3, 200:701].astype(float)
    delta = f"{part[-1] - part[0]:.4g} µV".replace("-", "−")
    assert text.rows[1] == ("E03", delta, f"{part.std():.4g} µV", f"{np.ptp(part):.4g} µV")
    assert [row[0] for row in text.rows[1:]] == ["E03", "E05"]
    assert text.note == ""


def test_what_is_not_known_yet_is_not_told() -> None:
    for known in (None, measurement(200, 699)):  # of another stretch
        text = card_text(info(), (200, 700), [3], known)
        assert text.rows[1] == ("E03", "…", "…", "…")
    partly = card_text(info(), (0, 999), [3], measurement(0, 999, 250))
    assert partly.note == "25 % read"
    assert partly.rows[1][1] == "…"
    gone = measurement(0, 999, 250, failure=RecordingError("a.dat", "ends"))
    assert "250 of 1,000 samples" in card_text(info(), (0, 999), [3], gone).note


def test_one_sample_many_channels_and_none() -> None:
    text = card_text(info(), (7, 7), list(range(N_CHANNELS)), measurement(7, 7))
    assert (text.title, text.aside) == ("0.0000 s", "one sample")
    assert len(text.rows) == 1 + 8
    assert text.note == "and 4 more channels"
    text = card_text(info(), (7, 9), [], measurement(7, 9))
    assert text.note == "Point at a channel, or select some"


@pytest.mark.parametrize(("first", "last"), [(200, 700), (7, 7)])
def test_what_is_copied_is_a_plain_table(first: int, last: int) -> None:
    text = copied_text(info(), measurement(first, last), [0, 5])
    head, formula, row = csv.reader(io.StringIO(text), delimiter="\t")
    assert tuple(head) == COLUMNS
    assert formula[0] == "'=A1+1"  # no spreadsheet takes it for one
    cells = dict(zip(head, row, strict=True))
    part = SAMPLES[5, first : last + 1].astype(float)
    assert (cells["channel"], cells["units"]) == ("E05", "µV")
    assert float(cells["a_s"]) == first / 2000
    assert float(cells["delta_t_s"]) == (last - first) / 2000
    assert cells["rate_hz"] == ("4" if last > first else "n/a")
    for name, value in (
        ("value_a", part[0]), ("value_b", part[-1]), ("delta", part[-1] - part[0]),
        ("rms", part.std()), ("peak_to_peak", np.ptp(part)), ("mean", part.mean()),
    ):  # fmt: skip
        assert float(cells[name]) == pytest.approx(value, rel=1e-8, abs=1e-9)


def test_a_cursor_is_named_with_its_time() -> None:
    assert place_text("A", 12_345, 1000.0) == "A  0:12.345"
