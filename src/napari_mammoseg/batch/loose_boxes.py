"""Masses of a data set outlined in boxes that are drawn loosely around them, one box at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg._version import VERSION
from napari_mammoseg.batch.evaluation import Evaluation
from napari_mammoseg.batch.faults import as_input_error
from napari_mammoseg.batch.results import Fail, HeldOut, Opens
from napari_mammoseg.errors import Cancelled
from napari_mammoseg.evaluation.boxed import BOXES, ELLIPSE, Box, BoxedMass, boxed_scores, ellipse, loose_box
from napari_mammoseg.evaluation.overlap import Pixels
from napari_mammoseg.evaluation.thresholds import Levels
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.pipelines import analyze_all
from napari_mammoseg.pipelines.segment.cutting import cut_again
from napari_mammoseg.pipelines.segment.find import cuts
from napari_mammoseg.pipelines.segment.settings import SegmentSettings
from napari_mammoseg.run import Run
from napari_mammoseg.training.outlines.crops import mask_of

PIPELINE = "segment"


def in_loose_boxes(
    images: Iterable[tuple[str, Opens]], settings: SegmentSettings, run: Callable[[], Run], seed: int, fail: Fail
) -> Iterator[BoxedMass]:
    """Every outlined mass of the images, each with the name that messages call it. What fails is handed to `fail`.

    The boxes follow from the seed, the image's name and the mass's number alone.
    """
    for name, opens in images:
        try:
            found = list(_masses(opens(), settings, run, seed))
        except Cancelled:
            raise
        except Exception as error:  # noqa: BLE001  any fault of one image is said, and the others are scored
            fail(as_input_error(error, name))
        else:
            yield from found


def evaluation(
    parts: Sequence[HeldOut], model: str, masses: Sequence[BoxedMass], samples: int, seed: int
) -> Evaluation:
    """The scores of masses of one data set; `parts` are those of its patients that were scored."""
    facts = {
        **parts[0].facts,
        "fold": ", ".join(str(each.split.fold) for each in parts),
        "images": sum(len(each.samples) for each in parts),
        "patients": len({each.patient for each in masses}),
        "model": model,
        "intervals": {"level": 0.95, "over": "patients", "samples": samples, "seed": seed},
        "version": VERSION,
    }
    return Evaluation(PIPELINE, (), tuple(boxed_scores(masses, samples, seed)), facts)


def _masses(image: Mammogram, settings: SegmentSettings, run: Callable[[], Run], seed: int) -> Iterator[BoxedMass]:
    image = image.projected()
    for number, lesion in enumerate(image.truth or ()):
        mask = mask_of(lesion, (image.rows, image.columns)) if lesion.kind == "mass" else None
        if mask is None:
            continue
        random = np.random.default_rng([seed, number, *image.name.encode()])
        boxes = [loose_box(mask, random) for _ in range(BOXES)]
        seen = [_outlines(image, mask, box, settings, run) for box in boxes]
        outlines = {name: tuple(each[name] for each, _ in seen) for name in seen[0][0]}
        yield BoxedMass(image.patient or image.name, outlines, tuple(levels for _, levels in seen))


def _outlines(
    image: Mammogram, mask: NDArray[np.bool_], box: Box, settings: SegmentSettings, run: Callable[[], Run]
) -> tuple[dict[str, Pixels], Levels]:
    """The pixels of the box, by what outlined the mass in it: the model at each of its cuts, and the plain ellipse."""
    there = slice(box[0], box[2]), slice(box[1], box[3])
    (first, cut), *others = cuts(settings).items()
    found = analyze_all(image, PIPELINE, replace(settings, cut=cut), run(), [box])
    masks = {f"{first} ({cut:g})": found.mask}
    masks |= {f"{name} ({other:g})": cut_again(found, other, lambda: image).mask for name, other in others}
    outlined = {name: each[there] > 0 for name, each in masks.items() if each is not None}
    outlined[ELLIPSE] = ellipse(box[2] - box[0], box[3] - box[1])
    probability = next(iter(found.windows.values())).values
    counted = {name: Pixels.of(each, mask[there]) for name, each in outlined.items()}
    return counted, Levels.of(probability, mask[there])
