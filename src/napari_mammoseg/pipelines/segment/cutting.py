"""The outlines of an image's masses at one cut of their probabilities, and at another cut without a new run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.corrections import measured
from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import Box, Finding, Findings, ProbabilityMap, Window, count
from napari_mammoseg.mammogram import Mammogram, Spacing
from napari_mammoseg.pipelines.found import Found
from napari_mammoseg.pipelines.segment.outline import Array, Outline, Seen, Size, best_piece, joined, painted
from napari_mammoseg.pipelines.segment.whole import pieces
from napari_mammoseg.tissue.spacing import assumed

Outlined = tuple[Finding, Outline]


def cut_again(findings: Findings, cut: float, image: Callable[[], Mammogram]) -> Findings:
    """The result with its outlines cut at the probability `cut` (above 0, to 1); masses keep their number and score.

    A network that sees the whole image may give other masses: each is a piece of what it marks. image: opens it, where
    its spacing has to be assumed. Raises InputError where the result came without probabilities, as saved ones do.
    """
    known, shape, spacing = (
        findings.probability,
        (findings.image.rows, findings.image.columns),
        findings.image.spacing_mm,
    )
    if known is None:
        raise InputError(findings.image.name, "has a result without probabilities", "run the pipeline again")
    if findings.windows or known.values.shape != shape:
        outlined = [(each, best_piece(_seen(findings.windows[each.id]), cut)) for each in findings.findings]
        score = findings.image_score
    else:
        outlined = outlined_pieces(known.values, cut, spacing or assumed(image().projected()).spacing)
        score = _highest(outlined)
    found, mask = _measured(outlined, shape, spacing)
    summary = {**findings.summary, **count(found, findings.summary.get("breast_area_cm2"))}
    return replace(findings, findings=found, mask=mask, image_score=score, summary=summary)


def of_all(outlined: Sequence[Outlined], seen: Sequence[Seen], shape: Size, spacing: Spacing | None) -> Found:
    """What a pipeline returns of masses outlined on an image of `shape`, and of all that was seen of it."""
    findings, mask = _measured(outlined, shape, spacing)
    values, corner = joined(seen)
    return Found(findings, _highest(outlined), mask=mask, probability=ProbabilityMap(values, corner, shape))


def outlined_pieces(probability: Array, cut: float, spacing: Spacing) -> list[Outlined]:
    """The masses of a whole image (rows, columns): pieces at `cut` or above, the likeliest first."""
    found = sorted(pieces(probability, cut, spacing), key=lambda each: -each.probability)
    return [(mass(id, each.box, round(each.probability, 4)), each) for id, each in enumerate(found, start=1)]


def mass(id: int, box: Box, score: float) -> Finding:
    """A mass that is not measured yet."""
    return Finding(id, "mass", box, ((box[0] + box[2] - 1) / 2, (box[1] + box[3] - 1) / 2), score)


def as_window(seen: Seen) -> Window:
    """The same, to be kept with the result."""
    rows, columns = seen.part
    return Window(seen.values, (rows.start, columns.start))


def _seen(window: Window) -> Seen:
    (rows, columns), (top, left) = window.values.shape, window.corner
    return Seen(window.values, (slice(top, top + rows), slice(left, left + columns)))


def _highest(outlined: Sequence[Outlined]) -> float:
    return max((each.score for each, _ in outlined), default=0.0)


def _measured(
    outlined: Sequence[Outlined], shape: Size, spacing: Spacing | None
) -> tuple[tuple[Finding, ...], NDArray[np.uint16]]:
    """The masses with the place and the size of their labels, and these. One that others cover wholly is left out."""
    mask = painted({each.id: outline for each, outline in outlined}, shape)
    labels = {each.id: each for each in measured(mask, spacing, "mass")}
    found = (_with_outline(each, outline, labels[each.id]) for each, outline in outlined if each.id in labels)
    return tuple(found), mask


def _with_outline(mass: Finding, outline: Outline, label: Finding) -> Finding:
    features = {"outline_probability": round(outline.probability, 4), "cut": round(outline.cut, 4)}
    return replace(
        mass,
        box=label.box,
        centroid=label.centroid,
        area_mm2=label.area_mm2,
        diameter_mm=label.diameter_mm,
        features={**mass.features, **features},
    )
