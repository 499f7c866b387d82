"""The experiment's JSON of an exported recording: cut to its channels, and where it is from."""

from __future__ import annotations

import json
from typing import Any

from ecogview.data.experiment import Experiment
from ecogview.data.exporters.exporter import provenance
from ecogview.data.exporters.plan import ExportPlan

KEY = "ecogview_export"


def experiment_json(plan: ExportPlan, content: dict[str, Any]) -> bytes:
    """Return the JSON for what a plan exports.

    Of the drives only the exported one stays, with the electrodes of the channels, so that scripts
    that take the first drive read the right labels. ``acquire.microdrive``, where it lists the
    same drives, is cut alike. What is exported and from where stands under ``ecogview_export``,
    what stood there before under its ``of_export``. NaN stays NaN,
    as MATLAB writes it; all text is ASCII.

    Parameters
    ----------
    plan : ExportPlan
    content : dict
        Of the recording's own JSON, which has been opened as its recording: the drive is there.
    """
    hardware = content["hardware"]
    drives = _listed(hardware["microdrive"])
    place = _place_of(drives, plan.info.microdrive_name)
    drive = drives[place]
    electrodes = _listed(drive["electrodes"])
    cut: dict[str, Any] = {
        **content,
        "hardware": {
            **hardware,
            "microdrive": [{**drive, "electrodes": _labelled(electrodes, plan)}],
        },
    }
    acquire = content.get("acquire")
    if isinstance(acquire, dict):
        alike = _acquired(acquire.get("microdrive"), len(drives), place, len(electrodes), plan)
        if alike is not None:
            cut["acquire"] = {**acquire, "microdrive": [alike]}
    cut[KEY] = {
        "source": plan.info.path.name,
        "source_folder": str(plan.info.path.parent.absolute()),
        "start_sample": plan.start,
        "stop_sample": plan.stop,
        "sampling_rate": plan.info.sampling_rate,
        "channels": list(plan.channels),
        "labels": list(plan.labels),
        "bad_samples": str(plan.bad_samples),
        "processing": plan.processing,
        "summary": provenance(plan),
    }
    if KEY in content:  # of an export of an export: where that was from
        cut[KEY]["of_export"] = content[KEY]
    return json.dumps(cut, indent=1).encode("ascii")


def changed_labels(plan: ExportPlan, experiment: Experiment) -> list[str]:
    """Labels that will read otherwise in the exported recording: those told apart by number."""
    there = experiment.channels(plan.info.microdrive_name)[0]
    return [
        f"{label} as {channel.label}"
        for label, channel in zip(plan.labels, there, strict=True)
        if label != channel.label
    ]


def _labelled(electrodes: list[Any], plan: ExportPlan) -> list[Any]:
    """Electrodes of the channels; one without a label gets the one it is called by."""
    kept = []
    for channel in plan.channels:
        entry, label = electrodes[channel], plan.info.channels[channel].electrode.label
        known = entry if isinstance(entry, dict) else {}
        text = known.get("label")
        has_label = isinstance(text, str) and bool(text.strip())
        kept.append(known if has_label else {**known, "label": label})
    return kept


def _acquired(drives: object, n_drives: int, place: int, n_all: int, plan: ExportPlan) -> Any:
    """The entry of ``acquire.microdrive`` for the drive; None where the list is of others."""
    if not isinstance(drives, list) or len(drives) != n_drives:
        return None
    drive = drives[place]
    electrodes = drive.get("electrodes") if isinstance(drive, dict) else None
    if not isinstance(electrodes, list) or len(electrodes) != n_all:
        return drive
    return {**drive, "electrodes": [electrodes[channel] for channel in plan.channels]}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]  # MATLAB writes a list of one as the one


def _place_of(drives: list[Any], name: str) -> int:
    """Place of the drive that the recording was opened with; see `Experiment.channels`."""
    places = [i for i, drive in enumerate(drives) if isinstance(drive, dict)]
    named = [i for i in places if drives[i].get("name") == name]
    return (named or places)[0]
