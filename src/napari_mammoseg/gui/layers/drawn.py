"""Labels, shapes and points of the viewer, made by a run or by hand, as what the writers take."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg import verdicts
from napari_mammoseg._version import VERSION
from napari_mammoseg.corrections import measured
from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import Box, Finding, Findings, ImageRecord, ModelRecord, RunRecord, count
from napari_mammoseg.gui.layers.finding_layers import SOURCE
from napari_mammoseg.gui.layers.layer_spacing import KEY
from napari_mammoseg.kinds import KINDS, WITH_AREA
from napari_mammoseg.mammogram import Spacing, is_possible
from napari_mammoseg.pipeline_table import PIPELINES
from napari_mammoseg.writers.coco import box_of

Meta = Mapping[str, Any]
"""What napari tells a writer of a layer: name, scale, units, features, metadata, …"""

_FIXED = ("score", "label", "p_malignant", "cluster")
_BOX = ("row0", "column0", "row1", "column1")
_MEASURED = ("index", "id", "kind", "area_mm2", "diameter_mm", "row", "column", *_BOX, "text")


def record_of(meta: Meta) -> dict[str, Any]:
    """The record of the run that made the layer, or of a drawing by hand."""
    stored: Mapping[str, Any] = meta.get("metadata", {}).get(KEY, {})
    return dict(stored) if stored else {"version": VERSION, "layer": meta["name"], "made": "by hand"}


def findings_of(labels: NDArray[Any], meta: Meta) -> Findings:
    """A labels layer as Findings: places and areas are measured on the labels as they are now.

    What only the run knows (kind, score, …) comes from the features; labels drawn by hand have the score 1. Where the
    labels are no longer those of the run, the summary says `corrected_by_hand`. Raises InputError for labels that no
    mask can hold.
    """
    record, rows = record_of(meta), _rows_by_label(meta)
    labels, spacing = _checked(labels, str(meta["name"])), spacing_of(meta)
    made_by = PIPELINES.get(str(record.get("pipeline")))
    now = list(measured(labels, spacing, "region" if made_by is None else made_by.mask_kind))
    found = tuple(_known(each, rows[each.id]) if each.id in rows else each for each in now)
    height, width = labels.shape
    image = ImageRecord(_image_name(meta, record), None, height, width, spacing, None, None, None)
    known = {name: value for name, value in record.get("image", {}).items() if name in ImageRecord.__slots__}
    summary = record.get("summary", {})
    if made_by is not None and (
        len(now) != len(set(rows) - {0}) or any(_changed(each, rows.get(each.id)) for each in now)
    ):
        summary = {**summary, **_counted(found, summary), "corrected_by_hand": True}
    return Findings(
        replace(image, **known),
        record.get("pipeline", "drawn"),
        ModelRecord(**record.get("model", {"name": "by hand"})),
        record.get("image_score", 1.0),
        found,
        RunRecord(**record.get("run", {"version": VERSION, "settings": {}})),
        summary,
        record.get("metrics"),
        mask=labels.astype(np.uint16),
        source=meta.get("metadata", {}).get(SOURCE),
    )


def _checked(labels: NDArray[Any], name: str) -> NDArray[Any]:
    labels = np.asarray(labels)
    low, high = int(labels.min(initial=0)), int(labels.max(initial=0))
    if low < 0 or high > 65535:
        raise InputError(name, f"has the label {low if low < 0 else high}", "use labels of 1 to 65535")
    return labels


def _changed(now: Finding, row: Mapping[str, Any] | None) -> bool:
    """Whether a label is another one than the run's, of which the layer's features have the place and the area."""
    if row is None or tuple(row.get(name) for name in _BOX) != now.box:
        return True
    before = row.get("area_mm2")
    return now.area_mm2 is not None and before is not None and not math.isclose(now.area_mm2, before, rel_tol=1e-3)


def _known(now: Finding, row: Mapping[str, Any]) -> Finding:
    """The finding with what the run knows of it. Of a label that changed, the diameter is measured anew, too."""
    fixed = _FIXED if _changed(now, row) else (*_FIXED, "diameter_mm")
    return replace(
        now,
        kind=row.get("kind", now.kind),
        features={name: value for name, value in row.items() if name not in (*_FIXED, *_MEASURED)},
        **{name: row[name] for name in fixed if row.get(name) is not None},
    )


def _counted(found: Sequence[Finding], summary: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers of the kinds that have labels; the others are as the run counted them."""
    numbers = count(found, summary.get("breast_area_cm2"))
    boxes_only = {KINDS[kind].plural for kind in KINDS if kind not in WITH_AREA}
    return {name: value for name, value in numbers.items() if name not in boxes_only}


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
        found = {"id": id, **{name: value for name, value in own.items() if name not in ("id", "text", "colour")}}
        found |= {"row": centre[0], "column": centre[1]}
        yield found if box is None else found | dict(zip(_BOX, box, strict=True))


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
    """Millimetres per pixel of the layer; None where its units are no lengths, or no mammogram's."""
    units = [f"{each}" for each in (meta.get("units") or ("pixel",))[-2:]]
    rows, columns = (float(each) for each in meta["scale"][-2:])
    return (rows, columns) if set(units) <= {"mm", "millimeter"} and is_possible((rows, columns)) else None


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
