"""The truth of one image: from a truth document, or from the labels of a mask."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_mammoseg.errors import InputError
from napari_mammoseg.kinds import LESION_KINDS, LesionKind
from napari_mammoseg.mammogram import Lesion
from napari_mammoseg.readers import masks

SCHEMA = "mammoseg.truth/1"


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known of one image. labels: uint16 (rows, columns); a lesion's label is its attribute "id"."""

    lesions: tuple[Lesion, ...]
    patient: str | None = None
    labels: NDArray[np.uint16] | None = None


def from_document(path: Path, shape: tuple[int, int]) -> Truth:
    """A `mammoseg.truth/1` document, with the labels of `NAME.mask.png` beside it if that exists."""
    try:
        document = json.loads(path.read_text("utf-8"))
        lesions = tuple(_of_record(each) for each in document["lesions"])
        size = (document["image"]["rows"], document["image"]["columns"])
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise InputError(path, "is not a truth document", f"give one of the form {SCHEMA}") from None
    if size != shape:
        raise InputError(path, f"is of {size[0]} x {size[1]} pixels, the image {shape[0]} x {shape[1]}", "give its own")
    mask = masks.beside(path.with_name(path.name.replace(".truth.json", ".png")))
    return Truth(lesions, document.get("patient"), None if mask is None else read_mask(mask, shape, numbered=True))


def _of_record(record: Mapping[str, Any]) -> Lesion:
    if record["kind"] not in LESION_KINDS:
        raise ValueError(record["kind"])
    box = tuple(float(each) for each in record["box"])
    return Lesion(record["kind"], record["label"], box=box, attributes={"id": str(record["id"])})  # type: ignore[arg-type]


def from_labels(labels: NDArray[np.uint16], kind: LesionKind) -> Truth:
    """Each label of a mask as a lesion of `kind`."""
    lesions = tuple(
        Lesion(kind, box=(rows.start, columns.start, rows.stop, columns.stop), attributes={"id": str(number)})
        for number, place in enumerate(ndimage.find_objects(labels), start=1)
        if place is not None
        for rows, columns in [place]
    )
    return Truth(lesions, None, labels)


def read_mask(path: Path, shape: tuple[int, int], numbered: bool = False) -> NDArray[np.uint16]:
    """The labels of a mask at the image's `shape`; one that is a whole number of times smaller is enlarged.

    numbered: the values are label numbers even if there is only one.
    """
    labels = masks.read_labels(path, numbered=numbered)
    factor = shape[0] // labels.shape[0] if labels.shape[0] else 0
    if factor < 1 or shape != (labels.shape[0] * factor, labels.shape[1] * factor):
        size = f"{labels.shape[0]} x {labels.shape[1]} pixels, the image {shape[0]} x {shape[1]}"
        raise InputError(path, f"has {size}", "give the mask of this image")
    return labels.repeat(factor, axis=0).repeat(factor, axis=1) if factor > 1 else labels
