"""Masses, each boxed, with how sure the detector is and how likely the mass is malignant."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from napari_mammoseg import models
from napari_mammoseg.findings import Box, Finding
from napari_mammoseg.inference import compiled
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.models import Model
from napari_mammoseg.pipelines.found import Found
from napari_mammoseg.pipelines.masses.classes import classified
from napari_mammoseg.pipelines.masses.marks import Marks, find_marks
from napari_mammoseg.pipelines.masses.rivals import beside_surer
from napari_mammoseg.pipelines.masses.settings import MassSettings
from napari_mammoseg.run import Run
from napari_mammoseg.tissue.sight import Sight
from napari_mammoseg.tissue.standard import standardised
from napari_mammoseg.verdicts import diameter


def networks(settings: MassSettings) -> tuple[Model, ...]:
    """All that `find_masses` runs: the detector, and what tells benign from malignant where that is another network."""
    detector = models.find(settings.model, task="masses")
    classifier = settings.classifier or detector.facts.helper
    return (detector, models.find(classifier, task="classify")) if classifier else (detector,)


def get_ready(settings: MassSettings, run: Run) -> None:
    """Loads the networks that `find_masses` will need."""
    for each in networks(settings):
        compiled(each, run.device, run.backend)


def find_masses(image: Mammogram, settings: MassSettings, run: Run) -> Found:
    """Every box down to a low score. Without a spacing one is assumed (`tissue.spacing`), and no length is given.

    Pipelines that look for masses on one image find them once, where their run has `known`.
    """
    used = networks(settings)
    key = find_masses, tuple((each.name, each.sha256) for each in used), settings.nms_iou
    return run.once(key, lambda: _find(image, used, settings.nms_iou, run))


def _find(image: Mammogram, used: tuple[Model, ...], nms_iou: float, run: Run) -> Found:
    model, *classifiers = used
    with run.timed("prepare"):
        assert model.spacing_mm is not None
        seen = Sight.of_breast_or_field(image, model.spacing_mm)
        picture = standardised(seen.pixels, seen.breast)
    with run.timed("detect"):
        marks = find_marks(model, picture, nms_iou, run)
    marks = _within(marks, seen.breast)
    boxes = _whole_pixels(seen.boxes_back(marks.boxes), image)
    for classifier in classifiers:
        with run.timed("classify"):
            marks = classified(classifier, picture, replace(marks, boxes=seen.boxes_on(boxes.astype(np.float64))), run)
    findings = _findings(image, boxes, marks, model)
    return Found(findings, max((each.score for each in findings), default=0.0))


def _within(marks: Marks, breast: NDArray[np.bool_]) -> Marks:
    """Those whose middle lies in the breast."""
    middle = (marks.boxes[:, :2] + marks.boxes[:, 2:]) / 2
    rows, columns = np.clip(middle.astype(int).T, 0, np.array(breast.shape)[:, None] - 1)
    kept = breast[rows, columns]
    return Marks(marks.boxes[kept], marks.scores[kept], marks.p_malignant[kept])


def calibrated(scores: NDArray[np.float64], model: Model) -> NDArray[np.float64]:
    """Scores that mean the same with every detector: at the score s it makes (1 / s - 1) / 4 false positives an image.

    0.5 is 0.25 of them, 0.2 is 1: the model's calibration, measured on images held out. Without one the scores stay
    as they are.
    """
    if model.facts.calibration is None:
        return scores
    return np.asarray(expit(model.facts.calibration(score=logit(np.clip(scores, 1e-6, 1 - 1e-6)))))


def final_scores(scores: NDArray[np.float64], model: Model) -> NDArray[np.float64]:
    """The scores (n,) of all marks of an image, 0…1, from raw ones: calibrated, and lower beside surer marks.

    A paper's network answers as it was published: its marks know nothing of each other.
    """
    alone = calibrated(scores, model)
    return alone if model.facts.calibration is None or model.paper else beside_surer(alone)


def _whole_pixels(boxes: NDArray[np.float64], image: Mammogram) -> NDArray[np.intp]:
    """Boxes (n, 4) in the image's pixels on its whole ones, at least one each way: as findings have them."""
    rounded = np.floor(boxes + 0.5).astype(np.intp)
    first = np.minimum(rounded[:, :2], [image.rows - 1, image.columns - 1])
    return np.concatenate([first, np.maximum(rounded[:, 2:], first + 1)], axis=1)


def _findings(image: Mammogram, boxes: NDArray[np.intp], marks: Marks, model: Model) -> tuple[Finding, ...]:
    """The marks in the order they have, with their boxes in the image's own pixels."""
    scores = final_scores(marks.scores, model)
    return tuple(
        _finding(id, box, score, p_malignant, image)
        for id, (box, score, p_malignant) in enumerate(
            zip(boxes.tolist(), scores.tolist(), marks.p_malignant.tolist(), strict=True), start=1
        )
    )


def _finding(id: int, sides: list[int], score: float, p_malignant: float, image: Mammogram) -> Finding:
    row0, column0, row1, column1 = sides
    box: Box = (row0, column0, row1, column1)
    return Finding(
        id=id,
        kind="mass",
        box=box,
        centroid=((row0 + row1 - 1) / 2, (column0 + column1 - 1) / 2),
        score=round(score, 4),
        diameter_mm=diameter("mass", box, image.spacing),
        label="malignant" if p_malignant >= 0.5 else "benign",
        p_malignant=round(p_malignant, 4),
    )
