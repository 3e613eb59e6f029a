"""How `calcification-lite` is trained: insertions into normal tissue, normal tissue, and places where people saw clusters.

Windows of three sorts in every step: with inserted calcifications and exact truth; of tissue known to be free, more
and more often where the network was fooled before; and weakly labelled ones (patches, boxes, circles), of which only
some pixels must be calcified.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor, nn
from torch.nn import functional

from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.networks.calcification_lite import CalcificationLite
from napari_mammoseg.training.calcified_tissue import Region, Tissue, Window
from napari_mammoseg.training.data import samples

INSERTED, FREE, PATCHES, PLACES = 5, 3, 12, 4
"""Windows of a step: with insertions, without, patches of 64 × 64, boxes and circles."""
PATCH = 64
RATE = 3e-3
FOOLED = 0.3


@dataclass(frozen=True, slots=True)
class Material:
    """All that a training sees, read once."""

    tissue: Sequence[Sequence[Tissue]]
    calcified_patches: Sequence[Region]
    free_patches: Sequence[Region]
    places: Sequence[Region]


def material(folder: Path, held_out: Callable[[str], bool]) -> Material:
    """The research images in `folder` of every patient but those that are `held_out`."""

    def read(name: str, wanted: Callable[[Mammogram], bool]) -> Iterator[Mammogram]:
        kept = (each for each in samples(name, folder) if not held_out(each.patient))
        return (image for image in (each.read() for each in kept) if wanted(image))

    digital = [_tissue(each) for each in read("inbreast", _free)]
    film = [_tissue(each, finer=0.45) for each in read("mias", lambda image: image.truth == ())]
    fields = [_tissue(each, finer=0.8, blur=(0.5, 1.8), dust=True) for each in read("infn-masses", lambda image: True)]
    patches = [Region.of(each, None, bool(each.truth)) for each in read("infn-calcifications", lambda image: True)]
    boxed = read("inbreast", lambda image: any(each.kind == "cluster" for each in image.truth or ()))
    circled = read("mias", lambda image: any(each.kind in ("cluster", "calcification") for each in image.truth or ()))
    places = [region for image in (*boxed, *circled) for region in _places(image)]
    return Material(
        [digital, film, fields],
        [each for each in patches if each.calcified],
        [each for each in patches if not each.calcified],
        places,
    )


def _free(image: Mammogram) -> bool:
    """No calcification is said to be in it, and none is boxed."""
    return not image.properties["calcifications"] and all(each.kind in ("mass", "other") for each in image.truth or ())


def _tissue(image: Mammogram, **facts: object) -> Tissue:
    assert image.spacing is not None
    return Tissue(np.round(image.pixels * 255).astype(np.uint8), image.spacing[0], **facts)  # type: ignore[arg-type]


def _places(image: Mammogram) -> Iterator[Region]:
    for lesion in image.truth or ():
        if lesion.kind not in ("cluster", "calcification"):
            continue
        box = lesion.box
        if lesion.circle is not None:
            row, column, radius = lesion.circle
            box = row - radius, column - radius, row + radius, column + radius
        if box is not None:
            region = Region.of(image, box, True)
            if region.contrast[region.meant].any():
                yield region


def train(
    data: Material, minutes: float, seed: int, say: Callable[[str], None] = print, keep: Path | None = None
) -> CalcificationLite:
    """A network trained for so long on one core; its weights are the running mean over the last few hundred steps."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    network = CalcificationLite().train().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    mean = deepcopy(network).eval()
    optimiser = torch.optim.AdamW(network.parameters(), RATE, weight_decay=1e-3)
    start, step, shown = time.monotonic(), 0, time.monotonic()
    while (passed := (time.monotonic() - start) / (60 * minutes)) < 1:
        for group in optimiser.param_groups:
            group["lr"] = RATE * min(1, step / 100) * max(0.02, 0.5 * (1 + np.cos(np.pi * passed)))
        windows, origins = _step(data, rng)
        losses = _losses(network, windows, origins)
        optimiser.zero_grad()
        sum(losses.values()).backward()  # type: ignore[union-attr]
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
        _follow(mean, network, 0.99 if step > 300 else 0.9)
        step += 1
        if time.monotonic() - shown > 60:
            shown = time.monotonic()
            say(f"{shown - start:.0f} s, step {step}: " + ", ".join(f"{k} {float(v.detach()):.4f}" for k, v in losses.items()))
            if keep is not None:
                torch.save(mean.state_dict(), keep)
    return mean


Origin = tuple[Tissue, tuple[int, int, float]] | None


