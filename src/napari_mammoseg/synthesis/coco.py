"""A folder of synthetic images as one COCO file, for trainings that read such files."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from napari_mammoseg.mammogram import SYNTHETIC
from napari_mammoseg.readers.masks import read_labels
from napari_mammoseg.synthesis.overview import records_below
from napari_mammoseg.writers.coco import Annotation, run_lengths, write_data_set

COCO = "synthetic.coco.json"


def write_coco(folder: Path) -> Path:
    """Every lesion below `folder`: synthetic ones with their masks, and those that the sources are known to have."""
    ids = count(1)
    images = []
    for place, record in records_below(folder):
        shape = record["source"]["rows"], record["source"]["columns"]
        labels = read_labels(folder / place / record["mask"], shape)
        marks = [_synthetic(record, labels, next(ids)), *_known(record, ids)]
        images.append(((Path(place) / record["image"]).as_posix(), shape, marks))
    write_data_set(folder / COCO, images, {"statement": SYNTHETIC})
    return folder / COCO


def _synthetic(record: dict[str, Any], labels: np.ndarray, number: int) -> Annotation:
    kind = "cluster" if record["kind"] == "calcifications" else "mass"
    runs = run_lengths((labels > 0).astype(np.uint16))
    told = {"label": record["label"], "synthetic": True, "seed": record["seed"]}
    return Annotation(number, kind, record["box"], counts=runs[1], attributes=told)


def _known(record: dict[str, Any], ids: Iterator[int]) -> Iterator[Annotation]:
    for each in record.get("known", ()):
        if each["box"] is not None:
            told = {"label": each["label"], "synthetic": False}
            yield Annotation(next(ids), each["kind"], each["box"], attributes=told)
