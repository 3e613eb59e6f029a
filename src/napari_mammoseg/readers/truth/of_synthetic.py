"""The truth of a synthetic image: its record beside it says what was put in, and what was known of its source."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scipy import ndimage

from napari_mammoseg.mammogram import Lesion
from napari_mammoseg.readers.truth.of_image import Truth, from_labels, read_mask

SCHEMA = "mammoseg.synthetic/1"


def from_synthetic(mask: Path, shape: tuple[int, int]) -> Truth | None:
    """The truth in `mask` and the record beside it; None where there is no record, so that it is any mask."""
    path = mask.with_name(mask.name.replace(".mask.png", ".json"))
    try:
        record = json.loads(path.read_text("utf-8"))
        if record["schema"] != SCHEMA or record["mask"] != mask.name:
            return None
        known = tuple(_known(each) for each in record["known"])
        label, cluster = record["label"], record["kind"] == "calcifications"
        patient = patient_of(record)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    labels = read_mask(mask, shape, numbered=True)
    made = from_labels(labels, "calcification" if cluster else "mass").lesions
    lesions = [Lesion(each.kind, label, box=each.box, attributes=each.attributes) for each in made]
    if cluster:
        rows, columns = ndimage.find_objects((labels > 0).astype(int))[0]
        lesions.append(Lesion("cluster", label, box=(rows.start, columns.start, rows.stop, columns.stop)))
    return Truth((*lesions, *known), patient, labels)


def patient_of(record: Mapping[str, Any]) -> str:
    """The same for all that was made of one image, and of one patient where she is known."""
    source = record["source"]
    return str(source.get("patient") or (source["sha256"] or source["name"])[:16])


def _known(told: Mapping[str, Any]) -> Lesion:
    box = None if told["box"] is None else tuple(float(each) for each in told["box"])
    return Lesion(told["kind"], told["label"], box=box)  # type: ignore[arg-type]
