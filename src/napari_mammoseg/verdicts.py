"""What a person makes of a result: accepted, rejected, redrawn and added boxes, categories and comments.

Plain functions on Findings.

Nothing is lost: every verdict stays in the order in which it was given, and an added finding alone can be deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal

from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import Box, Finding, Findings
from napari_mammoseg.kinds import KINDS, Kind
from napari_mammoseg.mammogram import Spacing

Verdict = Literal["accepted", "rejected", "redrawn", "added"]
KEY = "reading"
"""The feature of a finding that holds its present verdict. A judged box that is redrawn stays accepted or rejected."""
HISTORY = "verdicts"
"""The feature that holds all verdicts on a finding, the first one first, separated by commas."""
CATEGORY, COMMENT = "birads", "comment"
"""The features that hold the BI-RADS category of a finding, and what a person wrote of it."""
WHEN = "read_at"
"""The feature that holds when a person last changed anything of a finding, in UTC as ISO 8601."""
SEEN = "seen_at"
"""In the summary of the findings: when a person said that she has read the whole image, in UTC as ISO 8601."""
GIVEN = (KEY, HISTORY, CATEGORY, COMMENT, WHEN)
"""The features that a person gives and no run."""
CATEGORIES = ("0", "1", "2", "3", "4", "4A", "4B", "4C", "5", "6")
"""BI-RADS assessment categories (American College of Radiology, 5th edition, 2013); 4 may be divided into A, B, C."""
SMALLEST = 5
"""Pixels along the shorter side of the smallest box that a person may draw."""
Drawn = tuple[int | None, Box]
"""A box that is on the image now, and the id of its finding (None: new)."""


def judge(findings: Findings, id: int, verdict: Verdict) -> Findings:
    """The findings with a verdict on the one called `id`."""
    return _changed(findings, id, lambda each: _judged(each, verdict))


def categorise(findings: Findings, id: int, category: str | None) -> Findings:
    """The findings with a BI-RADS category on the one called `id`; None takes it away. Raises InputError for others."""
    if category is not None and category not in CATEGORIES:
        raise InputError(category, "is no BI-RADS category", f"choose from {', '.join(CATEGORIES)}")
    return _changed(findings, id, lambda each: _with(each, CATEGORY, category))


def comment(findings: Findings, id: int, text: str) -> Findings:
    """The findings with a person's words (empty: none) on the one called `id`."""
    return _changed(findings, id, lambda each: _with(each, COMMENT, text.strip() or None))


def timed(before: Findings, after: Findings, when: datetime) -> Findings:
    """The findings `after` a person's change, with the time of it on all that differ from `before`."""
    known = {each.id: each for each in before.findings}
    at = _utc(when)
    return replace(
        after,
        findings=tuple(each if each == known.get(each.id) else _with(each, WHEN, at) for each in after.findings),
    )


def seen(findings: Findings, when: datetime) -> Findings:
    """The findings of an image that a person has read, whatever she judged or found on it."""
    return replace(findings, summary={**findings.summary, SEEN: _utc(when)})


def redraw(findings: Findings, id: int, box: Box) -> Findings:
    """The findings with another box for the one called `id`; lengths are those of the new box."""
    spacing = findings.image.spacing_mm
    return _changed(findings, id, lambda each: replace(_redrawn(each), **_measures(each.kind, box, spacing)))


def add(findings: Findings, kind: Any, box: Box) -> Findings:
    """The findings and one that the person saw: the next free id, and the highest score, so that no threshold hides it.

    Tables and files leave its score empty (`shown_score`).
    """
    id = max((each.id for each in findings.findings), default=0) + 1
    measures = _measures(kind, box, findings.image.spacing_mm)
    found = Finding(id=id, kind=kind, score=1.0, features={KEY: "added", HISTORY: "added"}, **measures)
    return replace(findings, findings=(*findings.findings, found))


def delete(findings: Findings, id: int) -> Findings:
    """The findings after the person deleted the box called `id`: an added one is gone, any other is rejected."""
    if not any(each.id == id and is_added(each) for each in findings.findings):
        return judge(findings, id, "rejected")
    return replace(findings, findings=tuple(each for each in findings.findings if each.id != id))


def compare(findings: Findings, kind: Kind, shown: Sequence[int], drawn: Iterable[Drawn]) -> Findings:
    """The findings after a person worked on the boxes of the findings `shown`.

    The first box with the id of one of them is its box; any other box is new. One that is gone is deleted.
    """
    boxes = {each.id: each.box for each in findings.findings if each.id in shown}
    gone = set(boxes)
    for id, box in drawn:
        if id not in gone:
            findings = add(findings, kind, box)
            continue
        gone.remove(id)
        if boxes[id] != box:
            findings = redraw(findings, id, box)
    for id in sorted(gone):
        findings = delete(findings, id)
    return findings


def fitted(box: Box, findings: Findings) -> Box:
    """The part of `box` that lies in the image. Raises InputError where it is outside or too small for a lesion."""
    row0, column0, row1, column1 = box
    rows, columns = findings.image.rows, findings.image.columns
    inside = (max(row0, 0), max(column0, 0), min(row1, rows), min(column1, columns))
    height, width = inside[2] - inside[0], inside[3] - inside[1]
    if height <= 0 or width <= 0:
        raise InputError("the box", "lies outside the image", "draw it on the image")
    if min(height, width) < SMALLEST:
        raise InputError(
            "the box",
            f"has {height} × {width} pixels on the image, too few for a lesion",
            f"draw one of at least {SMALLEST} × {SMALLEST}",
        )
    return inside


def diameter(kind: Kind, box: Box, spacing: Spacing | None) -> float | None:
    """The diameter in mm of a finding of which only the box is known; None where the spacing is unknown."""
    if spacing is None:
        return None
    height, width = (box[2] - box[0]) * spacing[0], (box[3] - box[1]) * spacing[1]
    return round(KINDS[kind].measure(height, width, None), 2)


def is_added(finding: Finding) -> bool:
    """Whether a person drew the finding, which no run found."""
    return "added" in history(finding)


def shown_score(finding: Finding) -> float | None:
    """The score of the run; None for what a person added."""
    return None if is_added(finding) else finding.score


def history(finding: Finding) -> list[str]:
    """All verdicts on the finding, the first one first."""
    return [each for each in str(finding.features.get(HISTORY) or "").split(", ") if each]


def _utc(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="seconds")


def _changed(findings: Findings, id: int, change: Any) -> Findings:
    return replace(findings, findings=tuple(change(each) if each.id == id else each for each in findings.findings))


def _with(finding: Finding, name: str, value: str | None) -> Finding:
    """The finding with that feature, or without it."""
    others = {each: known for each, known in finding.features.items() if each != name}
    return replace(finding, features=others if value is None else {**others, name: value})


def _judged(finding: Finding, verdict: Verdict) -> Finding:
    verdicts = ", ".join((*history(finding), verdict))
    return replace(finding, features={**finding.features, KEY: verdict, HISTORY: verdicts})


def _redrawn(finding: Finding) -> Finding:
    """With the verdict "redrawn"; what was judged or added before stays so."""
    if is_added(finding):
        return finding
    before = finding.features.get(KEY)
    drawn = _judged(finding, "redrawn")
    return drawn if before is None else replace(drawn, features={**drawn.features, KEY: before})


def _measures(kind: Kind, box: Box, spacing: Spacing | None) -> dict[str, Any]:
    centroid = ((box[0] + box[2] - 1) / 2, (box[1] + box[3] - 1) / 2)
    return {"box": box, "centroid": centroid, "diameter_mm": diameter(kind, box, spacing), "area_mm2": None}
