"""``ecogview info``: what `DataFile` knows of a recording, as JSON or text."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecogview.errors import MaskFileError, printable
from ecogview.services.layout_option import LAYOUT_ADVICE

if TYPE_CHECKING:
    from ecogview.data.recording import Layout

_FACTS = (
    *("data_file_path", "exp_file_path", "mask_file_path", "rec_id", "microdrive_name"),
    *("rec_type", "srate", "data_type", "n_ch", "n_sample", "t_total", "units", "layout"),
    "ch_labels",
)


def facts_of(path: Path, *, layout: Layout | None = None) -> dict[str, Any]:
    """What `DataFile` knows, by its attribute names; what an unreadable mask hides is None.

    `layout` is the order of the samples, by default that of the type.
    """
    from ecogview.data.data_file import DataFile, warnings_advising

    with DataFile(path, layout=layout) as data_file:
        facts: dict[str, Any] = {name: _plain(getattr(data_file, name)) for name in _FACTS}
        for name in ("bad_channels", "bad_spans", "masked_fraction"):
            try:
                facts[name] = getattr(data_file, name)
            except MaskFileError:
                facts[name] = None
        facts["electrodes"] = [
            {name: _plain(getattr(e, name)) for name in ("label", "x", "y", "row", "col")}
            for e in data_file.electrodes
        ]
        facts["warnings"] = warnings_advising(data_file, LAYOUT_ADVICE)
    return facts


def as_json(facts: dict[str, Any]) -> str:
    """Facts as an object with a line for each; times in seconds."""
    # Not `indent`: with it, millions of bad spans take half a minute and gigabytes.
    lines = (f' "{name}": {json.dumps(fact, allow_nan=False)}' for name, fact in facts.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def as_text(facts: dict[str, Any]) -> str:
    """Facts as people read them, without positions and single spans."""
    if facts["masked_fraction"] is None:
        bad, masked = "the mask cannot be read", "the mask cannot be read"
    else:
        labels = facts["bad_channels"]
        bad = f"{len(labels)} bad: {', '.join(labels)}" if labels else "none bad"
        masked = f"{facts['masked_fraction']:.2%} in {len(facts['bad_spans'])} spans"
    rows = [
        ("file", facts["data_file_path"]),
        ("recording", f"{facts['rec_id']} · {facts['microdrive_name']} · {facts['rec_type']}"),
        (
            "samples",
            f"{facts['n_sample']:,} at {facts['srate']:.10g} Hz = {facts['t_total']:,.3f} s",
        ),
        ("stored as", f"{facts['data_type']}, {facts['units']}, {facts['layout']}"),
        ("channels", f"{facts['n_ch']}, {bad}"),
        ("masked", masked),
        *(("warning", warning) for warning in facts["warnings"]),
    ]
    return "".join(f"{name:<10} {printable(str(value))}\n" for name, value in rows)


def _plain(value: Any) -> Any:
    """`value` as JSON has it: no NaN, no infinity, no NumPy."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return str(value)
