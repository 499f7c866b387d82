"""What people choose of filters and references, and what keeps a recording from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ecogview.dsp.reference import Reference, ReferenceKind
from ecogview.errors import printable
from ecogview.model.processing import BAND_PRESETS_HZ, NOTCH_PRESETS_HZ, Processing
from ecogview.model.session import Session

_KINDS: tuple[tuple[ReferenceKind, str], ...] = (
    ("recorded", "As recorded"),
    ("average", "Common average"),
    ("median", "Common median"),
    ("rows", "Bipolar along rows"),
    ("columns", "Bipolar along columns"),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A line of a menu: its words, what choosing it makes, and why it cannot be chosen."""

    text: str
    processing: Processing
    is_chosen: bool
    problem: str | None = None


def problem_in(session: Session, processing: Processing) -> str | None:
    """Why this cannot be done to the recording that is open; None if it can."""
    info, has_grid = session.info, session.channels.has_grid
    if info is None:
        return None
    return processing.problem(info.sampling_rate, info.n_channels, has_grid=has_grid)


def band_choices(session: Session, now: Processing) -> list[Choice]:
    """No band, the usual ones, and that of `now` where it is another."""
    bands = [(None, None), *BAND_PRESETS_HZ]
    if (now.highpass_hz, now.lowpass_hz) not in bands:
        bands.append((now.highpass_hz, now.lowpass_hz))
    choices = []
    for high, low in bands:
        alone = Processing(high, low)
        band = replace(now, highpass_hz=high, lowpass_hz=low)
        text = _capital(alone.describe()) or "No band"
        choices.append(Choice(text, band, band == now, problem_in(session, alone)))
    return choices


def notch_choices(session: Session, now: Processing) -> list[Choice]:
    """No notch, those of mains, and that of `now` where it is another."""
    choices = [Choice("No notch", replace(now, notch_hz=None), now.notch_hz is None)]
    own = {now.notch_hz} - {None, *NOTCH_PRESETS_HZ}
    for hz in (*NOTCH_PRESETS_HZ, *own):
        notch = replace(now, notch_hz=hz)
        text = f"Notch {hz:g} Hz" + (" and harmonics" if now.n_harmonics else "")
        problem = problem_in(session, Processing(notch_hz=hz))
        choices.append(Choice(text, notch, notch == now, problem))
    return choices


def band_stop_choices(now: Processing) -> list[Choice]:
    """The band-stop of `now`, to be given up; nothing where there is none."""
    if now.band_stop_hz is None:
        return []
    text = _capital(Processing(band_stop_hz=now.band_stop_hz).describe())
    return [Choice(text, replace(now, band_stop_hz=None), is_chosen=True)]


def reference_choices(session: Session, now: Processing) -> list[Choice]:
    """The kinds of reference, and that of `now` where it is of chosen channels."""
    references = [(text, Reference(kind)) for kind, text in _KINDS]
    if now.reference not in [reference for _, reference in references]:
        labels = () if session.info is None else session.info.labels
        alone = Processing(reference=now.reference)
        text = _capital(printable(alone.describe(labels, session.bad_channels)))
        references.append((text, now.reference))
    return [_reference_choice(session, now, text, reference) for text, reference in references]


def selected_choices(session: Session, now: Processing) -> list[Choice]:
    """References of the selected channels; what is missing is said where too few are selected."""
    chosen = tuple(sorted(session.channels.selected))
    return [
        _reference_choice(session, now, text, Reference(kind, chosen))
        if problem is None
        else Choice(text, now, is_chosen=False, problem=problem)
        for kind, text, problem in _of_selected(session, chosen)
    ]


def _of_selected(
    session: Session, chosen: tuple[int, ...]
) -> Iterator[tuple[ReferenceKind, str, str | None]]:
    """Kind, words and problem of each."""
    some = None if chosen else "Select channels first: Ctrl+click their labels."
    one = None if len(chosen) == 1 else "Select one channel first: Ctrl+click its label."
    which = f"the {len(chosen)} selected" if len(chosen) > 1 else "the selected channels"
    yield "average", f"Average of {which}", some
    yield "median", f"Median of {which}", some
    info = session.info
    label = printable(info.channels[chosen[0]].label) if info and one is None else ""
    yield "channel", f"Against the selected {label or 'channel'}", one


def _reference_choice(session: Session, now: Processing, text: str, reference: Reference) -> Choice:
    problem = problem_in(session, Processing(reference=reference))
    return Choice(text, replace(now, reference=reference), reference == now.reference, problem)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
