"""The boxes at which a classifier is scored: those of the truth's masses, healthy places for one that knows them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from zlib import crc32

import numpy as np

from napari_mammoseg import models, pipelines
from napari_mammoseg.data_sets.mass_truth import without_crumbs
from napari_mammoseg.evaluation.case import Located, located
from napari_mammoseg.findings import Box, Findings
from napari_mammoseg.geometry.regions import region
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.readers.truth import Truth
from napari_mammoseg.run import Run
from napari_mammoseg.synthesis.places import Places, healthy_tissue
from napari_mammoseg.tissue.spacing import assumed

SIZES_MM = (8.0, 30.0)
"""The shortest and the longest side of a healthy place: the masses of the data sets are mostly as long."""


def answers_at_boxes(
    image: Mammogram, truth: Truth, pipeline: str, settings: pipelines.PipelineSettings, run: Callable[[], Run]
) -> Findings | None:
    """What the pipeline says of the truth's masses that are benign or malignant, or of a healthy place where it can.

    A healthy place: one square on an image without any lesion, for models that know normal tissue; the same with every
    call. None where there is no box.
    """
    placed = located(truth.lesions, truth.labels)
    boxes = mass_boxes(placed, image)
    if not placed and "normal" in models.find(settings.model).facts.classes:
        boxes = healthy_boxes(image)
    return pipelines.analyze_all(image, pipeline, settings, run(), boxes) if boxes else None


def mass_boxes(placed: Located, image: Mammogram) -> list[Box]:
    """The boxes of the masses of known label and place, without the crumbs of their masks, on whole pixels."""
    masses = [
        (without_crumbs(lesion), where)
        for lesion, where in placed
        if lesion.kind == "mass" and lesion.label in ("benign", "malignant")
    ]
    found = [region(lesion) or where for lesion, where in masses]
    return list(dict.fromkeys(_whole(each.box, image) for each in found if each is not None))


def _whole(box: Sequence[float], image: Mammogram) -> Box:
    edges = np.floor(np.add(box, 0.5)).astype(int)
    first = np.clip(edges[:2], 0, np.subtract(_size(image), 1))
    last = np.clip(edges[2:], first + 1, _size(image))
    return int(first[0]), int(first[1]), int(last[0]), int(last[1])


def _size(image: Mammogram) -> tuple[int, int]:
    return image.rows, image.columns


def healthy_boxes(image: Mammogram) -> list[Box]:
    """One square of healthy tissue; none where the breast is too small for it. The image's name decides which."""
    random = np.random.default_rng(crc32(image.name.encode()))
    flat = image.projected()
    spacing = flat.spacing or assumed(flat).spacing
    size_mm = float(np.exp(random.uniform(*np.log(SIZES_MM))))
    place = Places(healthy_tissue(flat, spacing), spacing).draw(size_mm, random)
    if place is None:
        return []
    half = [size_mm / each / 2 for each in spacing]
    return [_whole((place[0] - half[0], place[1] - half[1], place[0] + half[0], place[1] + half[1]), image)]
