"""The findings as COCO detections: one file per image: boxes, scores, run lengths of areas, the record in `info`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.files import atomic
from napari_mammoseg.findings import Box, Findings
from napari_mammoseg.kinds import KINDS
from napari_mammoseg.writers.record import Record, record_of

CATEGORIES = (*KINDS, "other")


@dataclass(frozen=True, slots=True)
class Annotation:
    """One annotation. box: row0, column0, row1, column1, half-open. counts: run lengths down the columns, or None.

    polygon: (n, 2) rows and columns, pixel centres at whole numbers. score: None for what a person drew.
    """

    id: int
    kind: str
    box: Sequence[float]
    score: float | None = None
    counts: Sequence[int] | None = None
    polygon: NDArray[np.float64] | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)


def write(findings: Findings, folder: Path, stem: str) -> list[Path]:
    path = folder / f"{stem}.coco.json"
    runs = {} if findings.mask is None else run_lengths(findings.mask)
    marks = []
    for each in findings.findings:
        rest = {"label": each.label, "p_malignant": each.p_malignant, "cluster": each.cluster}
        marks.append(Annotation(each.id, each.kind, each.box, each.score, runs.get(each.id), None, rest))
    image = findings.image
    write_annotations(path, image.name, (image.rows, image.columns), marks, record_of(findings))
    return [path]


def write_annotations(
    path: Path, name: str, shape: tuple[int, int], marks: Sequence[Annotation], record: Record
) -> None:
    """Any annotations of one image of `shape` as a COCO file. Kinds that are not in CATEGORIES become "other"."""
    write_data_set(path, [(name, shape, marks)], record)


def write_data_set(
    path: Path, images: Iterable[tuple[str, tuple[int, int], Sequence[Annotation]]], record: Record
) -> None:
    """Images (name, shape and annotations of each) as one COCO file; the annotations' ids are unique in it."""
    numbered = list(enumerate(images, start=1))
    document = {
        "info": {"description": "mammoseg", "mammoseg": dict(record)},
        "licenses": [],
        "images": [
            {"id": number, "file_name": name, "height": shape[0], "width": shape[1]}
            for number, (name, shape, _) in numbered
        ],
        "categories": [{"id": number, "name": each} for number, each in enumerate(CATEGORIES, start=1)],
        "annotations": [_annotation(each, shape, number) for number, (_, shape, marks) in numbered for each in marks],
    }
    with atomic(path) as temporary:
        temporary.write_text(json.dumps(document, default=str) + "\n", "utf-8")


def _annotation(mark: Annotation, shape: tuple[int, int], image: int) -> dict[str, Any]:
    row0, column0, row1, column1 = (float(each) for each in mark.box)
    kind = mark.kind if mark.kind in CATEGORIES else "other"
    annotation = {
        "id": mark.id,
        "image_id": image,
        "category_id": CATEGORIES.index(kind) + 1,
        "bbox": [column0, row0, column1 - column0, row1 - row0],
        "area": (column1 - column0) * (row1 - row0),
        "iscrowd": 0,
        "attributes": dict(mark.attributes),
    }
    if mark.score is not None:
        annotation["score"] = mark.score
    return annotation | _segmentation(mark, shape)


def _segmentation(mark: Annotation, shape: tuple[int, int]) -> dict[str, Any]:
    if mark.counts is not None:
        return {"segmentation": {"size": list(shape), "counts": list(mark.counts)}, "area": sum(mark.counts[1::2])}
    if mark.polygon is not None:
        return {"segmentation": [(mark.polygon[:, ::-1] + 0.5).ravel().tolist()]}
    return {}


def run_lengths(labels: NDArray[np.uint16]) -> dict[int, list[int]]:
    """COCO's run lengths of every label but 0: down the columns, beginning with the pixels before the label."""
    rows, columns = np.nonzero(labels)
    ids, places = labels[rows, columns], columns * labels.shape[0] + rows
    order = np.lexsort((places, ids))
    ids, places = ids[order], places[order]
    starts = np.flatnonzero(np.diff(ids, prepend=0))
    groups = np.split(places, starts[1:]) if len(starts) else []
    return {int(ids[start]): _runs(group, labels.size) for start, group in zip(starts, groups, strict=True)}


def _runs(places: NDArray[np.intp], size: int) -> list[int]:
    """Lengths of the runs outside and inside in turn, from sorted places."""
    first = np.flatnonzero(np.diff(places, prepend=-2) != 1)
    starts, ends = places[first], places[np.append(first[1:] - 1, len(places) - 1)] + 1
    edges = np.stack([starts, ends], axis=1).ravel()
    return [int(each) for each in np.diff(edges, prepend=0, append=size)]


def box_of(vertices: NDArray[np.float64]) -> Box:
    """The half-open pixel box around vertices (n, 2), pixel centres at whole numbers."""
    low, high = np.floor(vertices.min(axis=0) + 0.5), np.ceil(vertices.max(axis=0) + 0.5)
    return int(low[0]), int(low[1]), max(int(high[0]), int(low[0]) + 1), max(int(high[1]), int(low[1]) + 1)
