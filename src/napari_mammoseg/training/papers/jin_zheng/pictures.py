"""The pictures of Jin and Zheng 2019, section 2: cut from MIAS, turned and mirrored, cleansed, dealt out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.tissue.standard import LOW
from napari_mammoseg.training.masses.crops import Crop
from napari_mammoseg.training.masses.films import MassFilm

SIDE = 256
STRIDES = {128: 64, 256: 128}
"""Side of a patch -> stride: 225 and 49 patches of a film of 1024 x 1024."""
DARK_SHARE = 0.2
"""Patches with more dark pixels than this are discarded (section 2, Data Cleansing)."""
_DARK = LOW + 0.02
_SEEN = 0.5


@dataclass(frozen=True, slots=True)
class Picture:
    """A crop, the film it is of, and that film's woman."""

    crop: Crop
    film: str
    patient: str


def eight(picture: Picture) -> Iterator[Picture]:
    """The picture in its four rotations, and each of them upside down."""
    for turns in range(4):
        turned = replace(picture, crop=_turned(picture.crop, turns))
        yield turned
        yield replace(turned, crop=_upside_down(turned.crop))


def _turned(crop: Crop, turns: int) -> Crop:
    boxes, ignored, side = crop.boxes, crop.ignored, crop.pixels.shape[0]
    for _ in range(turns):  # as np.rot90: (row, column) to (side - column, row)
        boxes, ignored = (
            np.stack([side - each[:, 3], each[:, 0], side - each[:, 1], each[:, 2]], axis=1)
            for each in (boxes, ignored)
        )
    return Crop(np.ascontiguousarray(np.rot90(crop.pixels, turns)), boxes, crop.labels, ignored)


def _upside_down(crop: Crop) -> Crop:
    side = crop.pixels.shape[0]
    boxes, ignored = (
        np.stack([side - each[:, 2], each[:, 1], side - each[:, 0], each[:, 3]], axis=1)
        for each in (crop.boxes, crop.ignored)
    )
    return Crop(np.ascontiguousarray(crop.pixels[::-1]), boxes, crop.labels, ignored)


def tumour_centred(films: Sequence[MassFilm], side: int = SIDE) -> list[Picture]:
    """One picture for each film with exactly one lesion, the lesion in its middle."""
    pictures = []
    for film in films:
        if len(film.boxes) == 1:
            middle = (film.boxes[0, :2] + film.boxes[0, 2:]) / 2
            pictures.append(_cut(film, np.round(middle - side / 2).astype(int), side))
    return pictures


def uniformly_cut(films: Sequence[MassFilm], side: int = SIDE) -> list[Picture]:
    """All patches of the films with exactly one lesion that show it and are not mostly dark."""
    found = cut_uniformly([each for each in films if len(each.boxes) == 1], side)
    return [each for each in found if len(each.crop.boxes)]


def cut_uniformly(films: Sequence[MassFilm], side: int) -> list[Picture]:
    """All patches of the films that are not mostly dark."""
    cut = (_cut(film, corner, side) for film in films for corner in corners(film.pixels.shape, side))
    return [each for each in cut if not dark(each.crop.pixels)]


def corners(shape: tuple[int, ...], side: int) -> NDArray[np.int_]:
    """Row and column of the patches' corners, at the stride for `side`: (patches, 2)."""
    rows, columns = (np.arange(0, length - side + 1, STRIDES[side]) for length in shape)
    return np.stack(np.meshgrid(rows, columns, indexing="ij"), axis=-1).reshape(-1, 2)


def dark(pixels: NDArray[np.float32]) -> bool:
    """Whether more of a patch is black than `DARK_SHARE`."""
    return bool((pixels <= _DARK).mean() > DARK_SHARE)


def _cut(film: MassFilm, corner: NDArray[np.int_], side: int) -> Picture:
    """The patch at `corner`, black where it leaves the film; with the lesion where half of it shows."""
    pixels = np.full((side, side), LOW, np.float32)
    low, high = np.maximum(corner, 0), np.minimum(corner + side, film.pixels.shape)
    place = tuple(slice(a, b) for a, b in zip(low - corner, high - corner, strict=True))
    pixels[place] = film.pixels[low[0] : high[0], low[1] : high[1]] * np.float32(2 / 255) - 1  # as `MassFilm.picture`
    boxes = film.boxes - np.tile(corner, 2)
    inside = np.clip(boxes, 0, side)
    seen = (inside[:, 2:] - inside[:, :2]).prod(axis=1) / (boxes[:, 2:] - boxes[:, :2]).prod(axis=1) >= _SEEN
    ignored = film.ignored - np.tile(corner, 2)
    return Picture(Crop(pixels, inside[seen], film.labels[seen], ignored), film.name, film.patient)


def leaking(pictures: Sequence[Picture], share: float, seed: int) -> tuple[list[Picture], list[Picture]]:
    """Training and test pictures as the paper most likely dealt them out: copies of one film on both sides."""
    order = np.random.default_rng(seed).permutation(len(pictures))
    tests = set(order[: round(share * len(pictures))].tolist())
    training = [each for index, each in enumerate(pictures) if index not in tests]
    return training, [pictures[index] for index in sorted(tests)]
