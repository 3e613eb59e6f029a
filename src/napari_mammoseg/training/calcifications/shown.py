"""Windows of tissue as a calcification network sees them: numbers drawn on the processor, pictures made at the network.

A window begins as a piece of CANVAS pixels of a film, with calcifications put in or those that people marked. It is
changed as if another detector had taken it, resampled to SPACING_MM and turned into local contrast; its middle is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from napari_mammoseg.training.calcifications.contrast import local_contrast, mean_texture
from napari_mammoseg.training.calcifications.detectors import as_another_detector
from napari_mammoseg.training.calcifications.drawn import drawn_detector, drawn_specks
from napari_mammoseg.training.calcifications.packed import CALCIFIED, UNASKED, Film
from napari_mammoseg.training.calcifications.specks import discs, put_in
from napari_mammoseg.training.engine.layout import laid_out
from napari_mammoseg.training.packed.stack import Stack
from napari_mammoseg.training.variation.grey import blurred

SPACING_MM = 0.085
CANVAS, CONTEXT, WINDOW = 256, 192, 128
CELL = 8
NEAR_MM, FAR_MM = 2.0, 4.5
VISIBLE = 1.4
"""An inserted calcification counts in the loss where it adds at least this many times the tissue's texture."""
MARKS = 64
"""At most so many marks of a window count."""
FINER = {"digital": 0.6, "film": 0.45, "field": 0.8, "marked": 0.8, "circled": 0.9}
"""A film's pixels may be taken for smaller ones, down to this share of its own spacing."""
BLUR = {"field": (0.5, 1.8)}
USUAL_BLUR = 0.3, 1.1
TURNS = np.array(
    [
        np.array(m) @ np.diag(d)
        for m in ([[1, 0], [0, 1]], [[0, 1], [1, 0]])
        for d in ([1, 1], [1, -1], [-1, 1], [-1, -1])
    ]
)

Group = Mapping[str, Tensor]


