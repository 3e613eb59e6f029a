"""Benign or malignant: drawn boxes one by one, or the whole image by the masses that a detector finds on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg import models
from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import Box, Finding, ProbabilityMap
from napari_mammoseg.inference import compiled
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.models import Model
from napari_mammoseg.pipelines.classify.grad_cam import grad_cam
from napari_mammoseg.pipelines.classify.settings import NOT_BLANKED, ClassifySettings
from napari_mammoseg.pipelines.classify.views import Array, Views, blanked
from napari_mammoseg.pipelines.found import Found
from napari_mammoseg.pipelines.masses.classes import answered
from napari_mammoseg.pipelines.masses.find import find_masses
from napari_mammoseg.pipelines.masses.settings import MassSettings
from napari_mammoseg.run import Run
from napari_mammoseg.verdicts import diameter

Label = Literal["normal", "benign", "malignant"]
SURE = 0.5
"""A mass of this score is taken to be there: whole mammograms get 0.25 false ones each."""
BLANKED = "what lies in each box was blanked out before the network saw it: a control, not an answer"
OF_BOXES = "Each box: the probability that its mass is malignant"
OF_IMAGE = "The whole image: the highest product of a mass's score and its probability to be malignant"


def networks(settings: ClassifySettings) -> tuple[Model, ...]:
    """The classifier, and the model that looks for masses where no box is drawn."""
    return models.find(settings.model, task="classify"), models.find(settings.finder, task="masses")


def get_ready(settings: ClassifySettings, run: Run) -> None:
    """Loads the networks that `classify_regions` will need."""
    for each in networks(settings):
        compiled(each, run.device, run.backend)


def classify_regions(
    image: Mammogram, settings: ClassifySettings, run: Run, boxes: Sequence[Box] | None = None
) -> Found:
    """One region for each of `boxes`, with the classifier's answer; without boxes one region, the whole image.

    The score is the probability of malignancy, also of the image: that of its likeliest region. Without a spacing one
    is assumed (`tissue.spacing`).
    """
    if settings.blank != NOT_BLANKED:
        if boxes is None:
            raise InputError("setting blank", "is for masses in boxes", "draw or give boxes (evaluate: --boxes truth)")
        run.warn(BLANKED)
    return _whole(image, settings, run) if boxes is None else _boxed(image, settings, run, boxes)


def _boxed(image: Mammogram, settings: ClassifySettings, run: Run, boxes: Sequence[Box]) -> Found:
    views, shown = _shown(image, settings, run, boxes)
    for box in boxes:
        if not views.shows_breast(box):
            run.warn(f"box {','.join(map(str, box))} shows no breast: what is said of it means nothing")
    with run.timed("classify"):
        answers = answered(views.model, shown, run)
    regions = tuple(
        _answered(id, box, answer, image) for id, (box, answer) in enumerate(zip(boxes, answers, strict=True), 1)
    )
    heat = _heat(views, shown, boxes, run) if settings.heat else None
    return Found(regions, max(each.score for each in regions), {"rule": OF_BOXES}, probability=heat)


def _whole(image: Mammogram, settings: ClassifySettings, run: Run) -> Found:
    wanted = MassSettings(model=settings.finder, classifier=settings.model)
    masses = find_masses(image, wanted, run).findings
    best = max(masses, key=likely, default=None)
    score = 0.0 if best is None else likely(best)
    present = any(each.score >= SURE for each in masses)
    label: Label = "malignant" if score >= 0.5 else "benign" if present else "normal"
    region = _region((0, 0, image.rows, image.columns), score, label, image, {} if best is None else _decisive(best))
    heat = None
    if settings.heat:
        boxes = [] if best is None else [best.box]
        heat = _heat(*_shown(image, settings, run, boxes), boxes, run)
    return Found((region,), region.score, {"rule": OF_IMAGE}, probability=heat)


def likely(mass: Finding) -> float:
    """How likely there is a mass and it is malignant."""
    return mass.score * (mass.p_malignant or 0.0)


def _shown(image: Mammogram, settings: ClassifySettings, run: Run, boxes: Sequence[Box]) -> tuple[Views, list[Array]]:
    """The image as the classifier sees it, and what it is shown of each box."""
    with run.timed("prepare"):
        views = Views.of(networks(settings)[0], image)
        shown = [views.view(box) for box in boxes]
        if settings.blank != NOT_BLANKED:
            random = np.random.default_rng(run.seed)
            shown = [blanked(each, views.model.facts.context, settings.blank, random) for each in shown]
    return views, shown


def _heat(views: Views, shown: Sequence[Array], boxes: Sequence[Box], run: Run) -> ProbabilityMap:
    with run.timed("heat"):
        return views.map_back(grad_cam(views.model, shown, run), boxes)


def _answered(id: int, box: Box, answer: NDArray[np.float64], image: Mammogram) -> Finding:
    """answer: the probabilities of CLASSES, of which the highest gives the label."""
    normal, benign, malignant = (float(each) for each in answer)
    label: Label = "normal" if normal > max(benign, malignant) else "benign" if benign > malignant else "malignant"
    beside = {"p_normal": round(normal, 4), "p_benign": round(benign, 4)} if normal else {}
    return _region(box, malignant, label, image, beside, id)


def _decisive(mass: Finding) -> dict[str, float]:
    """What the image's score comes from."""
    return {
        "mass_row": mass.centroid[0],
        "mass_column": mass.centroid[1],
        "mass_score": mass.score,
        "mass_p_malignant": round(mass.p_malignant or 0.0, 4),
    }


def _region(
    box: Box, p_malignant: float, label: Label, image: Mammogram, features: Mapping[str, float], id: int = 1
) -> Finding:
    return Finding(
        id=id,
        kind="region",
        box=box,
        centroid=((box[0] + box[2] - 1) / 2, (box[1] + box[3] - 1) / 2),
        score=round(p_malignant, 4),
        diameter_mm=diameter("region", box, image.spacing),
        label=label,
        p_malignant=round(p_malignant, 4),
        features=features,
    )
