"""Average precision of outlined masses against pycocotools."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from mask_overlap import mask_iou
from napari_mammoseg.evaluation.average_precision import METHODS, judged


@dataclass(frozen=True, slots=True)
class Outlines:
    """One image: masks (n, rows, columns) with scores (n,), and the truth's masks (m, rows, columns), bool."""

    masks: NDArray[np.bool_]
    scores: NDArray[np.float64]
    truth: NDArray[np.bool_]


def outline_precision(images: Sequence[Outlines]) -> float:
    method = METHODS["AP[.50:.05:.95]"]
    overlaps = [(each.scores, mask_iou(each.masks, each.truth)) for each in images]
    return method.of([tuple(judged(scores, free, lowest) for lowest in method.ious) for scores, free in overlaps])


def disc(row: float, column: float, radius: float) -> np.ndarray:
    rows, columns = np.indices((80, 80))
    return np.hypot(rows - row, columns - column) <= radius


def images(seed: int) -> list[Outlines]:
    random = np.random.default_rng(seed)
    made = []
    for _ in range(6):
        places = [random.uniform(15, 65, 2) for _ in range(random.integers(1, 4))]
        radii = random.uniform(6, 14, len(places))
        truth = np.stack([disc(*place, radius) for place, radius in zip(places, radii, strict=True)])
        moved = [disc(*(place + random.normal(0, 2, 2)), radius) for place, radius in zip(places, radii, strict=True)]
        false = [disc(*random.uniform(5, 75, 2), 8) for _ in range(2)]
        masks = np.stack([*moved, *false])
        made.append(Outlines(masks, np.round(random.random(len(masks)), 3), truth))
    return made


@pytest.mark.parametrize("seed", range(3))
def test_it_is_pycocotools(seed):
    assert outline_precision(images(seed)) == pytest.approx(coco(images(seed)), abs=1e-6)


def coco(made: list[Outlines]) -> float:
    from pycocotools import mask as run_length
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    def coded(mask: np.ndarray) -> dict:
        return run_length.encode(np.asfortranarray(mask.astype(np.uint8)))

    truth, found = [], []
    for image, outlines in enumerate(made, 1):
        for mask in outlines.truth:
            area = int(mask.sum())
            truth.append(
                {"id": len(truth) + 1, "image_id": image, "category_id": 1, "iscrowd": 0, "area": area}
                | {"segmentation": coded(mask), "bbox": [0, 0, 1, 1]}
            )
        for mask, score in zip(outlines.masks, outlines.scores, strict=True):
            found.append({"image_id": image, "category_id": 1, "score": float(score), "segmentation": coded(mask)})
    with contextlib.redirect_stdout(io.StringIO()):
        reference = COCO()
        reference.dataset = {
            "images": [{"id": image, "height": 80, "width": 80} for image in range(1, len(made) + 1)],
            "annotations": truth,
            "categories": [{"id": 1}],
        }
        reference.createIndex()
        evaluation = COCOeval(reference, reference.loadRes(found), "segm")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return float(evaluation.stats[0])


def test_overlap_of_masks_is_counted_in_pixels():
    one, two = np.zeros((2, 4, 4), bool)
    one[:, :2], two[:2] = True, True
    assert mask_iou(np.stack([one, two]), one[None])[:, 0] == pytest.approx([1, 4 / 12])


def test_nothing_marked_is_worth_nothing():
    truth = disc(40, 40, 10)[None]
    assert outline_precision([Outlines(np.zeros((0, 80, 80), bool), np.zeros(0), truth)]) == 0