class Windows:
    """Films to draw windows from, and the windows of a batch."""

    def __init__(self, films: Sequence[Film]) -> None:
        self.films = films
        self._pixels = Stack([each.pixels for each in films])
        self._breast = Stack([each.breast.astype(np.uint8) for each in films])
        none = np.zeros((1, 1), np.uint8)
        self._truth = Stack([none if each.truth is None else each.truth for each in films])
        self._places = [np.argwhere(each.breast[::2, ::2]) * 2 * each.step for each in films]
        self._of_sort = {sort: [k for k, each in enumerate(films) if each.sort == sort] for sort in FINER}

    def drawn(self, sorts: Mapping[str, float], count: int, specks: bool, random: Generator) -> Group:
        """`count` windows of films, each sort as often as `sorts` says; specks: whether calcifications are put in."""
        known = {sort: odds for sort, odds in sorts.items() if self._of_sort[sort]}
        odds = np.array(list(known.values())) / sum(known.values())
        rows = []
        for sort in random.choice(list(known), count, p=odds):
            choices = self._of_sort[sort]
            rows.append(self._one(choices[random.integers(len(choices))], specks, random))
        return {name: torch.from_numpy(np.stack([row[name] for row in rows])) for name in rows[0]}

    def _one(self, number: int, specks: bool, random: Generator) -> dict[str, Any]:
        film = self.films[number]
        spacing = film.spacing_mm * (1 if random.random() < 0.5 else random.uniform(FINER[film.sort], 1))
        step = SPACING_MM / spacing
        corner = np.round(self._place(number, step, random)).astype(int) - CANVAS // 2
        turn = TURNS[random.integers(len(TURNS))]
        middle = (CANVAS - 1) / 2 + random.uniform(-0.5, 0.5, 2)
        back = np.hstack([step * turn, (middle - step * turn.sum(axis=1) * (CONTEXT - 1) / 2)[:, None]])
        drawn = {
            "film": np.int64(number),
            "corner": corner.astype(np.float32),
            "every": np.float32(film.step),
            "texture": np.float32(film.texture),
            "searched": np.bool_(film.sort in ("digital", "film", "marked")),
            "back": back.astype(np.float32),
            "marks": _seen(film.marks, corner, middle, turn, step),
            "circle": _seen(
                np.hstack([film.circles, np.zeros((len(film.circles), 1), np.float32)]), corner, middle, turn, step
            )[0],
            **drawn_detector(BLUR.get(film.sort, USUAL_BLUR), film.sort == "field", random),
        }
        if specks:
            wanted = drawn_specks(CANVAS, spacing, random)
            rows = np.stack([wanted["row"], wanted["column"], wanted["diameter"] / 2, wanted["group"]], axis=1)
            drawn |= {f"speck_{name}": value for name, value in wanted.items()}
            drawn["speck_seen_at"] = _placed(rows, np.zeros(2), middle, turn, step).astype(np.float32)
        return drawn

    def _place(self, number: int, step: float, random: Generator) -> NDArray[np.float64]:
        """Row and column that the window is around."""
        film = self.films[number]
        meant = film.marks[:, :2] if film.sort == "marked" else film.circles[:, :2]
        if len(meant) and random.random() < 0.8:
            return meant[random.integers(len(meant))] + random.uniform(-0.4, 0.4, 2) * WINDOW * step
        places = self._places[number]
        return places[random.integers(len(places))] if len(places) else np.array(film.pixels.shape) / 2

    @torch.no_grad()
    def made(self, group: Group) -> dict[str, Tensor]:
        """`contrast` (n, 1, WINDOW, WINDOW); `calcified` (n, WINDOW, WINDOW): 1, 0, or -1 where nothing counts;
        `region`: the same for each cell of CELL × CELL pixels; `bag`: pixels of which some are calcified;
        `marks` (n, MARKS, 3): row, column and radius in which one is, radius 0 where there is none."""
        canvas, inside, truth = self._canvas(group)
        raw, breast = _sampled(canvas, group), _sampled(inside, group, "nearest")
        texture = mean_texture(raw, breast, SPACING_MM) + 1e-4
        seen = None
        if "speck_contrast" in group:
            canvas, labels, seen = _with_specks(canvas, group, texture)
            truth = torch.where(labels > 0, _of_specks(labels, seen), truth)
        shown = _sampled(as_another_detector(canvas, group, texture), group)
        typical = group["texture"] * mean_texture(shown, breast, SPACING_MM) / texture * group["typical"]
        contrast = local_contrast(shown, breast, SPACING_MM, typical)
        asked = _sampled(truth, group, "nearest")
        calcified = torch.where(asked == UNASKED, -1.0, (asked == CALCIFIED).float())
        margin = (CONTEXT - WINDOW) // 2
        middle = slice(margin, margin + WINDOW)
        bag = discs(group["circle"] - contrast.new_tensor([margin, margin, 0, 0]), WINDOW)
        circled = group["circle"][:, 2] > 0
        return {
            "contrast": laid_out(contrast[:, None, middle, middle]),
            "calcified": torch.where(circled[:, None, None], -1.0, calcified[:, middle, middle]),
            "region": torch.where(
                circled[:, None, None], torch.where(_cells(bag), 1.0, -1.0), _regions(group, seen, margin)
            ),
            "bag": bag,
            "marks": (group["marks"] - contrast.new_tensor([margin, margin, 0, 0]))[..., :3],
        }

    def _canvas(self, group: Group) -> tuple[Tensor, Tensor, Tensor]:
        """Grey 0…1, 1 where the breast is, and the truth, (n, CANVAS, CANVAS) each."""
        ones = torch.ones_like(group["every"])
        pixels = self._pixels.windows(group["film"], _shift(ones, group["corner"]), CANVAS, 0.0, exact=True) / 255
        small = (group["corner"] + 0.5) / group["every"][:, None] - 0.5
        breast = self._breast.windows(group["film"], _shift(1 / group["every"], small), CANVAS, 0.0, exact=True)
        truth = self._truth.windows(group["film"], _shift(ones, group["corner"]), CANVAS, 0.0, exact=True)
        return pixels, breast, truth


def _shift(scale: Tensor, first: Tensor) -> Tensor:
    """Matrices (n, 2, 3) that shift the windows."""
    none = torch.zeros_like(scale)
    return torch.stack([torch.stack([scale, none, first[:, 0]], 1), torch.stack([none, scale, first[:, 1]], 1)], 1)


