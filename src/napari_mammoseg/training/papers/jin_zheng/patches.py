"""The pictures that Jin and Zheng 2019 classify (sections 2 and 4.1): patches of 128 x 128, normal or with a tumour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from napari_mammoseg.kinds import CLASSES
from napari_mammoseg.training.classes.masses import Mass
from napari_mammoseg.training.masses.films import MassFilm
from napari_mammoseg.training.papers.jin_zheng.material import eightfold, evenly
from napari_mammoseg.training.papers.jin_zheng.pictures import Picture, cut_uniformly, leaking, uniformly_cut

SIDE = 128
SPACING_MM = 0.2
"""The spacing of MIAS: the paper leaves its pixels as they are."""
NORMAL = 209 / (56 + 46)
"""How many normal images the paper has for each one with a tumour."""


def patches(films: Sequence[MassFilm], balanced: bool) -> list[Picture]:
    """Patches that show the mass of a film with exactly one of known sort, and normal patches, in eight positions.

    For each patch with a mass there are NORMAL normal ones, as many as the paper has images; half a patch where the
    three classes are to be balanced.
    """
    ill = [each for each in films if len(each.boxes) == 1 and each.labels[0] >= 0 and not len(each.ignored)]
    normal = [each for each in films if not len(each.boxes) and not len(each.ignored)]
    shown = uniformly_cut(ill, SIDE)
    healthy = evenly(cut_uniformly(normal, SIDE), round(len(shown) * (0.5 if balanced else NORMAL)))
    return eightfold([*shown, *healthy])


def dealt_patches(
    training: Sequence[MassFilm], unseen: Sequence[MassFilm], balanced: bool, leaked_share: float, seed: int
) -> tuple[list[Mass], list[Mass]]:
    """The patches that train and those that test, each as a film of its own that its box covers.

    leaked_share: where it is not 0, this share of all copies tests, drawn at random, so that copies of one film are on
    both sides, as in the paper.
    """
    if leaked_share:
        train, test = leaking(patches([*training, *unseen], balanced), leaked_share, seed)
    else:
        train, test = patches(training, balanced), patches(unseen, balanced)
    return _as_masses(train), _as_masses(test)


def _as_masses(pictures: Iterable[Picture]) -> list[Mass]:
    whole = np.array([0.0, 0.0, SIDE, SIDE])
    return [Mass(_film(each), whole, _class_of(each)) for each in pictures]


def _film(picture: Picture) -> MassFilm:
    pixels = np.clip(np.round((picture.crop.pixels + 1) * 127.5), 0, 255).astype(np.uint8)
    breast = np.packbits(np.ones(pixels.shape, bool))
    crop = picture.crop
    return MassFilm("mias", picture.film, picture.patient, pixels, breast, crop.boxes, crop.labels, crop.ignored)


def _class_of(picture: Picture) -> str:
    labels = picture.crop.labels
    return CLASSES[1 + int(labels[0])] if len(labels) else CLASSES[0]
