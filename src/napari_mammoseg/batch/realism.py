"""How real synthetic masses look on a data set: crops of real ones, of healthy tissue, and of it with a mass."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
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
from napari_mammoseg.synthesis import synthesize
from napari_mammoseg.synthesis.looks import Box, crop_of
from napari_mammoseg.synthesis.places import Places, healthy_tissue
from napari_mammoseg.tissue.cutout import cut_out, put_back
from napari_mammoseg.training.lesions.realism import features, told_apart
from napari_mammoseg.training.lesions.vgg import Vgg

SETS = {"inbreast": "inbreast-outlines", "mias": "mias"}
"""Data sets with healthy images, and where their real masses come from."""
SIZES_MM = 5.0, 35.0
EACH_IMAGE = 2
"""Places on an image at most."""
DISC = 0.12
"""Grey that a plain disc adds."""
EDGE_MM = 1.0
"""Width of the soft edge of a pasted mass."""
Array = NDArray[np.float32]
Put = Callable[[Mammogram, tuple[int, int], float, Generator], tuple[Array, Box]]
"""The pixels with a mass of this size in mm at this place, and its box."""


@dataclass(frozen=True)
class Crops:
    """Crops of one sort, with the woman that each is of."""

    pictures: list[Array]
    women: list[str]


@dataclass(frozen=True)
class Realism:
    """Areas under the ROC curve of who tells two sorts of crops apart by the features of `training.lesions.realism`.

    made_real: synthetic from real masses, 0.5 where nobody can. made_healthy: synthetic masses from the tissue that
    they were put into. real_healthy: the ceiling. floor: healthy tissue of images with a mass from that of others.
    """

    data_set: str
    model: str
    real: int
    made: int
    women: int
    made_real: float
    made_healthy: float
    real_healthy: float
    floor: float


def measure(
    data_set: str, folder: Path, model: str, vgg: Path, patients: Container[str] | None = None, seed: int = 0
) -> Realism:
    """As many synthetic masses as the data set has real ones, put into images without a mass.

    model: of synthesis, or `discs`, `pasted`. patients: the women whose images masses are put into; None: all.
    Raises InputError where the data set or VGG's file is not there, or no image is left.
    """
    if data_set not in SETS:
        raise InputError(data_set, "is not judged for realism", f"choose from {', '.join(SETS)}")
    seen = Vgg(vgg)
    with_mass, put = samples(SETS[data_set], folder), put_of(model, folder)
    masses, sizes = real(with_mass)
    hosts = [each for each in samples(data_set, folder) if patients is None or each.patient in patients]
    healthy, made = healthy_and_made(massless(hosts), sizes, put, len(sizes), seed)
    if len(made.pictures) < FEWEST:
        raise InputError(data_set, f"has {len(made.pictures)} places on images of these women", "give more women")
    ill = [each for each in with_mass if each.patient in set(masses.women)]
    beside, _ = healthy_and_made(ill, sizes, untouched, len(sizes), seed)
    sorts = {"made": made, "real": masses, "healthy": healthy, "beside": beside}
    told = {name: features(each.pictures, seen) for name, each in sorts.items()}
    apart = {(a, b): told_apart(told[a], told[b], [*sorts[a].women, *sorts[b].women]) for a, b in PAIRS}
    return Realism(data_set, model, len(sizes), len(made.women), len(set(made.women)), *(apart[each] for each in PAIRS))


PAIRS = (("made", "real"), ("made", "healthy"), ("real", "healthy"), ("beside", "healthy"))
FEWEST = 10
"""Synthetic masses without which nothing is said."""


def untouched(image: Mammogram, place: tuple[int, int], size_mm: float, random: Generator) -> tuple[Array, Box]:
    """Nothing is put in."""
    half = size_mm / spacing_of(image)[0] / 2
    return image.pixels, (place[0] - half, place[1] - half, place[0] + half, place[1] + half)


def spacing_of(image: Mammogram) -> Spacing:
    if image.spacing is None:
        raise InputError(image.name, "has no pixel spacing", "give a data set that says it")
    return image.spacing


def real(found: Iterable[Sample]) -> tuple[Crops, list[float]]:
    """Masses of 5 to 35 mm, and their sizes."""
    crops, sizes = Crops([], []), []
    for sample in found:
        image = sample.read()
        for lesion in _masses(image):
            box = box_of(lesion)
            size = _length(box) * spacing_of(image)[0]
            if SIZES_MM[0] <= size <= SIZES_MM[1]:
                crops.pictures.append(crop_of(image.pixels, box))
                crops.women.append(sample.patient)
                sizes.append(size)
    return crops, sizes


def healthy_and_made(
    found: Sequence[Sample], sizes: Sequence[float], put: Put, count: int, seed: int = 0
) -> tuple[Crops, Crops]:
    """Healthy places, sized as the real masses are, and the same places with a mass in them."""
    healthy, made = Crops([], []), Crops([], [])
    random = np.random.default_rng(seed)
    for sample, image, place, size in places(found, sizes, count, random):
        pixels, box = put(image, place, size, random)
        for crops, seen in ((healthy, image.pixels), (made, pixels)):
            crops.pictures.append(crop_of(seen, box))
            crops.women.append(sample.patient)
    return healthy, made


def places(
    found: Sequence[Sample], sizes: Sequence[float], count: int, random: Generator
) -> Iterator[tuple[Sample, Mammogram, tuple[int, int], float]]:
    """`count` places on the samples in a drawn order, a few on each."""
    left = count
    for number in random.permutation(len(found)):
        image = found[int(number)].read()
        free = Places(healthy_tissue(image, spacing_of(image)), spacing_of(image))
        for _ in range(min(EACH_IMAGE, left)):
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


def by_model(model: str) -> Put:
    """What `synthesize` makes with a model; benign and malignant in turn."""
    labels = cycle(("benign", "malignant"))

    def put(image: Mammogram, place: tuple[int, int], size_mm: float, random: Generator) -> tuple[Array, Box]:
        seed = int(random.integers(2**31))
        made = synthesize(image, at=place, size_mm=size_mm, label=next(labels), model=model, seed=seed, run=Run())
        return made.image.pixels, tuple(made.record["box"])

    return put


def disc(image: Mammogram, place: tuple[int, int], size_mm: float, random: Generator) -> tuple[Array, Box]:
    """A plain bright disc."""
    pixels, box = untouched(image, place, size_mm, random)
    rows, columns = np.ogrid[: image.rows, : image.columns]
    inside = (rows - place[0]) ** 2 + (columns - place[1]) ** 2 < (box[2] - place[0]) ** 2
    return np.clip(pixels + np.float32(DISC) * inside, 0, 1).astype(np.float32), box


def pasted(donors: Sequence[Sample]) -> Put:
    """A real mass of another woman, what it is brighter than its surroundings added with a soft edge."""
    masses = [(each, lesion) for each in donors for lesion in _masses(each.read())]

    def put(image: Mammogram, place: tuple[int, int], size_mm: float, random: Generator) -> tuple[Array, Box]:
        others = [pair for pair in masses if pair[0].patient != image.patient]
        sample, lesion = others[int(random.integers(len(others)))]
        donor = sample.read()
        box, mask = box_of(lesion), fill(lesion, (donor.rows, donor.columns))
        centre = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        grey, soft = (cut_out(each, centre, 2 * _length(box), 256) for each in (donor.pixels, mask.astype(np.float32)))
        ring = (ndimage.gaussian_filter(soft, 8) > 0.05) & (soft < 0.5)
        soft = ndimage.gaussian_filter(soft, 256 * EDGE_MM / (2 * size_mm))
        added = ((grey - np.median(grey[ring])) * soft).astype(np.float32)
        side = 2 * size_mm / spacing_of(image)[0]
        back, part = put_back(added, (place[0] + 0.5, place[1] + 0.5), side, (image.rows, image.columns))
        pixels = image.pixels.copy()
        pixels[part] = np.clip(pixels[part] + back, 0, 1)
        half = np.array([box[2] - box[0], box[3] - box[1]]) / _length(box) * side / 4
        return pixels, (place[0] - half[0], place[1] - half[1], place[0] + half[0], place[1] + half[1])

    return put


def _masses(image: Mammogram) -> list[Lesion]:
    return [each for each in image.truth or () if each.kind == "mass" and region(each) is not None]


def box_of(lesion: Lesion) -> Box:
    where = region(lesion)
    assert where is not None
    return where.box


def _length(box: Box) -> float:
    return max(box[2] - box[0], box[3] - box[1])


def put_of(name: str, folder: Path) -> Put:
    """What puts masses in: `discs`, `pasted`, or a model of synthesis."""
    if name == "discs":
        return disc
    return pasted(samples("inbreast-outlines", folder)) if name == "pasted" else by_model(name)
