"""One lesion into one image: where, how large, of which class, and what becomes of the image."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy import ndimage

from napari_mammoseg import models, settings
from napari_mammoseg._version import VERSION
from napari_mammoseg.errors import InputError
from napari_mammoseg.geometry.regions import of_mask, region
from napari_mammoseg.mammogram import SYNTHETIC, Lesion, Mammogram, Spacing
from napari_mammoseg.readers.truth.of_synthetic import SCHEMA
from napari_mammoseg.run import Run
from napari_mammoseg.synthesis.added import with_added
from napari_mammoseg.synthesis.clusters import put_cluster
from napari_mammoseg.synthesis.given_place import (
    NO_MODEL,
    NO_SIZE,
    check_inside,
    check_outline,
    check_place,
    warn_of_edges,
)
from napari_mammoseg.synthesis.masses import Site, paints, put_mass
from napari_mammoseg.synthesis.of_class import classifier
from napari_mammoseg.synthesis.places import Places, healthy_tissue
from napari_mammoseg.synthesis.settings import EITHER, LABELS, SynthesisSettings
from napari_mammoseg.synthesis.synthetic import Patch, Synthetic
from napari_mammoseg.tissue.grey_scale import INVERTED, seems_inverted
from napari_mammoseg.tissue.spacing import assumed

SIZES_MM = {"mass": (6.0, 25.0), "calcifications": (5.0, 14.0)}
"""Sizes are drawn between these, small ones more often."""
SMALLEST_MM = 3.0
LEAST_MM = 1.0
"""Of a size or an outline that a person gives."""
SMALLER = 0.8
"""A drawn size is made smaller by this until there is a place for it."""
Mask = NDArray[np.bool_]


def synthesize(
    image: Mammogram,
    *,
    at: tuple[float, float] | None = None,
    mask: NDArray[Any] | None = None,
    run: Run | None = None,
    **values: Any,
) -> Synthetic:
    """The image with one synthetic lesion, which lies at `at`, in `mask`, or at a healthy place that is chosen.

    at: row and column of its middle. mask: (rows, columns), not 0 where the lesion shall be, or around it. values:
    settings by name, see SynthesisSettings; None stands for the default. Raises InputError where the image has no
    place for it.
    """
    run = run or Run()
    chosen = settings.build(SynthesisSettings, {name: each for name, each in values.items() if each is not None})
    check_place(at, mask)
    if image.pixels.ndim != 2:
        raise InputError(image.name, "is a stack, not a single mammogram", "give one of its images")
    image.check_finite()
    _warn_of_image(image, run)
    if mask is not None and chosen.size_mm:
        run.warn(NO_SIZE)
    if chosen.kind != "mass" and chosen.model != SynthesisSettings().model:
        run.warn(NO_MODEL)
    spacing = _spacing(image, run)
    random = np.random.default_rng([chosen.seed, *hashlib.sha256(_key(image)).digest()])
    drawn = LABELS[int(random.integers(2))]  # also where the class is given, so that the same seed goes on alike
    label = drawn if chosen.label == EITHER else chosen.label
    with run.timed("place"):
        site = _site(image, spacing, chosen, label, at, mask, random)
        if site.size_mm < LEAST_MM:
            raise InputError(
                image.name, f"cannot get a lesion of {site.size_mm:.2g} mm", f"give {LEAST_MM:g} mm or more"
            )
    with run.timed("make"):
        patch = _patch(image, spacing, chosen, site, random, run)
        if at is not None or mask is not None:
            warn_of_edges(image, spacing, site, patch, run)
        return _done(image, patch, chosen, site, _how(image, chosen, at, mask, run))


def _warn_of_image(image: Mammogram, run: Run) -> None:
    """As `analyze` does: what the reader found odd, and grey values that may be inverted."""
    for note in image.notes:
        run.warn(note)
    if seems_inverted(image.pixels):
        run.warn(INVERTED)


def _key(image: Mammogram) -> bytes:
    """What tells images apart, so that the same seed gives each another lesion."""
    return image.sha256.encode() if image.sha256 else image.pixels.tobytes()


def _spacing(image: Mammogram, run: Run) -> Spacing:
    if image.spacing is not None:
        return image.spacing
    taken = assumed(image)
    run.warn(str(taken))
    return taken.spacing


def _site(
    image: Mammogram,
    spacing: Spacing,
    chosen: SynthesisSettings,
    label: str,
    at: tuple[float, float] | None,
    mask: NDArray[Any] | None,
    random: Generator,
) -> Site:
    if mask is not None:
        return _outlined(image, spacing, ndimage.binary_fill_holes(np.asarray(mask) != 0), label)
    size = chosen.size_mm or float(np.exp(random.uniform(*np.log(SIZES_MM[chosen.kind]))))
    if at is not None:
        check_inside(image, spacing, at)
        return Site((float(at[0]), float(at[1])), size, label)
    tissue = healthy_tissue(image, spacing)
    if not tissue.any():
        raise InputError(image.name, "shows no healthy tissue of a breast", "give another image")
    places = Places(tissue, spacing)
    while (place := places.draw(size, random)) is None:
        if chosen.size_mm or SMALLER * size < SMALLEST_MM:
            raise InputError(image.name, f"has no healthy place for a lesion of {size:.3g} mm", "give a smaller size")
        size *= SMALLER
    return Site((float(place[0]), float(place[1])), size, label)


def _outlined(image: Mammogram, spacing: Spacing, mask: Mask, label: str) -> Site:
    if mask.shape != image.pixels.shape:
        raise InputError(image.name, f"has {image.rows} x {image.columns} pixels, the mask has others", "draw it anew")
    where = of_mask(mask)
    if where is None:
        raise InputError(image.name, "has an empty mask", "draw where the lesion shall be")
    row0, column0, row1, column1 = where.box
    size = max((row1 - row0) * spacing[0], (column1 - column0) * spacing[1])
    check_outline(image, spacing, mask, size)
    return Site(((row0 + row1 - 1) / 2, (column0 + column1 - 1) / 2), size, label, mask)


def _patch(
    image: Mammogram, spacing: Spacing, chosen: SynthesisSettings, site: Site, random: Generator, run: Run
) -> Patch:
    if chosen.kind == "mass":
        return put_mass(image, spacing, site, models.find(chosen.model, task="synthesize"), random, run)
    return put_cluster(image, spacing, site.centre, site.size_mm, site.label, random, site.outline)


def _done(image: Mammogram, patch: Patch, chosen: SynthesisSettings, site: Site, how: Mapping[str, Any]) -> Synthetic:
    labels = np.zeros((image.rows, image.columns), np.uint16)
    labels[patch.part] = patch.labels
    where = of_mask(labels > 0)
    if where is None:
        raise InputError(image.name, "has no room for the lesion there", "give another place or a larger size")
    made = with_added(image, patch.added, patch.part)
    lesion = Lesion("mass" if chosen.kind == "mass" else "cluster", site.label, mask=labels > 0)  # type: ignore[arg-type]
    what = {
        "kind": chosen.kind,
        "label": site.label,
        "at": [round(each, 2) for each in site.centre],
        "size_mm": None if image.spacing is None else round(site.size_mm, 2),
        "box": [int(each) for each in where.box],
        "calcifications": int(labels.max()) if chosen.kind == "calcifications" else None,
        "seed": chosen.seed,
    }
    done = replace(
        made,
        name=f"{image.name} synthetic",
        path=None,
        sha256=None,
        truth=(*(image.truth or ()), lesion),
        notes=(*image.notes, f"{SYNTHETIC} ({site.label} {lesion.kind})"),
        properties={**image.properties, "synthetic": f"{site.label} {lesion.kind}"},
    )
    return Synthetic(done, labels, {"schema": SCHEMA, "synthetic": True, "statement": SYNTHETIC, **what, **how}, image)


def _how(
    image: Mammogram,
    chosen: SynthesisSettings,
    at: tuple[float, float] | None,
    mask: NDArray[Any] | None,
    run: Run,
) -> Mapping[str, Any]:
    """All that makes the same again."""
    model = models.find(chosen.model, task="synthesize") if chosen.kind == "mass" else None
    return {
        "version": VERSION,
        "settings": {**asdict(chosen), "at": None if at is None else [float(each) for each in at]},
        "outlined_by": None if mask is None else digest(mask),
        "model": None if model is None else _named(model),
        "classifier": _named(classifier()) if model is not None and paints(model) else None,
        "source": {
            "name": image.name,
            "sha256": image.sha256,
            "patient": image.patient,
            "rows": image.rows,
            "columns": image.columns,
            "spacing_mm": None if image.spacing is None else list(image.spacing),
            "spacing_source": image.spacing_source,
        },
        "known": [_known(each) for each in image.truth or ()],
        "warnings": list(run.warnings),
    }


def _named(model: models.Model) -> Mapping[str, str | None]:
    return {"name": model.name, "sha256": model.sha256}


def _known(lesion: Lesion) -> dict[str, Any]:
    """A lesion that was in the image before; its box is None where its place is unknown."""
    where = region(lesion)
    box = None if where is None else [float(each) for each in where.box]
    return {"kind": lesion.kind, "label": lesion.label, "box": box}


def digest(mask: NDArray[Any]) -> str:
    """What tells masks apart, in hexadecimal."""
    return hashlib.sha256(np.packbits(np.asarray(mask) != 0).tobytes()).hexdigest()
