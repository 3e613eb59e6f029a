"""What a person makes of a result: accepted, rejected, redrawn and added boxes. Plain functions on Findings."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from napari_mammoseg.files import atomic
from napari_mammoseg.findings import Box, Finding, Findings
from napari_mammoseg.mammogram import Spacing

Verdict = Literal["accepted", "rejected", "redrawn", "added"]
KEY = "reading"
"""The feature of a finding that holds its verdict."""


def judge(findings: Findings, id: int, verdict: Verdict) -> Findings:
    """The findings with a verdict on the one called `id`."""
    return _changed(findings, id, lambda each: _judged(each, verdict))


def redraw(findings: Findings, id: int, box: Box) -> Findings:
    """The findings with another box for the one called `id`; lengths are those of the new box."""
    spacing = findings.image.spacing_mm
    return _changed(findings, id, lambda each: replace(_judged(each, "redrawn"), **_measures(box, spacing)))


def add(findings: Findings, kind: Any, box: Box) -> Findings:
    """The findings and one that the person saw: score 1, the next free id."""
    id = max((each.id for each in findings.findings), default=0) + 1
    measures = _measures(box, findings.image.spacing_mm)
    found = Finding(id=id, kind=kind, score=1.0, features={KEY: "added"}, **measures)
    return replace(findings, findings=(*findings.findings, found))


def compare(findings: Findings, kind: str, shown: Sequence[int], drawn: Sequence[tuple[int | None, Box]]) -> Findings:
    """The findings after a person worked on the boxes of the findings `shown`.

    drawn: the boxes that are there now, each with its finding's id (None: new). One that is gone is rejected.
    """
    boxes = {each.id: each.box for each in findings.findings}
    for id, box in drawn:
        if id is None:
            findings = add(findings, kind, box)
        elif boxes[id] != box:
            findings = redraw(findings, id, box)
    for id in set(shown) - {id for id, _ in drawn}:
        findings = judge(findings, id, "rejected")
    return findings


def to_dict(findings: Findings) -> dict[str, Any]:
    """The reading as plain values: every finding that is shown, with its verdict (None: not judged)."""
    record = findings.to_dict()
    kept = ("image", "pipeline", "model", "run")
    marks = [{**each, KEY: each.get(KEY)} for each in record["findings"]]
    return {"schema": "mammoseg.reading/1", **{name: record[name] for name in kept}, "marks": marks}


def save(findings: Findings, path: Path) -> Path:
    """Writes the reading as JSON. Raises InputError if it cannot be written."""
    with atomic(path) as temporary:
        temporary.write_text(json.dumps(to_dict(findings), indent=1) + "\n", "utf-8")
    return path


def _changed(findings: Findings, id: int, change: Any) -> Findings:
    return replace(findings, findings=tuple(change(each) if each.id == id else each for each in findings.findings))


def _judged(finding: Finding, verdict: Verdict) -> Finding:
    return replace(finding, features={**finding.features, KEY: verdict})


def _measures(box: Box, spacing: Spacing | None) -> dict[str, Any]:
    rows, columns = box[2] - box[0], box[3] - box[1]
    longest = None if spacing is None else round(max(rows * spacing[0], columns * spacing[1]), 2)
    centroid = ((box[0] + box[2] - 1) / 2, (box[1] + box[3] - 1) / 2)
    return {"box": box, "centroid": centroid, "diameter_mm": longest, "area_mm2": None}
