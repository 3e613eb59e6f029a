"""Average precision against pycocotools, and the paper's 20 points by their definition."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from napari_mammoseg.evaluation import average_precision as ap
from napari_mammoseg.evaluation.average_precision import Detections


def some_images(seed: int) -> list[Detections]:
    rng = np.random.default_rng(seed)
    images = []
    for _ in range(25):
        corner = rng.uniform(0, 200, (rng.poisson(1.5), 2))
        truth = np.hstack([corner, corner + rng.uniform(20, 60, corner.shape)])
        near = truth[rng.random(len(truth)) < 0.8] + rng.normal(0, 4, 4)
        doubled = near[rng.random(len(near)) < 0.3] + rng.normal(0, 2, 4)
        stray = rng.uniform(0, 200, (rng.poisson(1), 2))
        boxes = np.vstack([near, doubled, np.hstack([stray, stray + 30])])
        images.append(Detections.of(boxes, rng.permutation(1000)[: len(boxes)] / 1000, truth))
    return images


def pycocotools_ap(images: list[Detections]) -> np.ndarray:
    """AP at each of COCO's ten IoUs as pycocotools counts it."""
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    def coco_box(box: np.ndarray) -> list[float]:
        return [box[1], box[0], box[3] - box[1], box[2] - box[0]]

    truth = COCO()
    truth.dataset = {
        "images": [{"id": i} for i in range(len(images))],
        "categories": [{"id": 1}],
        "annotations": [
            {"id": 1 + 100 * i + j, "image_id": i, "category_id": 1, "iscrowd": 0, "bbox": coco_box(b), "area": 900}
            for i, image in enumerate(images)
            for j, b in enumerate(image.truth)
        ],
    }
    truth.createIndex()
    found = truth.loadRes(
        [
            {"image_id": i, "category_id": 1, "bbox": coco_box(b), "score": float(s)}
            for i, image in enumerate(images)
            for b, s in zip(image.boxes, image.scores, strict=True)
        ]
    )
    evaluation = COCOeval(truth, found, "bbox")
    evaluation.evaluate()
    evaluation.accumulate()
    return evaluation.eval["precision"][:, :, 0, 0, 2].mean(axis=1)


@pytest.mark.parametrize("seed", range(4))
def test_coco_ap_is_that_of_pycocotools(seed):
    images = some_images(seed)
    theirs = pycocotools_ap(images)
    coco = ap.METHODS["AP[.50:.05:.95]"]
    single = [replace(coco, ious=(each,)) for each in coco.ious]
    assert [each.of([each.judge(image) for image in images]) for each in single] == pytest.approx(theirs, abs=1e-9)
    assert ap.average_precision(images, "AP[.50:.05:.95]") == pytest.approx(theirs.mean(), abs=1e-9)


def test_twenty_points_are_the_mean_best_precision_at_twenty_recalls():
    truth = [(0, 0, 10, 10), (20, 20, 30, 30)]
    images = [Detections.of([truth[0], (50, 50, 60, 60), truth[1]], [0.9, 0.8, 0.7], truth)]
    # recall 0 … 0.5 has best precision 1, recalls above it 2/3: 10 of the 20 points i / 19 are at most 0.5
    assert ap.average_precision(images, "AP20") == pytest.approx((10 * 1 + 10 * 2 / 3) / 20)
    assert ap.average_precision(images, "AP") == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)


@pytest.mark.parametrize("method", ap.METHODS)
def test_perfect_is_one_nothing_is_zero_and_no_truth_is_no_number(method):
    box = [(0, 0, 10, 10)]
    assert ap.average_precision([Detections.of(box, [0.3], box)], method) == pytest.approx(1)
    assert ap.average_precision([Detections.of([], [], box)], method) == 0
    assert np.isnan(ap.average_precision([Detections.of(box, [0.3], [])], method))


def test_a_second_box_on_one_lesion_is_false_here():
    box = [(0, 0, 10, 10)]
    images = [Detections.of(box * 2, [0.9, 0.8], box), Detections.of(box, [0.7], box)]
    assert ap.average_precision(images, "AP") == pytest.approx(0.5 + 0.5 * 2 / 3)
