"""A synthetic mass: an outline, what a model makes of it at its own scale, and the way back to the image's pixels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy import ndimage

from napari_mammoseg.errors import InputError
from napari_mammoseg.inference import compiled, resolve
from napari_mammoseg.inference.backends import Compiled
from napari_mammoseg.mammogram import Mammogram, Spacing
from napari_mammoseg.models import Model
from napari_mammoseg.phantom.masses import Margin, draw
from napari_mammoseg.run import Run
from napari_mammoseg.synthesis.of_class import malignancy
from napari_mammoseg.synthesis.synthetic import Patch
from napari_mammoseg.tissue.cutout import cut_out, put_back

Array = NDArray[np.float32]
Mask = NDArray[np.bool_]
REACH_MM = 3.0
"""Nothing changes farther than this from the mask."""
FADE_MM = 1.5
"""Over which what is added fades out before that."""
SOFT = 3.0
"""Deviation of the soft mask's edge, in the network's pixels; as in its training."""
MARGINS: dict[str, tuple[Margin, ...]] = {"benign": ("circumscribed", "lobulated"), "malignant": ("spiculated",)}
"""The outlines that masses of a class most often have (BI-RADS)."""
CLASSES = ("benign", "malignant")
BRIGHTER = 0.5, 0.9
"""What the middle of a drawn mass adds, in units of half the tissue's range of grey."""
LEAST_SEEN = 1.3
"""A network sees at least so many sizes of the mass."""
STYLES, NEAREST = 6, 3
"""Masses that a network paints, and those of them whose contrast is nearest to a drawn one. Of these the one is taken
that looks most like its class to the classifier of masses."""
CONTRAST = 0.2, 0.7
"""Of most real masses (first to last sixth of 666), in units of half the tissue's range of grey."""
FINE = 2.0
"""Deviation in the network's pixels: what is finer is the image's own, not the network's."""
GRAIN, RIM = 0.15, 0.4
"""So much stronger the fine structure of the tissue is in a mass, and a structure twice as coarse along its rim."""
RING = 10
"""Pixels around a mass that it is compared with."""
SMALLEST_ROOM = 0.05
"""Grey that a mass may add at least, however bright the tissue is."""
FINE_MM = 0.2
DRAWN_MM = 20.0


@dataclass(frozen=True, slots=True)
class Shape:
    """A mass in the square that a model sees: density about 1 in its middle, and the mask of its body."""

    density: Array
    mask: Mask


@dataclass(frozen=True, slots=True)
class Site:
    """Where a mass goes: row and column of its middle (pixel centres at whole numbers), size, class.

    outline: its mask in the image where a person drew it.
    """

    centre: tuple[float, float]
    size_mm: float
    label: str
    outline: Mask | None = None


def put_mass(image: Mammogram, spacing: Spacing, site: Site, model: Model, random: Generator, run: Run) -> Patch:
    """The patch of a mass that `model` makes at `site`. Raises InputError where its weights are missing."""
    side = model.facts.side or 128
    shape_of_image = image.rows, image.columns
    seen_mm = model.facts.context * site.size_mm if model.spacing_mm is None else side * model.spacing_mm
    if seen_mm < LEAST_SEEN * site.size_mm:
        raise InputError(image.name, f"cannot get a mass of {site.size_mm:.3g} mm by {model.name}", "make it smaller")
    sides = seen_mm / spacing[0], seen_mm / spacing[1]
    middle = site.centre[0] + 0.5, site.centre[1] + 0.5
    shape = drawn_shape(site.label, side, seen_mm / site.size_mm, random)
    if site.outline is not None:
        shape = shape_of(cut_out(site.outline.astype(np.float32), middle, sides, side) > 0.5)
    tissue = cut_out(image.pixels, middle, sides, side)
    low, high = np.percentile(tissue, [1, 99])
    step = max(float(high - low) / 2, 1e-6)
    judge = partial(malignancy, image, spacing, seen_mm / site.size_mm, run)
    make = painter_of(model, run, lambda seen: judge(low + (seen + 1) * step))
    added = make((tissue - low) / step - 1, shape, site.label, random) * step
    added, part = put_back(added, middle, sides, shape_of_image)
    body = put_back(shape.mask.astype(np.float32), middle, sides, shape_of_image)[0] > 0.5
    if site.outline is not None:
        body = site.outline[part]
    added = within_white(added * faded(body, spacing), image.pixels[part])
    return Patch(part, added, body.astype(np.uint16))


def within_white(added: Array, pixels: Array) -> Array:
    """What is added, fainter where it would pass white and so take the tissue's grain away."""
    brighter = added > 0
    if not brighter.any():
        return added
    room = max(SMALLEST_ROOM, 1 - float(np.percentile(pixels[brighter], 99)))
    return np.where(brighter, added * min(1.0, room / float(added.max())), added).astype(np.float32)


def faded(body: Mask, spacing: Spacing) -> Array:
    """1 in the body and near it, falling to 0 before REACH_MM."""
    if not body.any():
        return np.zeros(body.shape, np.float32)
    distance = ndimage.distance_transform_edt(~body, sampling=spacing)
    return np.clip((REACH_MM - 2 * max(spacing) - distance) / FADE_MM, 0, 1).astype(np.float32)


