"""What puts masses into healthy tissue: a model of synthesis, and the plain methods that it is compared with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import cycle
from pathlib import Path

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy import ndimage

from napari_mammoseg.data_sets import Sample, samples
from napari_mammoseg.errors import InputError
from napari_mammoseg.geometry.regions import fill, region
from napari_mammoseg.mammogram import Lesion, Mammogram, Spacing
from napari_mammoseg.run import Run
from napari_mammoseg.synthesis import LABELS, synthesize
from napari_mammoseg.synthesis.looks import Box
from napari_mammoseg.tissue.cutout import cut_out, put_back

DISCS, PASTED = "discs", "pasted"
DISC = 0.12
"""Grey that a plain disc adds."""
EDGE_MM = 1.0
"""Width of the soft edge of a pasted mass."""
Array = NDArray[np.float32]
Put = Callable[[Mammogram, tuple[int, int], float, Generator], tuple[Array, Box]]
"""The pixels with a mass of this size in mm at this place, and its box."""


def put_of(name: str, folder: Path) -> Put:
    """What puts masses in: `discs`, `pasted`, or a model of synthesis."""
    if name == DISCS:
        return disc
    return pasted(samples("inbreast-outlines", folder)) if name == PASTED else by_model(name)


def by_model(model: str, labels: Sequence[str] = LABELS) -> Put:
    """What `synthesize` makes with a model; each of the labels in turn."""
    turns = cycle(labels)

    def put(image: Mammogram, place: tuple[int, int], size_mm: float, random: Generator) -> tuple[Array, Box]:
        seed = int(random.integers(2**31))
        made = synthesize(image, at=place, size_mm=size_mm, label=next(turns), model=model, seed=seed, run=Run())
        return made.image.pixels, tuple(made.record["box"])

    return put


def disc(image: Mammogram, place: tuple[int, int], size_mm: float, random: Generator) -> tuple[Array, Box]:
    """A plain bright disc."""
    pixels, box = untouched(image, place, size_mm, random)
    rows, columns = np.ogrid[: image.rows, : image.columns]
    inside = (rows - place[0]) ** 2 + (columns - place[1]) ** 2 < (box[2] - place[0]) ** 2
    return np.clip(pixels + np.float32(DISC) * inside, 0, 1).astype(np.float32), box


def untouched(image: Mammogram, place: tuple[int, int], size_mm: float, random: Generator) -> tuple[Array, Box]:
    """Nothing is put in."""
    half = size_mm / spacing_of(image)[0] / 2
    return image.pixels, (place[0] - half, place[1] - half, place[0] + half, place[1] + half)


def pasted(donors: Sequence[Sample], label: str | None = None) -> Put:
    """A real mass of another woman, what it is brighter than its surroundings added with a soft edge.

    label: of the masses that are taken; None: any.
    """
    masses = [
        (each, lesion) for each in donors for lesion in masses_of(each.read()) if label is None or lesion.label == label
    ]

    def put(image: Mammogram, place: tuple[int, int], size_mm: float, random: Generator) -> tuple[Array, Box]:
        others = [pair for pair in masses if pair[0].patient != image.patient]
        sample, lesion = others[int(random.integers(len(others)))]
        donor = sample.read()
        box, mask = box_of(lesion), fill(lesion, (donor.rows, donor.columns))
        centre = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        grey, soft = (cut_out(each, centre, 2 * length(box), 256) for each in (donor.pixels, mask.astype(np.float32)))
        ring = (ndimage.gaussian_filter(soft, 8) > 0.05) & (soft < 0.5)
        soft = ndimage.gaussian_filter(soft, 256 * EDGE_MM / (2 * size_mm))
        added = ((grey - np.median(grey[ring])) * soft).astype(np.float32)
        side = 2 * size_mm / spacing_of(image)[0]
        back, part = put_back(added, (place[0] + 0.5, place[1] + 0.5), side, (image.rows, image.columns))
        pixels = image.pixels.copy()
        pixels[part] = np.clip(pixels[part] + back, 0, 1)
        half = np.array([box[2] - box[0], box[3] - box[1]]) / length(box) * side / 4
        return pixels, (place[0] - half[0], place[1] - half[1], place[0] + half[0], place[1] + half[1])

    return put


def spacing_of(image: Mammogram) -> Spacing:
    if image.spacing is None:
        raise InputError(image.name, "has no pixel spacing", "give a data set that says it")
    return image.spacing


def masses_of(image: Mammogram) -> list[Lesion]:
    """Those whose place is known."""
    return [each for each in image.truth or () if each.kind == "mass" and region(each) is not None]


def box_of(lesion: Lesion) -> Box:
    where = region(lesion)
    assert where is not None
    return where.box


def length(box: Box) -> float:
    """Of its longer side."""
    return max(box[2] - box[0], box[3] - box[1])
