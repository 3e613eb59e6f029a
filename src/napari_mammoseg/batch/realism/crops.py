"""Crops of real masses, of healthy tissue, and of it with a mass put in, as the measures of realism see them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.random import Generator

from napari_mammoseg.batch.realism.methods import Array, Put, box_of, length, masses_of, spacing_of
from napari_mammoseg.data_sets import Sample
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.synthesis.looks import Box, crop_of
from napari_mammoseg.synthesis.places import Places, healthy_tissue

SIZES_MM = 5.0, 35.0
EACH_IMAGE = 2
"""Places on an image at most."""


@dataclass(frozen=True)
class Crops:
    """Crops of one sort, with the woman that each is of, and the size in mm of its mass."""

    pictures: list[Array] = field(default_factory=list)
    women: list[str] = field(default_factory=list)
    sizes: list[float] = field(default_factory=list)

    def add(self, pixels: Array, box: Box, woman: str, size_mm: float) -> None:
        self.pictures.append(crop_of(pixels, box))
        self.women.append(woman)
        self.sizes.append(size_mm)


@dataclass(frozen=True)
class Insertion:
    """A mass put into a healthy place of `image`: the pixels with it, and its box."""

    sample: Sample
    image: Mammogram
    pixels: Array
    box: Box
    size_mm: float


def real_masses(found: Iterable[Sample]) -> Iterator[tuple[Sample, Mammogram, list[Box]]]:
    """The images with masses of 5 to 35 mm, and their boxes."""
    for sample in found:
        image = sample.read()
        boxes = [box_of(each) for each in masses_of(image)]
        fitting = [each for each in boxes if SIZES_MM[0] <= length(each) * spacing_of(image)[0] <= SIZES_MM[1]]
        if fitting:
            yield sample, image, fitting


def insertions(
    found: Sequence[Sample], sizes: Sequence[float], put: Put, count: int, seed: int = 0
) -> Iterator[Insertion]:
    """Masses at healthy places, sized as `sizes` are."""
    random = np.random.default_rng(seed)
    for sample, image, place, size in places(found, sizes, count, random):
        yield Insertion(sample, image, *put(image, place, size, random), size)


def places(
    found: Sequence[Sample], sizes: Sequence[float], count: int, random: Generator, each_image: int = EACH_IMAGE
) -> Iterator[tuple[Sample, Mammogram, tuple[int, int], float]]:
    """`count` places on the samples in a drawn order, a few on each."""
    left = count
    for number in random.permutation(len(found)):
        image = found[int(number)].read()
        free = Places(healthy_tissue(image, spacing_of(image)), spacing_of(image))
        for _ in range(min(each_image, left)):
            size = float(random.choice(sizes))
            place = free.draw(size, random)
            if place is not None:
                left -= 1
                yield found[int(number)], image, place, size
        if left == 0:
            return


def massless(found: Iterable[Sample]) -> list[Sample]:
    """The images that are known to have no mass."""
    return [each for each in found if not any(lesion.kind == "mass" for lesion in each.read().truth or ())]