def _step(data: Material, rng: Generator) -> tuple[list[Window], list[Origin]]:
    """The windows of one step, patches last, and where those of free tissue come from."""
    windows: list[Window] = []
    origins: list[Origin] = []
    for index in range(INSERTED + FREE):
        images = data.tissue[rng.choice(len(data.tissue), p=[0.45, 0.3, 0.25])]
        image = images[rng.integers(len(images))]
        window, place = image.draw(rng, index < INSERTED)
        windows.append(window)
        origins.append(None if index < INSERTED else (image, place))
    windows += [data.places[rng.integers(len(data.places))].draw(rng) for _ in range(PLACES)]
    for sort in (data.calcified_patches, data.free_patches):
        windows += [sort[rng.integers(len(sort))].draw(rng, PATCH) for _ in range(PATCHES // 2)]
    return windows, origins


def _losses(network: nn.Module, windows: Sequence[Window], origins: Sequence[Origin]) -> dict[str, Tensor]:
    large, small = windows[:-PATCHES], windows[-PATCHES:]
    answers = [network(_batch([each.contrast for each in part])[:, None]) for part in (large, small)]
    for answer, origin in zip(answers[0][:, 0], origins, strict=False):
        if origin is not None and float(answer.detach().amax()) > np.log(FOOLED / (1 - FOOLED)):
            tissue, place = origin
            tissue.hard[:] = [*tissue.hard[-9:], place]
    parts = list(zip(answers, (large, small), strict=True))
    return {
        "pixels": sum(_pixel_loss(*each) for each in parts) / 2,  # type: ignore[dict-item]
        "dice": 0.5 * _dice_loss(answers[0][:INSERTED], large[:INSERTED]),
        "bags": 0.3 * torch.cat([_bag_loss(*each) for each in parts]).mean(),
        "regions": sum(_region_loss(*each) for each in parts) / 2,  # type: ignore[dict-item]
    }


def _batch(arrays: Sequence[np.ndarray]) -> Tensor:
    return torch.from_numpy(np.stack(arrays))


def _pixel_loss(answer: Tensor, windows: Sequence[Window]) -> Tensor:
    """Cross-entropy over the pixels that are asked, a calcified one counting threefold, per calcified pixel."""
    truth = _batch([each.calcified for each in windows])
    asked = truth >= 0
    loss = functional.binary_cross_entropy_with_logits(
        answer[:, 0], (truth == 1).float(), pos_weight=torch.tensor(3.0), reduction="none"
    )
    return (loss * asked).sum() / ((truth == 1).sum() + 40 * len(windows))


def _dice_loss(answer: Tensor, windows: Sequence[Window]) -> Tensor:
    truth = _batch([each.calcified for each in windows])
    probability = torch.sigmoid(answer[:, 0]) * (truth >= 0)
    both = (probability * (truth == 1)).sum(dim=(1, 2))
    return 1 - ((2 * both + 5) / (probability.sum(dim=(1, 2)) + (truth == 1).sum(dim=(1, 2)) + 5)).mean()


def _bag_loss(answer: Tensor, windows: Sequence[Window]) -> Tensor:
    """Of a region where somebody saw calcifications the best twelve pixels must be some."""
    losses = []
    for logits, window in zip(answer[:, 0], windows, strict=True):
        if window.bag is not None and window.bag.sum() > 200:
            best = logits[torch.from_numpy(window.bag)].topk(12).values.mean()
            losses.append(functional.softplus(-best))
    return torch.stack(losses) if losses else answer.new_zeros(0)


def _region_loss(answer: Tensor, windows: Sequence[Window]) -> Tensor:
    """Cross-entropy over cells; of a weak region the best third of the cells must be calcified tissue."""
    logits = answer[:, 1, ::8, ::8]
    truth = _batch([each.region for each in windows])
    losses = []
    for own, wanted, window in zip(logits, truth, windows, strict=True):
        if window.bag is not None:
            cells = own[wanted == 1]
            if len(cells):
                losses.append(functional.softplus(-cells.topk(max(1, len(cells) // 3)).values).mean())
        elif (wanted >= 0).any():
            losses.append(
                functional.binary_cross_entropy_with_logits(own[wanted >= 0], (wanted[wanted >= 0] == 1).float())
            )
    return torch.stack(losses).mean()


@torch.no_grad()
def _follow(mean: nn.Module, network: nn.Module, inertia: float) -> None:
    for kept, new in zip(mean.state_dict().values(), network.state_dict().values(), strict=True):
        if kept.is_floating_point():
            kept.lerp_(new, 1 - inertia)
        else:
            kept.copy_(new)