def _placed(rows: NDArray, corner: NDArray, middle: NDArray, turn: NDArray, step: float) -> NDArray:
    """The same rows (row, column, radius, fact) in the window's pixels in place of the film's."""
    at = (rows[:, :2] - corner - middle) @ turn / step + (CONTEXT - 1) / 2
    return np.hstack([at, rows[:, 2:3] / step, rows[:, 3:4]])


def _seen(marks: NDArray, corner: NDArray, middle: NDArray, turn: NDArray, step: float) -> NDArray[np.float32]:
    """The first MARKS of the marks near the window; radius 0 where there are fewer."""
    placed = _placed(marks, corner, middle, turn, step)
    near = placed[((placed[:, :2] > 0) & (placed[:, :2] < CONTEXT)).all(axis=1) | (placed[:, 2] > 10)][:MARKS]
    return np.pad(near, [(0, MARKS - len(near)), (0, 0)]).astype(np.float32)


def _sampled(canvas: Tensor, group: Group, mode: str = "bilinear") -> Tensor:
    """The canvas on the window's grid, (n, CONTEXT, CONTEXT)."""
    steps = torch.arange(CONTEXT, device=canvas.device, dtype=torch.float32)
    back = group["back"]
    at = back[:, :, 0, None, None] * steps[:, None] + back[:, :, 1, None, None] * steps + back[:, :, 2, None, None]
    grid = ((2 * at + 1) / CANVAS - 1).flip(1).permute(0, 2, 3, 1)
    return functional.grid_sample(canvas[:, None], grid, mode, "border", align_corners=False)[:, 0]


def _with_specks(canvas: Tensor, group: Group, texture: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Canvas with calcifications, their numbers, and which are seen (n, k + 1; the first stands for none)."""
    names = ("row", "column", "diameter", "angle")
    specks = {name: group[f"speck_{name}"] for name in names}
    specks |= {name: group[f"speck_{name}"].long() for name in ("form", "number")}
    specks["contrast"] = group["speck_contrast"] * texture[:, None]
    added, labels = put_in(tuple(canvas.shape), specks)  # type: ignore[arg-type]
    added = blurred(added, group["speck_blur"], 5)
    grain = torch.randn_like(added) * group["speck_grain"][:, None, None] * added.clamp(min=0).sqrt()
    peaks = torch.zeros(len(canvas), specks["row"].shape[1] + 1, device=canvas.device)
    peaks.scatter_reduce_(1, labels.flatten(1), added.flatten(1), "amax")
    seen = peaks >= VISIBLE * texture[:, None]
    seen[:, 0] = False
    return (canvas + added + grain).clamp(0, 1), labels, seen


def _of_specks(labels: Tensor, seen: Tensor) -> Tensor:
    """CALCIFIED where a calcification is seen, UNASKED where it is not."""
    shown = seen.gather(1, labels.flatten(1)).view_as(labels)
    return torch.where(shown, CALCIFIED, UNASKED).float()


def _cells(picture: Tensor) -> Tensor:
    return picture[:, CELL // 2 :: CELL, CELL // 2 :: CELL]


def _regions(group: Group, seen: Tensor | None, margin: int) -> Tensor:
    """1 near calcifications of a cluster, -1 around all others, 0 elsewhere, for each cell."""
    lists = [(group["marks"], group["marks"][..., 3] > 0, group["marks"][..., 2] > 0)]
    if seen is not None:
        at, group_of = group["speck_seen_at"], group["speck_group"]
        mine = seen[:, 1:]
        same = (group_of[:, :, None] == group_of[:, None]) & (group_of > 0)[:, :, None]
        clustered = mine & ((same & mine[:, None]).sum(dim=2) >= 3)
        lists.append((at, clustered, group["speck_contrast"] > 0))
    steps = torch.arange(CELL // 2, WINDOW, CELL, device=group["film"].device) + margin
    near = torch.zeros(len(group["film"]), len(steps), len(steps), dtype=torch.bool, device=steps.device)
    far = near.clone()
    for at, clustered, real in lists:
        row, column, radius = (at[..., k, None, None] for k in range(3))
        away = (((steps[:, None] - row) ** 2 + (steps - column) ** 2).sqrt() - radius) * SPACING_MM
        near |= ((away < NEAR_MM) & clustered[..., None, None]).any(dim=1)
        far |= ((away < FAR_MM) & real[..., None, None]).any(dim=1)
    return torch.where(near, 1.0, torch.where(far, -1.0, 0.0))
