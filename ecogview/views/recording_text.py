"""What the browser says of a recording, in words and figures."""

from __future__ import annotations

from ecogview.errors import printable
from ecogview.model.clock import format_time
from ecogview.services.folder_scan import RecordingEntry

NO_MASK = "–"
_UNITS = ("B", "kB", "MB", "GB", "TB")


def format_size(n_bytes: int) -> str:
    """Decimal units, as file managers show them: "987 B", "2.5 MB", "26.8 GB"."""
    if n_bytes < 1000:
        return f"{n_bytes} B"
    step = next((i for i in (1, 2, 3) if n_bytes < 999.5 * 1000**i), 4)
    size = n_bytes / 1000**step
    return f"{size:.{1 if size < 99.95 else 0}f} {_UNITS[step]}"


def format_percent(fraction: float) -> str:
    """One decimal; what is little is not called nothing, nor what is nearly all everything."""
    if 0 < fraction < 0.0005:
        return "<0.1 %"
    if 0.9995 <= fraction < 1:
        return ">99.9 %"
    return "100 %" if fraction >= 1 else f"{100 * fraction:.1f} %"


def format_channels(n_channels: int) -> str:
    return f"{n_channels} channel{'s' if n_channels != 1 else ''}"


def title_of(entry: RecordingEntry) -> str:
    return printable(entry.name)


def length_of(entry: RecordingEntry) -> str:
    return "" if entry.duration_s is None else format_time(entry.duration_s)


def channels_of(entry: RecordingEntry) -> str:
    return "" if entry.n_channels is None else str(entry.n_channels)


def size_of(entry: RecordingEntry) -> str:
    return "" if entry.n_bytes is None else format_size(entry.n_bytes)


def masked_of(entry: RecordingEntry) -> str:
    """Percent masked, a dash where there is no mask, nothing where that is not known (yet)."""
    if entry.masked_fraction is not None:
        return format_percent(entry.masked_fraction)
    return NO_MASK if entry.has_mask is False else ""


def in_words(text: str, what: str) -> str:
    """A figure where no caption says what it is: "3.1 % masked", "no mask"."""
    if what == "channels":
        return text and f"{text} ch"
    if what == "masked":
        return "no mask" if text == NO_MASK else text and f"{text} masked"
    return text


def facts_of(entry: RecordingEntry) -> str:
    """All facts on one line, or what is wrong and what to do."""
    if entry.problem:
        return printable(f"{entry.problem}; {entry.remedy}" if entry.remedy else entry.problem)
    facts = [entry.rec_type, length_of(entry)]
    if entry.n_channels is not None:
        facts.append(format_channels(entry.n_channels))
    if entry.sampling_rate is not None:
        facts.append(f"{entry.sampling_rate:,.10g} Hz")
    facts.append(size_of(entry))
    if entry.masked_fraction is not None:
        facts.append(f"{format_percent(entry.masked_fraction)} masked")
    elif entry.mask_problem:
        facts.append(f"the mask file {printable(entry.mask_problem)}")
    elif entry.has_mask is False:
        facts.append("no mask")
    if entry.mask_elsewhere is not None:
        facts.append(f"the mask is kept in {printable(str(entry.mask_elsewhere))}")
    return ", ".join(fact for fact in facts if fact)