def drawn_shape(label: str, side: int, context: float, random: Generator) -> Shape:
    """A mass with a margin that its class has, in a square `context` times as long as the box of its body."""
    margin = MARGINS[label][int(random.integers(len(MARGINS[label])))]
    drawn = draw(random, DRAWN_MM, (FINE_MM, FINE_MM), margin)
    rows, columns = (np.flatnonzero(drawn.mask.any(axis=axis)) for axis in (1, 0))
    centre = (rows[0] + rows[-1] + 1) / 2, (columns[0] + columns[-1] + 1) / 2
    length = context * (1 + max(np.ptp(rows), np.ptp(columns)))
    density, mask = (cut_out(each.astype(np.float32), centre, length, side) for each in (drawn.density, drawn.mask))
    return Shape(density, mask > 0.5)


def shape_of(mask: Mask) -> Shape:
    """A mass that fills a drawn outline: thickest in its middle, with a soft edge."""
    depth = ndimage.distance_transform_edt(mask)
    lump = 0.35 * mask + 0.65 * np.sqrt(depth / max(float(depth.max()), 1.0))
    return Shape(ndimage.gaussian_filter(lump, 1.0).astype(np.float32), mask)


Make = Callable[[Array, Shape, str, Generator], Array]
"""What is added to tissue seen in about -1…1, in its units, for a shape and a class."""
Judge = Callable[[Array], NDArray[np.float64]]
"""How malignant masses look (n,) in tissue (n, side, side) seen in about -1…1."""


def paints(model: Model) -> bool:
    """Whether several masses are painted, of which the classifier chooses one."""
    return model.network is not None and model.facts.decoder != "infilling"


def painter_of(model: Model, run: Run, malignancy_of: Judge) -> Make:
    """What makes masses: the plain method, or the model's network."""
    if model.network is None:
        return drawn
    network = compiled(model, resolve(run.device), run.backend)
    if not paints(model):
        return partial(infilled, network)

    def painted(tissue: Array, shape: Shape, label: str, random: Generator) -> Array:
        soft = softened(shape.mask)
        maps = [soft, *(np.full(soft.shape, label == each, np.float32) for each in CLASSES)]
        noises = random.standard_normal((STYLES, *soft.shape), np.float32)
        inputs = np.stack([[tissue, maps[0], noise, *maps[1:]] for noise in noises]).astype(np.float32)
        answers: Any = network(inputs)[0]
        added = np.asarray(answers[:, 0] * soft, np.float32)
        wanted = random.uniform(*CONTRAST)
        away = [abs(contrast(tissue + each, shape.mask) - wanted) for each in added]
        near = [with_own_grain(added[each], tissue, soft) for each in np.argsort(away)[:NEAREST]]
        malignant = malignancy_of(np.stack([tissue + each for each in near]))
        return near[int((malignant if label == CLASSES[1] else -malignant).argmax())]

    return painted


def with_own_grain(added: Array, tissue: Array, soft: Array) -> Array:
    """What a network adds, nothing darker than before, its fine structure replaced by the tissue's own, made stronger.

    Fine structure, along the rim before all, is what tells masses that a network has painted from real digital ones.
    A mass takes no density away; networks paint dark spots and rings that no mass has.
    """
    fine, coarse = (tissue - ndimage.gaussian_filter(tissue, each) for each in (FINE, 2 * FINE))
    rim = 4 * soft * (1 - soft)
    denser = np.maximum(ndimage.gaussian_filter(added, FINE), 0)
    return np.asarray(denser + GRAIN * soft * fine + RIM * rim * coarse, np.float32)


def infilled(network: Compiled, tissue: Array, shape: Shape, label: str, random: Generator) -> Array:
    """What ciGAN puts in place of noise: it gets the tissue in 0…1 with a hole, the mask and the class."""
    seen = np.clip((tissue + 1) / 2, 0, 1)
    hole = np.where(shape.mask, random.random(seen.shape, np.float32), seen)
    classes = [np.full(seen.shape, label == each, np.float32) for each in CLASSES]
    answer: Any = network(np.stack([hole, shape.mask, *classes]).astype(np.float32)[np.newaxis])[0]
    soft = ndimage.gaussian_filter(shape.mask.astype(np.float32), SOFT)
    return np.asarray(2 * (answer[0, 0] - seen) * soft, np.float32)


def contrast(picture: Array, mask: Mask) -> float:
    """How much brighter the mass is than what is around it."""
    ring = ndimage.binary_dilation(mask, iterations=RING) & ~mask
    return float(picture[mask].mean() - picture[ring].mean())


def drawn(tissue: Array, shape: Shape, label: str, random: Generator) -> Array:
    """The plain method: the mass's density, brighter by a part of the tissue's range of grey."""
    return (random.uniform(*BRIGHTER) * 2 * shape.density).astype(np.float32)


def softened(mask: Mask) -> Array:
    """The mask with a soft edge, as the training shows it."""
    wide = ndimage.grey_dilation(mask.astype(np.float32), (5, 5))
    return np.clip(ndimage.gaussian_filter(wide, SOFT, mode="constant", truncate=3.0), 0, 1).astype(np.float32)
