"""Labels that a person corrected: the findings measured anew on them. Plain functions on Findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import Box, Finding, Findings, count
from napari_mammoseg.kinds import KINDS, Kind
from napari_mammoseg.mammogram import Spacing

WARNING = "the labels were corrected by hand"


def corrected(findings: Findings, labels: NDArray[Any], kind: Any, taken: Collection[int] = ()) -> Findings:
    """The findings as a person left their labels: (rows, columns), each label the id of its finding.

    Labels that changed are measured anew, those that are gone take their finding with them, new ones are findings of
    `kind` and score 1. taken: ids that no new finding may have. Raises InputError for labels of another size.
    """
    before = findings.mask
    if before is None or labels.shape != before.shape:
        raise InputError(findings.image.name, "has labels of another size", "correct the labels of its own result")
    mask = _numbered(labels, findings, {*taken, *(each.id for each in findings.findings)})
    known = {each.id: each for each in findings.findings}
    labelled = {each.id: each for each in measured(mask, findings.image.spacing_mm, kind)}
    was = {id for id, where in enumerate(ndimage.find_objects(before), start=1) if where is not None}
    found = [
        _as_now(each, labelled.get(each.id), before, mask)
        for each in findings.findings
        if each.id not in was - {*labelled}
    ]
    found += [each for id, each in labelled.items() if id not in known]
    kept = tuple(_clusters_counted(found))
    return replace(
        findings,
        findings=kept,
        mask=mask,
        summary={**findings.summary, **count(kept, findings.summary.get("breast_area_cm2")), "corrected_by_hand": True},
        run=replace(findings.run, warnings=(*findings.run.warnings, WARNING)),
    )


def measured(labels: NDArray[Any], spacing: Spacing | None, kind: Any) -> Iterator[Finding]:
    """One finding of `kind` and score 1 per label: its box, centre, area, and the diameter of its kind."""
    for id, where in enumerate(ndimage.find_objects(np.asarray(labels)), start=1):
        if where is None:
            continue
        rows, columns = where
        inside = labels[where] == id
        row, column = ndimage.center_of_mass(inside)
        box = (rows.start, columns.start, rows.stop, columns.stop)
        yield Finding(
            id,
            kind,
            box,
            (rows.start + float(row), columns.start + float(column)),
            1.0,
            **_sizes(kind, box, int(inside.sum()), spacing),
        )


def _sizes(kind: Kind, box: Box, pixels: int, spacing: Spacing | None) -> dict[str, Any]:
    if spacing is None:
        return {}
    area = pixels * spacing[0] * spacing[1]
    height, width = (box[2] - box[0]) * spacing[0], (box[3] - box[1]) * spacing[1]
    return {"area_mm2": round(area, 5), "diameter_mm": round(KINDS[kind].measure(height, width, area), 4)}


def _numbered(labels: NDArray[Any], findings: Findings, taken: Collection[int]) -> NDArray[np.uint16]:
    """The labels with a free id for each that is not one of the findings' own labels but has an id that is taken."""
    assert findings.mask is not None
    mask = np.asarray(labels, np.uint16).copy()
    confused = (_present(mask) & set(taken)) - _present(findings.mask)
    for free, id in enumerate(sorted(confused), start=max(taken, default=0) + 1):
        mask[labels == id] = free
    return mask


def _present(labels: NDArray[Any]) -> set[int]:
    """The labels that have pixels."""
    return {id for id, where in enumerate(ndimage.find_objects(labels), start=1) if where is not None}


def _as_now(finding: Finding, now: Finding | None, before: NDArray[Any], mask: NDArray[Any]) -> Finding:
    """The finding with its measures on the labels as they are now, where they changed."""
    if now is None or (_pixels(finding, before) == _pixels(now, mask)):
        return finding
    return replace(finding, box=now.box, centroid=now.centroid, area_mm2=now.area_mm2, diameter_mm=now.diameter_mm)


def _pixels(finding: Finding, mask: NDArray[Any]) -> tuple[tuple[int, ...], bytes]:
    """Where the pixels of a finding are."""
    row0, column0, row1, column1 = finding.box
    return finding.box, np.packbits(mask[row0:row1, column0:column1] == finding.id).tobytes()


def _clusters_counted(findings: list[Finding]) -> Iterator[Finding]:
    """The findings with each cluster's number of calcifications as it is now; one that lost them all is gone."""
    members = Counter(each.cluster for each in findings if each.cluster is not None)
    for each in findings:
        if "count" not in each.features:
            yield each
        elif members[each.id]:
            yield replace(each, features={**each.features, "count": members[each.id]})
