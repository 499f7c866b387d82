"""What the card of the measuring cursors says, and what is copied."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from ecogview.data.recording import Electrode, RecordingInfo
from ecogview.dsp.reference import Reference
from ecogview.errors import RecordingError
from ecogview.model.processing import AppliedProcessing, Processing
from ecogview.services.column_reading import estimate_of
from ecogview.services.measuring import Measurement, MeasureRequest, _Both, _Figures
from ecogview.services.shown_samples import ShownAs
from ecogview.services.sources import ArraySource
from ecogview.views.measure_card import (
    COLUMNS,
    SHOWN_COLUMNS,
    card_text,
    copied_text,
    place_text,
)

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


SCORED = AppliedProcessing(Processing(zscore=True))


def both(first: int, last: int, n_done: int | None = None) -> Measurement:
    """As in the file, and a hundredth of it in z; channel 5 is shown as nothing."""
    with SOURCE.open() as opened:
        shown = ShownAs(SCORED, estimate_of(opened))
    figures = _Both(MeasureRequest(SOURCE, first, last, shown), N_CHANNELS)
    n_done = last - first + 1 if n_done is None else n_done
    rows = SAMPLES[:, first : first + n_done].T
    scored = rows / 100
    scored[:, 5] = np.nan
    figures.add(rows, scored)
    return figures.measurement(None)


def test_what_is_shown_stands_before_what_is_in_the_file() -> None:
    text = card_text(info(), (200, 700), [3, 5], both(200, 700), SCORED)
    assert text.groups == ("Shown", "In the file")
    assert text.rows[0] == ("", *("B − A", "RMS", "Peak to peak") * 2)
    part = SAMPLES[3, 200:701].astype(float)
    amounts = (part[-1] - part[0], part.std(), np.ptp(part))
    wanted = [f"{a / 100:.4g} z" for a in amounts] + [f"{a:.4g} µV" for a in amounts]
    assert text.rows[1] == ("E03", *(cell.replace("-", "−") for cell in wanted))
    assert text.rows[2][1:4] == ("n/a",) * 3
    assert text.rows[2][4].endswith(" µV")
    assert text.note == ""
    partly = card_text(info(), (200, 700), [5], both(200, 700, 100), SCORED)
    assert partly.rows[1][1:5] == ("…",) * 4


def test_what_was_measured_of_another_processing_counts_as_nothing() -> None:
    for known, applied in (
        (both(200, 700), None),
        (both(200, 700), AppliedProcessing(Processing(inverted=True))),
        (measurement(200, 700), SCORED),
    ):
        text = card_text(info(), (200, 700), [3], known, applied)
        assert set(text.rows[1][1:]) == {"…"}
        assert len(text.rows[1]) == (4 if applied is None else 7)
    again = AppliedProcessing(Processing(zscore=True))
    assert "…" not in card_text(info(), (200, 700), [3], both(200, 700), again).rows[1]


def test_the_table_has_further_columns_of_what_is_shown() -> None:
    head, row, blank = csv.reader(
        io.StringIO(copied_text(info(), both(200, 700), [3, 5])), delimiter="\t"
    )
    assert tuple(head) == COLUMNS + SHOWN_COLUMNS
    cells = dict(zip(head, row, strict=True))
    assert (cells["units"], cells["shown_units"], cells["shown_as"]) == ("µV", "z", "z-score")
    for name in ("value_a", "value_b", "delta", "rms", "peak_to_peak", "mean"):
        shown = float(cells[f"shown_{name}"])
        assert shown == pytest.approx(float(cells[name]) / 100, rel=1e-5, abs=1e-6)
    assert dict(zip(head, blank, strict=True))["shown_rms"] == "n/a"


BIPOLAR = AppliedProcessing(Processing(reference=Reference("rows")), frozenset([4]))


def placed_info() -> RecordingInfo:
    """Two rows of electrodes: the first six channels and the others."""
    found = info()
    places = (Electrode("", row=c.index // 6, col=c.index % 6) for c in found.channels)
    channels = zip(found.channels, places, strict=True)
    return replace(found, channels=tuple(replace(c, electrode=place) for c, place in channels))


def test_bipolar_rows_say_of_which_two_they_are() -> None:
    text = card_text(placed_info(), (200, 700), [3, 5, 6], None, BIPOLAR)
    assert text.groups == ("Shown", "In the file, first electrode")
    assert [row[0] for row in text.rows[1:]] == ["E03 − E05", "E05, no neighbour", "E06 − E07"]
    alone = card_text(placed_info(), (200, 700), [5], None, BIPOLAR)
    assert alone.groups == ("Shown", "In the file")


def test_what_is_copied_of_bipolar_rows_says_of_which_two_they_are() -> None:
    measured = both(200, 700)
    assert measured.request.shown is not None
    shown = replace(measured.request.shown, applied=BIPOLAR)
    measured = replace(measured, request=replace(measured.request, shown=shown))
    text = copied_text(placed_info(), measured, [0, 3, 5])
    lines = list(csv.DictReader(io.StringIO(text), delimiter="\t"))
    assert [line["shown_channel"] for line in lines] == [
        "'=A1+1 − E01", "E03 − E05", "E05, no neighbour"
    ]  # fmt: skip
    assert [line["channel"] for line in lines] == ["'=A1+1", "E03", "E05"]  # of the file
    assert lines[2]["shown_rms"] == "n/a"
    assert {line["shown_as"] for line in lines} == {"bipolar along rows"}
