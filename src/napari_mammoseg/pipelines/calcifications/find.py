"""Single microcalcifications and their clusters."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from napari_mammoseg import models
from napari_mammoseg.findings import ProbabilityMap
from napari_mammoseg.inference import compiled
from napari_mammoseg.mammogram import Mammogram, Spacing
from napari_mammoseg.models import Calibration, Model
from napari_mammoseg.pipelines.calcifications.candidates import candidates
from napari_mammoseg.pipelines.calcifications.clusters import Rule, clusters
from napari_mammoseg.pipelines.calcifications.evidence import Evidence, evidence_of, sight_of
from napari_mammoseg.pipelines.calcifications.findings import findings_of
from napari_mammoseg.pipelines.calcifications.settings import CalcificationSettings
from napari_mammoseg.pipelines.found import Found
from napari_mammoseg.run import Run

FLOOR = 0.02
LIMIT = 5000
"""Candidates that are kept at most; no breast has as many calcifications."""
BEST_CELLS = 30
BY_MARKS = Calibration({"marks": 1.0})
SMALLEST_CM2 = 0.25
"""Pictures smaller than the patches of the calibration count as large as these."""


def networks(settings: CalcificationSettings) -> tuple[Model, ...]:
    """All that `find_calcifications` runs: the model, and what says where it is to look (Valvano 2018)."""
    model = models.find(settings.model, task="calcifications")
    return (model, models.find(model.facts.helper)) if model.facts.helper else (model,)


def get_ready(settings: CalcificationSettings, run: Run) -> None:
    """Loads the network that `find_calcifications` will need."""
    model = models.find(settings.model, task="calcifications")
    if model.network is not None and not model.facts.helper:
        compiled(model, run.device, run.backend)


def find_calcifications(image: Mammogram, settings: CalcificationSettings, run: Run) -> Found:
    """Every candidate down to a low score, and the clusters they make (Valvano 2018, section 2.1).

    Without a spacing one is assumed (`tissue.spacing`), and no length or area is given.
    """
    model = networks(settings)[0]
    rule = Rule(settings.cluster_count, settings.cluster_area_cm2, settings.cluster_linkage_mm)
    with run.timed("prepare"):
        seen = sight_of(image, model)
    with run.timed("find"):
        evidence = evidence_of(seen, model, run)
        probability = np.where(seen.breast, expit(evidence.together), np.float32(0))
    with run.timed("list"):
        found = candidates(probability, FLOOR, LIMIT, expit(evidence.own)).on_grid(seen.shape, seen.corner, seen.whole)
        places_mm = np.stack([found.rows, found.columns], axis=1) * np.array(seen.spacing)
        groups = clusters(places_mm, found.scores, rule)
        findings, mask = findings_of(image, found, groups)
        summary = {"rule": str(rule)} | ({"breast_area_cm2": round(seen.breast_cm2, 3)} if image.spacing else {})
    return Found(
        findings,
        image_score(found.scores, evidence, seen.breast_cm2, seen.spacing, model),
        summary,
        mask,
        ProbabilityMap(probability, seen.corner, seen.whole),
    )


def image_score(
    scores: NDArray[np.float32], evidence: Evidence, area_cm2: float, spacing: Spacing, model: Model
) -> float:
    """How likely the image shows calcifications, 0…1.

    From the mean log-odds of its best candidates (`scores`, falling), the evidence of its best regions, and less what
    so large an area of tissue, and an image so much coarser than the model's spacing, has by chance; calibrated on
    images and patches with and without: the model's facts `best_marks` and `image_score`.
    """
    assert model.spacing_mm is not None
    few = model.facts.best_marks
    best = np.full(few, FLOOR / 2)
    best[: len(scores)] = scores[:few]
    found = float(np.mean(logit(np.clip(best, 1e-6, 1 - 1e-6))))
    regions = 0.0 if evidence.regions is None else float(np.mean(np.sort(evidence.regions, axis=None)[-BEST_CELLS:]))
    coarser = np.log10(max(1.0, float(np.mean(spacing)) / model.spacing_mm))
    area = np.log10(max(area_cm2, SMALLEST_CM2))
    calibration = model.facts.image_score or BY_MARKS
    return float(expit(calibration(marks=found, regions=regions, area=area, coarseness=coarser)))
