"""Candidates and clusters as findings, in the image's own pixels, and the mask of their ids."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.findings import Finding
from napari_mammoseg.mammogram import Mammogram, Spacing
from napari_mammoseg.pipelines.calcifications.candidates import Candidates
from napari_mammoseg.pipelines.calcifications.clusters import Cluster
from napari_mammoseg.pipelines.calcifications.vascular import vascular
from napari_mammoseg.tissue.contrast import contrast_to_ring

AROUND_MM, AROUND_PX = 0.5, 5
"""How far the tissue around a calcification reaches that its contrast is measured against."""


def findings_of(
    image: Mammogram, found: Candidates, groups: Sequence[Cluster]
) -> tuple[tuple[Finding, ...], NDArray[np.uint16]]:
    """Findings with ids by falling score over both kinds, in the image's own pixels, and the mask of their ids."""
    scores = np.concatenate([found.scores, np.array([each.score for each in groups], np.float32)])
    order = np.argsort(-scores, kind="stable")
    ids = np.empty(len(order), int)
    ids[order] = np.arange(1, len(order) + 1)
    count = len(found.scores)
    cluster_of = {int(each): int(ids[count + k]) for k, group in enumerate(groups) for each in group.members}
    single, mask = _calcifications(found, ids, cluster_of, image)
    grouped = [
        _cluster([single[i] for i in group.members], group, int(ids[count + k]), image.spacing)
        for k, group in enumerate(groups)
    ]
    return tuple(sorted([*single, *grouped], key=lambda each: each.id)), mask


def _calcifications(
    found: Candidates,
    ids: NDArray[np.int_],
    cluster_of: dict[int, int],
    image: Mammogram,
) -> tuple[list[Finding], NDArray[np.uint16]]:
    spacing = image.spacing
    reach = max(2, round(AROUND_MM / spacing[0])) if spacing else AROUND_PX
    mask = np.zeros(found.labels.shape, np.uint16)
    findings = []
    for index, window in enumerate(found.windows):
        mine = found.labels[window] == index + 1
        mask[window][mine] = ids[index]
        rows, columns = (each + part.start for each, part in zip(np.nonzero(mine), window, strict=True))
        area = rows.size * spacing[0] * spacing[1] if spacing else None
        findings.append(
            Finding(
                id=int(ids[index]),
                kind="calcification",
                box=(int(rows.min()), int(columns.min()), int(rows.max()) + 1, int(columns.max()) + 1),
                centroid=(round(float(rows.mean()), 2), round(float(columns.mean()), 2)),
                score=_rounded(found.scores[index]),
                area_mm2=None if area is None else round(area, 5),
                diameter_mm=None if area is None else round(float(np.sqrt(4 * area / np.pi)), 4),
                cluster=cluster_of.get(index),
                features={"contrast": round(contrast_to_ring(image.pixels, window, mine, reach), 4)},
            )
        )
    return findings, mask


def _cluster(members: Sequence[Finding], group: Cluster, number: int, spacing: Spacing | None) -> Finding:
    """The box holds all members; the centre is their mean, weighted by their scores."""
    boxes = np.array([each.box for each in members])
    (top, left), (bottom, right) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    places = [each.centroid for each in members]
    centre = np.average(places, axis=0, weights=[each.score for each in members])
    size = None if spacing is None else float(np.hypot((bottom - top) * spacing[0], (right - left) * spacing[1]))
    return Finding(
        id=number,
        kind="cluster",
        box=(int(top), int(left), int(bottom), int(right)),
        centroid=(round(float(centre[0]), 2), round(float(centre[1]), 2)),
        score=_rounded(group.score),
        diameter_mm=None if size is None else round(size, 3),
        features={
            "count": len(members),
            "vascular": vascular(np.array(places) * (spacing or 1)),
        },
    )


def _rounded(score: float | np.floating) -> float:
    return round(float(score), 6)
