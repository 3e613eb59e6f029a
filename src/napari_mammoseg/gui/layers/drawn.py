"""Labels, shapes and points of the viewer, made by a run or by hand, as what the writers take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_mammoseg import verdicts
from napari_mammoseg._version import VERSION
from napari_mammoseg.findings import Box, Finding, Findings, ImageRecord, ModelRecord, RunRecord
from napari_mammoseg.gui.layers.finding_layers import SOURCE
from napari_mammoseg.gui.layers.layer_spacing import KEY
from napari_mammoseg.mammogram import Spacing
from napari_mammoseg.writers.coco import box_of

Meta = Mapping[str, Any]
"""What napari tells a writer of a layer: name, scale, units, features, metadata, …"""

_FIXED = ("score", "label", "p_malignant", "diameter_mm", "cluster")
_MEASURED = ("index", "id", "kind", "area_mm2", "row", "column", "row0", "column0", "row1", "column1", "text")


def record_of(meta: Meta) -> dict[str, Any]:
    """The record of the run that made the layer, or of a drawing by hand."""
    stored: Mapping[str, Any] = meta.get("metadata", {}).get(KEY, {})
    return dict(stored) if stored else {"version": VERSION, "layer": meta["name"], "made": "by hand"}


def findings_of(labels: NDArray[Any], meta: Meta) -> Findings:
    """A labels layer as Findings: places and areas are measured on the labels as they are now.

    What only the run knows (kind, score, …) comes from the features; labels drawn by hand are regions of score 1.
    """
    record, known_rows = record_of(meta), _rows_by_label(meta)
    spacing = spacing_of(meta)
    labels = np.asarray(labels, np.int32)
    found = tuple(
        _finding(id, where, labels[where] == id, spacing, known_rows.get(id, {}))
        for id, where in enumerate(ndimage.find_objects(labels), start=1)
        if where is not None
    )
    rows, columns = labels.shape
    image = ImageRecord(_image_name(meta, record), None, rows, columns, spacing, None, None, None)
    known = {name: value for name, value in record.get("image", {}).items() if name in ImageRecord.__slots__}
    return Findings(
        replace(image, **known),
        record.get("pipeline", "drawn"),
        ModelRecord(**record.get("model", {"name": "by hand"})),
        record.get("image_score", 1.0),
        found,
        RunRecord(**record.get("run", {"version": VERSION, "settings": {}})),
        record.get("summary", {}),
        record.get("metrics"),
        mask=np.asarray(labels, np.uint16),
        source=meta.get("metadata", {}).get(SOURCE),
    )


def rows_of(data: Any, meta: Meta) -> Iterator[dict[str, Any]]:
    """One row per shape or point: its features, its box and its centre.

    napari gives a new shape the features of another one, so an id that is 0, missing or stands twice is that of a new
    shape: it gets the next free id, and no number of any other.
    """
    known = _rows(meta) or [{}] * len(data)
    ids = _own_ids([row.get("id") for row in known])
    for id, row, each in zip(ids, known, data, strict=True):
        vertices = np.asarray(each, float)[..., -2:].reshape(-1, 2)
        box = box_of(vertices) if len(vertices) > 1 else None
        centre = vertices.mean(axis=0).round(2).tolist()
        own = row if row.get("id") in (None, id) else _drawn(row, box, spacing_of(meta))
        found = {"id": id, **{name: value for name, value in own.items() if name not in ("id", "text")}}
        found |= {"row": centre[0], "column": centre[1]}
        yield found if box is None else found | dict(zip(("row0", "column0", "row1", "column1"), box, strict=True))


def _own_ids(ids: Sequence[Any]) -> list[int]:
    """The ids, with the next free one for each that is missing, 0 or taken by an earlier one."""
    own: list[int] = []
    free = max((each for each in ids if each), default=0) + 1
    for each in ids:
        new = not each or each in own
        own.append(free if new else each)
        free += new
    return own


def _drawn(row: Mapping[str, Any], box: Box | None, spacing: Spacing | None) -> dict[str, Any]:
    """What is known of a shape that a person drew: of its neighbour's features, only the kind is its own."""
    kind = row.get("kind")
    size = None if box is None or kind is None else verdicts.diameter(kind, box, spacing)
    return {"kind": kind, "score": None, **({} if size is None else {"diameter_mm": size}), verdicts.KEY: "added"}


def spacing_of(meta: Meta) -> Spacing | None:
    """Millimetres a pixel of the layer; None where its units are no lengths."""
    units = [f"{each}" for each in (meta.get("units") or ("pixel",))[-2:]]
    rows, columns = (float(each) for each in meta["scale"][-2:])
    return (rows, columns) if set(units) <= {"mm", "millimeter"} else None


def _finding(
    id: int, where: Any, inside: NDArray[np.bool_], spacing: Spacing | None, row: Mapping[str, Any]
) -> Finding:
    """The finding whose pixels are `inside` the slices `where`."""
    rows, columns = where
    centre = ndimage.center_of_mass(inside)
    area = None if spacing is None else float(inside.sum()) * spacing[0] * spacing[1]
    known = {name: row[name] for name in _FIXED if row.get(name) is not None}
    return Finding(
        id,
        row.get("kind", "region"),
        (rows.start, columns.start, rows.stop, columns.stop),
        (rows.start + float(centre[0]), columns.start + float(centre[1])),
        area_mm2=None if area is None else round(area, 5),
        features={name: value for name, value in row.items() if name not in (*_FIXED, *_MEASURED)},
        **{"score": 1.0, **known},
    )


def _rows_by_label(meta: Meta) -> dict[int, dict[str, Any]]:
    return {int(row["index"]): row for row in _rows(meta) if row.get("index") is not None}


def _rows(meta: Meta) -> list[dict[str, Any]]:
    features = _features(meta)
    return [dict(zip(features, values, strict=True)) for values in zip(*features.values(), strict=True)]


def _features(meta: Meta) -> dict[str, list[Any]]:
    features = meta.get("features")
    if features is None:
        return {}
    return {str(name): [_plain(each) for each in features[name]] for name in features}


def _plain(value: Any) -> Any:
    """A number of a table as Python writes it; "not a number" is none, and a whole one is an int."""
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, float) and (np.isnan(value) or value.is_integer()):
        return None if np.isnan(value) else int(value)
    return value


def _image_name(meta: Meta, record: Mapping[str, Any]) -> str:
    return str(record.get("image", {}).get("name") or Path(str(meta["name"]).partition(" / ")[0]).name)
