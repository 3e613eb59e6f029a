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
from napari_mammoseg.pipelines.calcifications.dust import discounted, sharpness, shows_dust
from napari_mammoseg.pipelines.calcifications.evidence import Evidence, evidence_of, sight_of
from napari_mammoseg.pipelines.calcifications.findings import findings_of
from napari_mammoseg.pipelines.calcifications.settings import CalcificationSettings
from napari_mammoseg.pipelines.found import Found
from napari_mammoseg.run import Run

FLOOR = 0.02
LIMIT = 5000
"""Candidates that are kept at most; no breast has as many calcifications."""
BEST_CELLS = 30
POWER = 4
"""Marks and regions are counted by this power of their scores: many weak ones do not make a strong one."""
REGIONS = 1.5
"""What the best regions count together at most, in marks; enough to order patches that have no mark."""
FEWEST = 1e-9
COARSE_MM = 0.15
"""Pictures of larger pixels show more false marks."""
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
        if model.facts.dust and shows_dust(image, seen.spacing):
            sharp = sharpness(image.pixels, found.rows, found.columns)
            found = found.rescored(discounted(found.scores, sharp, model.facts.dust), FLOOR)
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

    The model's fact `image_score` weighs, each as a logarithm: `density`, how many marks a cm² of breast has, the best
    regions with them; or `marks`, the mean log-odds of the `best_marks` best candidates (`scores`, falling), `regions`,
    that of the best cells, and `area`; and `coarseness` of the pixels. Calibrated on images and patches.
    """
    area = np.log10(max(area_cm2, SMALLEST_CM2))
    cells = np.zeros(0, np.float32) if evidence.regions is None else evidence.regions
    regions = np.sort(cells, axis=None)[-BEST_CELLS:]
    calibration = model.facts.image_score or BY_MARKS
    together = calibration(
        density=np.log10(_counted(scores, regions)) - area,
        marks=_best(scores, model.facts.best_marks),
        regions=float(np.mean(regions)) if regions.size else 0.0,
        area=area,
        coarseness=np.log10(max(1.0, float(np.mean(spacing)) / COARSE_MM)),
    )
    return float(expit(together))


def _counted(scores: NDArray[np.float32], regions: NDArray[np.float32]) -> float:
    """How many marks there are, a sure one as 1, with what the best regions add."""
    beside = REGIONS * float(np.mean(expit(regions) ** POWER)) if regions.size else 0.0
    return max(FEWEST, float(np.sum(scores**POWER)) + beside)


def _best(scores: NDArray[np.float32], count: int) -> float:
    """Mean log-odds of the best `count`; those that are missing count as half of the lowest score."""
    best = np.full(count, FLOOR / 2)
    best[: len(scores)] = scores[:count]
    return float(np.mean(logit(np.clip(best, 1e-6, 1 - 1e-6))))
