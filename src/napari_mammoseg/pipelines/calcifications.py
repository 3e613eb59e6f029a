"""Single microcalcifications and their clusters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from napari_mammoseg import models
from napari_mammoseg.findings import Finding, Findings, ImageRecord, ModelRecord, ProbabilityMap, RunRecord
from napari_mammoseg.inference import compiled, predict
from napari_mammoseg.mammogram import Mammogram, Spacing
from napari_mammoseg.models import Model
from napari_mammoseg.pipelines import valvano
from napari_mammoseg.pipelines.calcification_settings import CalcificationSettings
from napari_mammoseg.pipelines.candidates import Candidates, candidates
from napari_mammoseg.pipelines.clusters import Cluster, Rule, clusters
from napari_mammoseg.pipelines.vascular import vascular
from napari_mammoseg.run import Run
from napari_mammoseg.tissue.blobs import blob_contrast
from napari_mammoseg.tissue.breast import breast_mask
from napari_mammoseg.tissue.contrast import COARSE, as_grey, contrast_to_ring, local_contrast
from napari_mammoseg.tissue.resample import resample, shape_at

AROUND_MM, AROUND_PX = 0.5, 5
"""How far the tissue around a calcification reaches that its contrast is measured against."""
FLOOR = 0.02
LIMIT = 5000
"""Candidates that are kept at most; no breast has as many calcifications."""


BEST_CELLS = 30
SMALLEST_CM2 = 0.25
"""Pictures smaller than the patches of the calibration count as large as these."""
NOTHING = np.float32(-20.0)
"""Evidence outside the breast and in a picture without any contrast."""
EVEN = 1e-3
DETECTOR = "detector"
"""In a model's data: the network that says where it is to look (Valvano 2018)."""
LEAST_MARGIN = 16
"""Pixels around the breast that are looked at too, at the model's spacing."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Log-odds at the model's spacing, (rows, columns). together: of each pixel, its own and its region's weighed; own:
    its own alone, which draws the outlines; regions: of clustered calcifications, a cell each, where the model says."""

    together: NDArray[np.float32]
    own: NDArray[np.float32]
    regions: NDArray[np.float32] | None = None


def get_ready(settings: CalcificationSettings, run: Run) -> None:
    """Loads the network that `find_calcifications` will need."""
    model = models.find(settings.model, task="calcifications")
    if model.network is not None and DETECTOR not in model.data:
        compiled(model, run.device, run.backend)


def find_calcifications(image: Mammogram, settings: CalcificationSettings, run: Run) -> Findings:
    """Every candidate down to a low score, and the clusters they make (Valvano 2018, section 2.1).

    Without a spacing the model's own is assumed, said in the run's warnings, and no length or area is given.
    """
    model = models.find(settings.model, task="calcifications")
    spacing = _spacing(image, model, run)
    rule = Rule(settings.cluster_count, settings.cluster_area_cm2, settings.cluster_linkage_mm)
    with run.timed("prepare"):
        seen = _view(image, spacing, model)
    with run.timed("find"):
        evidence = _evidence(seen.pixels, seen.breast, model, run)
        probability = np.where(seen.breast, expit(evidence.together), np.float32(0))
    with run.timed("list"):
        shape = image.rows, image.columns
        found = candidates(probability, FLOOR, LIMIT, expit(evidence.own)).on_grid(shape, seen.corner, seen.whole)
        places_mm = np.stack([found.rows, found.columns], axis=1) * np.array(spacing)
        groups = clusters(places_mm, found.scores, rule)
        findings, mask = _findings(image, found, groups)
        area = float(seen.breast.sum()) / np.prod(seen.whole) * np.prod(shape) * spacing[0] * spacing[1] / 100
        summary = {"rule": str(rule)} | ({"breast_area_cm2": round(area, 3)} if image.spacing else {})
    return Findings(
        ImageRecord.of(image),
        "calcifications",
        ModelRecord(model.name, model.sha256),
        image_score(found.scores, evidence, area, model),
        findings,
        RunRecord("", {}),
        summary,
        mask=mask,
        probability=ProbabilityMap(probability, seen.corner, seen.whole),
    )


@dataclass(frozen=True, slots=True)
class View:
    """What the model sees of an image: the part that holds the breast, at the model's spacing.

    pixels, breast: (rows, columns) of that part; corner: where it begins on the whole grid, whose shape is `whole`.
    """

    pixels: NDArray[np.float32]
    breast: NDArray[np.bool_]
    corner: tuple[int, int]
    whole: tuple[int, int]


def _view(image: Mammogram, spacing: Spacing, model: Model) -> View:
    """With so much around the breast that the network's answers in it are those of the whole image."""
    assert model.spacing_mm is not None
    whole = shape_at((image.rows, image.columns), spacing, model.spacing_mm)
    breast = breast_mask(image.pixels, spacing, whole)
    margin, step = max(model.halo, LEAST_MARGIN), model.multiple * COARSE
    part = _extent(np.any(breast, axis=1), margin, step), _extent(np.any(breast, axis=0), margin, step)
    corner = part[0].start, part[1].start
    return View(resample(image.pixels, whole, part), breast[part], corner, whole)


def _extent(any_breast: Any, margin: int, step: int) -> slice:
    """From the first to the last, with a margin; begins at a multiple of `step`. All of it where there is none."""
    where = np.flatnonzero(any_breast)
    if not len(where):
        return slice(0, len(any_breast))
    start = max(0, int(where[0]) - margin) // step * step
    return slice(start, min(len(any_breast), int(where[-1]) + 1 + margin))


