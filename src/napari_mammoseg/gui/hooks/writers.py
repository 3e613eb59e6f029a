"""Layers that are saved from napari: labels, shapes, points, and the numbers of a run, each with the run's record."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.errors import InputError
from napari_mammoseg.files import atomic
from napari_mammoseg.findings import Findings
from napari_mammoseg.gui.layers.drawn import Meta, findings_of, record_of, rows_of, spacing_of
from napari_mammoseg.writers import (
    coco,
    dicom_seg,
    json_findings,
    labels_nifti,
    labels_png,
    labels_tiff,
    metrics,
    table_csv,
)


def write_labels(path: str, data: NDArray[Any], meta: Meta) -> list[str]:
    """A labels layer as PNG, TIFF, NIfTI, DICOM SEG, CSV, JSON or COCO, by the ending of `path`."""
    return _written(path, _LABELS, data, meta)


def write_shapes(path: str, data: Any, meta: Meta) -> list[str]:
    """A shapes layer as CSV, JSON or COCO, by the ending of `path`."""
    return _written(path, _DRAWINGS, data, meta)


def write_points(path: str, data: Any, meta: Meta) -> list[str]:
    """A points layer as CSV, JSON or COCO, by the ending of `path`."""
    return _written(path, _DRAWINGS, data, meta)


def write_metrics(path: str, data: Any, meta: Meta) -> list[str]:
    """The numbers of the run that made a layer, as CSV or JSON. Raises InputError if no run made it."""
    return _written(path, _METRICS, data, meta)


Writer = Callable[[Path, Any, Meta], None]


def _written(path: str, writers: Mapping[str, Writer], data: Any, meta: Meta) -> list[str]:
    target = Path(path)
    ending = next((each for each in writers if target.name.lower().endswith(each)), None)
    if ending is None:
        raise InputError(target, "has an ending that is not a known format", f"choose from {', '.join(writers)}")
    writers[ending](target, data, meta)
    return [path]


def _picture(module: Any) -> Writer:
    def write(path: Path, data: Any, meta: Meta) -> None:
        module.write_labels(path, np.asarray(data), spacing_of(meta), record_of(meta))

    return write


def _label_seg(path: Path, data: Any, meta: Meta) -> None:
    segmentation = dicom_seg.of(_findings(path, data, meta))
    with atomic(path) as temporary:
        segmentation.save_as(temporary)


def _by_module(module: Any, ending: str) -> Writer:
    def write(path: Path, data: Any, meta: Meta) -> None:
        module.write(_findings(path, data, meta), path.parent, path.name.removesuffix(ending))

    return write


def _findings(path: Path, data: Any, meta: Meta) -> Findings:
    if np.ndim(data) != 2:
        raise InputError(path, f"cannot hold labels of {np.ndim(data)} dimensions", "save one image at a time")
    return findings_of(np.asarray(data), meta)


def _drawing_csv(path: Path, data: Any, meta: Meta) -> None:
    table_csv.write_rows(path, list(rows_of(data, meta)), record_of(meta), ("id",))


def _drawing_json(path: Path, data: Any, meta: Meta) -> None:
    types = meta.get("shape_type", ["point"] * len(data))
    marks = [
        {**row, "type": str(kind), "vertices": np.asarray(each, float).round(3).tolist()}
        for row, kind, each in zip(rows_of(data, meta), types, data, strict=True)
    ]
    document = {"schema": "mammoseg.annotations/1", "annotations": marks, "mammoseg": record_of(meta)}
    with atomic(path) as temporary:
        temporary.write_text(json.dumps(document, indent=1, default=str) + "\n", "utf-8")


def _drawing_coco(path: Path, data: Any, meta: Meta) -> None:
    record = record_of(meta)
    image = record.get("image", {})
    marks = [_annotation(row, each) for row, each in zip(rows_of(data, meta), data, strict=True)]
    shape = (image.get("rows", 0), image.get("columns", 0))
    coco.write_annotations(path, image.get("name", meta["name"]), shape, marks, record)


def _annotation(row: dict[str, Any], vertices: Any) -> coco.Annotation:
    corners = np.asarray(vertices, float)[..., -2:].reshape(-1, 2)
    polygon = corners if len(corners) > 2 else None
    rest = {name: value for name, value in row.items() if name not in ("id", "kind", "score")}
    return coco.Annotation(row["id"], str(row.get("kind")), coco.box_of(corners), row.get("score"), None, polygon, rest)


def _numbers(path: Path, meta: Meta) -> tuple[dict[str, Any], dict[str, Any]]:
    record = record_of(meta)
    if "summary" not in record:
        raise InputError(path, "would hold no numbers: no run made this layer", "choose a layer that a run made")
    values = {"image_score": record.get("image_score"), **record["summary"], **(record.get("metrics") or {})}
    return values, record


_LABELS: Mapping[str, Writer] = {
    ".png": _picture(labels_png),
    ".tif": _picture(labels_tiff),
    ".tiff": _picture(labels_tiff),
    ".nii": _picture(labels_nifti),
    ".nii.gz": _picture(labels_nifti),
    ".dcm": _label_seg,
    ".csv": _by_module(table_csv, ".csv"),
    ".coco.json": _by_module(coco, ".coco.json"),
    ".json": _by_module(json_findings, ".json"),
}
_DRAWINGS: Mapping[str, Writer] = {".csv": _drawing_csv, ".coco.json": _drawing_coco, ".json": _drawing_json}
_METRICS: Mapping[str, Writer] = {
    ".metrics.csv": lambda path, data, meta: metrics.write_csv(path, *_numbers(path, meta)),
    ".metrics.json": lambda path, data, meta: metrics.write_json(path, *_numbers(path, meta)),
}
