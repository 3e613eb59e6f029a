"""Outlines against outlines: figures that can be counted on squares."""

from __future__ import annotations

import numpy as np
import pytest

from mask_overlap import mask_iou
from napari_mammoseg.evaluation.case import judge
from napari_mammoseg.evaluation.outlined import mask_overlap
from napari_mammoseg.evaluation.scores import scores
from napari_mammoseg.evaluation.surface import Distances
from napari_mammoseg.findings import Finding, Findings, ImageRecord, ModelRecord, RunRecord
from napari_mammoseg.geometry.regions import of_mask
from napari_mammoseg.mammogram import Lesion

SHAPE = (60, 80)
SPACING = (0.2, 0.5)


def square(row: int, column: int, side: int) -> np.ndarray:
    mask = np.zeros(SHAPE, bool)
    mask[row : row + side, column : column + side] = True
    return mask


def result(*masks: np.ndarray, scores: tuple[float, ...], spacing=SPACING) -> Findings:
    labels, found = np.zeros(SHAPE, np.uint16), []
    for id, (mask, score) in enumerate(zip(masks, scores, strict=True), start=1):
        labels[mask] = id
        rows, columns = np.nonzero(mask)
        box = (int(rows.min()), int(columns.min()), int(rows.max()) + 1, int(columns.max()) + 1)
        found.append(Finding(id, "mass", box, (float(rows.mean()), float(columns.mean())), score))
    image = ImageRecord("x.png", "ab", *SHAPE, spacing, None, None, None)
    run = RunRecord("1", {"threshold": 0.2})
    return Findings(image, "segment", ModelRecord("m"), max(scores), tuple(found), run, mask=labels)


def values(cases) -> dict[str, float]:
    return {each.name: each.value for each in scores(cases, "segment", samples=0)}


def test_the_overlap_of_labels_is_that_of_their_masks():
    masks, truth = [square(5, 5, 10), square(30, 40, 12)], [square(7, 6, 10), square(32, 40, 8), square(50, 70, 5)]
    found = result(*masks, scores=(0.9, 0.5))
    got = mask_overlap(found.mask, np.array([1, 2]), [of_mask(each) for each in truth])
    assert got == pytest.approx(mask_iou(np.stack(masks), np.stack(truth)))


def test_distances_are_those_of_the_whole_masks_in_mm():
    mark, truth = square(5, 5, 10), square(8, 7, 12)
    found = values([judge(result(mark, scores=(0.9,)), [Lesion("mass", mask=truth)], "p", threshold=0.2)])
    wanted = Distances.of(mark, truth, SPACING)
    assert found["masses: 95 % Hausdorff distance, mm"] == pytest.approx(wanted.hausdorff95_mm)
    assert found["masses: mean surface distance, mm"] == pytest.approx(wanted.mean_mm)


def test_masks_are_right_or_wrong_by_their_iou():
    """Two lesions: one mask fits exactly, the other with an IoU of 50/100: right at 0.50 of ten steps alone."""
    first, second, half = square(5, 5, 10), square(30, 40, 10), square(30, 40, 10)
    half[35:] = False
    truth = [Lesion("mass", mask=first), Lesion("mass", mask=second)]
    found = values([judge(result(first, half, scores=(0.9, 0.8)), truth, "p", threshold=0.2)])
    one_of_two = 51 / 101
    assert found["masses: AP[.50:.05:.95] of masks"] == pytest.approx((1 + 9 * one_of_two) / 10)


def test_every_measure_of_cobos_is_counted_inside_the_breast():
    mark, truth = square(10, 10, 10), square(10, 15, 10)
    inside = np.zeros(SHAPE, bool)
    inside[:, :30] = True
    found = values([judge(result(mark, scores=(0.9,)), [Lesion("mass", mask=truth)], "p", None, None, 0.2, inside)])
    assert found["pixels: iou pooled"] == pytest.approx(50 / 150)
    assert found["pixels: specificity pooled"] == pytest.approx(1 - 50 / (60 * 30 - 100))
    assert found["pixels: g_mean pooled"] == pytest.approx(np.sqrt(0.5 * (1 - 50 / 1700)))


def test_without_a_spacing_there_are_no_millimetres():
    case = judge(result(square(5, 5, 10), scores=(0.9,), spacing=None), [Lesion("mass", mask=square(5, 5, 10))], "p")
    found = values([case])
    assert found["masses: AP[.50:.05:.95] of masks"] == 1
    assert not any("mm" in name for name in found)


def test_boxes_alone_are_no_outlines():
    case = judge(result(square(5, 5, 10), scores=(0.9,)), [Lesion("mass", box=(5, 5, 15, 15))], "p")
    assert not any("masks" in name for name in values([case]))