def image_score(scores: NDArray[np.float32], evidence: Evidence, area_cm2: float, model: Model) -> float:
    """How likely the image shows calcifications, 0…1.

    From the mean log-odds of its best candidates (`scores`, falling), the evidence of its best regions, and less what
    so large an area of tissue has by chance; calibrated on images and patches with and without:
    `model.data["image_score"]` is how many candidates, and the weights of the three and of one.
    """
    few, *weights = model.data.get("image_score", (4, 1.0, 0.0, 0.0, 0.0))
    best = np.full(int(few), FLOOR / 2)
    best[: len(scores)] = scores[: int(few)]
    found = float(np.mean(logit(np.clip(best, 1e-6, 1 - 1e-6))))
    regions = 0.0 if evidence.regions is None else float(np.mean(np.sort(evidence.regions, axis=None)[-BEST_CELLS:]))
    return float(expit(np.dot(weights, [found, regions, np.log10(max(area_cm2, SMALLEST_CM2)), 1.0])))


def _spacing(image: Mammogram, model: Model, run: Run) -> Spacing:
    if image.spacing is not None:
        return image.spacing
    assumed = float(model.spacing_mm or 0.1)
    run.warn(f"pixel spacing unknown: {assumed:g} mm assumed for the search, lengths are not given; set --spacing")
    return assumed, assumed


def _evidence(pixels: NDArray[np.float32], breast: NDArray[np.bool_], model: Model, run: Run) -> Evidence:
    """What the model says, at its spacing."""
    assert model.spacing_mm is not None
    *weights, offset = (np.float32(each) for each in model.data.get("calibration", (1.0, 0.0)))
    if model.network is None:
        contrast = weights[0] * blob_contrast(pixels, model.spacing_mm, breast) + offset
        return Evidence(contrast, contrast)
    contrast = local_contrast(pixels, model.spacing_mm, breast)
    if np.ptp(contrast) < EVEN:
        return Evidence(*(np.full(pixels.shape, NOTHING),) * 3)
    if DETECTOR in model.data:
        segmented = valvano.evidence(as_grey(contrast), breast, model, run)
        return Evidence(segmented, segmented)
    own, region = predict(model, contrast[np.newaxis], run, inside=breast)
    region = region[:: model.multiple, :: model.multiple]
    cells = np.where(breast[:: model.multiple, :: model.multiple], region, NOTHING)
    together = weights[1] * resample(region, (own.shape[0], own.shape[1])) + offset
    together += weights[0] * own
    return Evidence(together, own, cells)


def _findings(
    image: Mammogram, found: Candidates, groups: Sequence[Cluster]
) -> tuple[tuple[Finding, ...], NDArray[np.uint16]]:
    """Findings with ids by falling score over both kinds, in the image's own pixels, and the mask of their ids."""
    scores = np.concatenate([found.scores, np.array([each.score for each in groups], np.float32)])
    order = np.argsort(-scores, kind="stable")
    ids = np.empty(len(order), int)
    ids[order] = np.arange(1, len(order) + 1)
    count = len(found.scores)
    cluster_of = {int(each): int(ids[count + k]) for k, group in enumerate(groups) for each in group.members}
    single, mask = _calcifications(found, ids, cluster_of, image)
    grouped = [
        _cluster([single[i] for i in group.members], group, int(ids[count + k]), image.spacing)
        for k, group in enumerate(groups)
    ]
    return tuple(sorted([*single, *grouped], key=lambda each: each.id)), mask


def _calcifications(
    found: Candidates,
    ids: NDArray[np.int_],
    cluster_of: dict[int, int],
    image: Mammogram,
) -> tuple[list[Finding], NDArray[np.uint16]]:
    spacing = image.spacing
    reach = max(2, round(AROUND_MM / spacing[0])) if spacing else AROUND_PX
    mask = np.zeros(found.labels.shape, np.uint16)
    findings = []
    for index, window in enumerate(found.windows):
        mine = found.labels[window] == index + 1
        mask[window][mine] = ids[index]
        rows, columns = (each + part.start for each, part in zip(np.nonzero(mine), window, strict=True))
        area = rows.size * spacing[0] * spacing[1] if spacing else None
        findings.append(
            Finding(
                id=int(ids[index]),
                kind="calcification",
                box=(int(rows.min()), int(columns.min()), int(rows.max()) + 1, int(columns.max()) + 1),
                centroid=(round(float(rows.mean()), 2), round(float(columns.mean()), 2)),
                score=_rounded(found.scores[index]),
                area_mm2=None if area is None else round(area, 5),
                diameter_mm=None if area is None else round(float(np.sqrt(4 * area / np.pi)), 4),
                cluster=cluster_of.get(index),
                features={"contrast": round(contrast_to_ring(image.pixels, window, mine, reach), 4)},
            )
        )
    return findings, mask


def _cluster(members: Sequence[Finding], group: Cluster, number: int, spacing: Spacing | None) -> Finding:
    """The box holds all members; the centre is their mean, weighted by their scores."""
    boxes = np.array([each.box for each in members])
    (top, left), (bottom, right) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    places = [each.centroid for each in members]
    centre = np.average(places, axis=0, weights=[each.score for each in members])
    size = None if spacing is None else float(np.hypot((bottom - top) * spacing[0], (right - left) * spacing[1]))
    return Finding(
        id=number,
        kind="cluster",
        box=(int(top), int(left), int(bottom), int(right)),
        centroid=(round(float(centre[0]), 2), round(float(centre[1]), 2)),
        score=_rounded(group.score),
        diameter_mm=None if size is None else round(size, 3),
        features={
            "count": len(members),
            "vascular": vascular(np.array(places) * (spacing or 1)),
        },
    )


def _rounded(score: float | np.floating) -> float:
    return round(float(score), 6)
