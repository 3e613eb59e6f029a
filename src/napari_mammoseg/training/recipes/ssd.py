"""How SSD256 is trained: the experiments A to E of Jin and Zheng 2019, and crops of every data set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.errors import InputError
from napari_mammoseg.evaluation.average_precision import Detections, average_precision
from napari_mammoseg.models import MODELS, Model
from napari_mammoseg.networks.ssd256 import SSD256, VGG16, from_vgg16, loss
from napari_mammoseg.pipelines.masses.marks import decoded_window
from napari_mammoseg.settings import setting
from napari_mammoseg.training.engine.recipe import Recipe
from napari_mammoseg.training.masses import scores as mass_scores
from napari_mammoseg.training.masses.crops import Crop, Variation, drawn_crop, drawn_film
from napari_mammoseg.training.masses.films import MassFilm, mass_films
from napari_mammoseg.training.papers.jin_zheng import pictures as jin_zheng
from napari_mammoseg.training.papers.jin_zheng.pictures import Picture
from napari_mammoseg.training.papers.jin_zheng.targets import matched
from napari_mammoseg.training.recipes.masses import SHARES

T = TypeVar("T")
MODEL = MODELS["ssd256"]
NMS_IOU = 0.45
TESTS = {"centred": 116, "uniform": 329}
"""Test pictures of the paper; of more, so many are taken evenly."""
LEAK_TEST_SHARE = 116 / 816


@dataclass(frozen=True, slots=True)
class Experiment:
    """pictures: "centred", "uniform" or "all" (random crops of every data set); batches of an epoch, epochs, rates.

    adam: AdamW in place of the paper's descent with momentum, VGG-16's layers, where its weights are given, at a tenth
    of the rate: ours, of the experiment that is ours.
    """

    pictures: str
    batch: int
    batches: int
    epochs: int
    rate: float
    falls: tuple[int, ...] = ()
    adam: bool = False


EXPERIMENTS = {
    "A": Experiment("centred", 100, 60, 110, 1e-3, (90, 100)),
    "B": Experiment("centred", 100, 60, 110, 2e-3, (90, 100)),
    "C": Experiment("centred", 300, 2, 300, 1e-3),
    "D": Experiment("centred", 100, 6, 150, 1e-3),
    "E": Experiment("uniform", 100, 35, 20, 1e-5),
    "all": Experiment("all", 32, 200, 60, 2e-4, (45, 55), adam=True),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What `--set` may change."""

    experiment: str = setting("A", "Of the paper, or all: crops of every data set", choices=tuple(EXPERIMENTS))
    leak: bool = setting(False, "Deal out turned copies, not women: copies of a film on both sides, as the paper did")
    batch: int = setting(0, "Pictures a batch; 0: the experiment's", low=0, high=1024)
    batches: int = setting(0, "Batches an epoch; 0: the experiment's", low=0, high=100000)
    vgg16: str = setting("", "safetensors of ImageNet's VGG-16 for the trunk (ssd256 alone); empty: random weights")
    start: str = setting("", "Weights to start from (experiment E: those of A)")
    calibrated_on: int = setting(30, "Images held out, of each data set, that the scores are calibrated on", low=0)


def recipe(data: Path, settings: Settings, split: Split, model: Model = MODEL) -> Recipe:
    """Raises InputError where data sets or weights to start from are missing."""
    experiment = EXPERIMENTS[settings.experiment]
    network = _started(model, settings)
    draw, tests, whole = _pictures(data, experiment.pictures, settings, split)
    size = settings.batch or experiment.batch

    def batch(epoch: int, index: int, random: np.random.Generator) -> tuple[Tensor, Tensor, Tensor]:
        return _batch([draw(random) for _ in range(size)])

    def losses(network: nn.Module, batch: tuple[Tensor, Tensor, Tensor]) -> dict[str, Tensor]:
        pixels = batch[0].expand(-1, 3, -1, -1).contiguous(memory_format=torch.channels_last)
        confidence, offsets = network(pixels)
        return loss(confidence.float(), offsets.float(), batch[1], batch[2])

    return Recipe(
        model,
        network.to(memory_format=torch.channels_last),  # type: ignore[call-overload]
        _optimiser(network, experiment, VGG16 if settings.vgg16 else ()),
        batch,
        settings.batches or experiment.batches,
        losses,
        experiment.epochs,
        scored_every=10,
        scores=lambda network: _scores(network, tests),
        rate=lambda progress: fallen(progress, experiment),
        half=True,
        clip=10.0,
        held_out=frozenset(each.patient for each in whole),
        facts=lambda network: _calibration(network, model, whole, settings.calibrated_on),
    )


def _optimiser(network: nn.Module, experiment: Experiment, known: tuple[str, ...]) -> torch.optim.Optimizer:
    """known: how the names of the layers begin that have learned already."""
    if not experiment.adam:
        return torch.optim.SGD(network.parameters(), lr=experiment.rate, momentum=0.9, weight_decay=5e-4)
    rates = {True: experiment.rate / 10, False: experiment.rate}
    named = list(network.named_parameters())
    return torch.optim.AdamW(
        [
            {"params": [each for name, each in named if name.startswith(known) is learned], "lr": rate}
            for learned, rate in rates.items()
        ]
    )


def fallen(progress: float, experiment: Experiment) -> float:
    """A tenth after each of the experiment's falls; with AdamW the first 4 % rising."""
    rising = min(1.0, (progress + 1e-3) / 0.04) if experiment.adam else 1.0
    return rising * 0.1 ** sum(progress * experiment.epochs >= each for each in experiment.falls)


def _started(model: Model, settings: Settings) -> nn.Module:
    from safetensors.torch import load_file

    network: nn.Module = SSD256(**model.arguments)
    for given in (settings.vgg16, settings.start):
        if given and not Path(given).is_file():
            raise InputError(given, "does not exist", "give a safetensors file")
    if settings.vgg16:
        network.load_state_dict(from_vgg16(load_file(settings.vgg16)), strict=False)
    if settings.start:
        network.load_state_dict({name: value.float() for name, value in load_file(settings.start).items()})
    return network


Draw = Callable[[np.random.Generator], Crop]


def _pictures(
    data: Path, kind: str, settings: Settings, split: Split
) -> tuple[Draw, dict[str, list[Picture]], list[MassFilm]]:
    """What draws a training crop, test pictures by the name of their set, and the films of who does not train."""
    assert MODEL.spacing_mm is not None
    sets = tuple(SHARES) if kind == "all" else ("mias",)
    training, held_out = mass_films(data, MODEL.spacing_mm, split, sets)
    mias = [each for each in held_out if each.data_set == "mias"]
    tests = {
        "centred": _evenly(_eightfold(jin_zheng.tumour_centred(mias)), TESTS["centred"]),
        "uniform": _evenly(_eightfold(jin_zheng.uniformly_cut(mias)), TESTS["uniform"]),
    }
    if kind == "all":
        by_set = {name: [each for each in training if each.data_set == name] for name in SHARES}
        variation = Variation()

        def crop(random: np.random.Generator) -> Crop:
            return drawn_crop(drawn_film(by_set, SHARES, variation, random), jin_zheng.SIDE, variation, random)

        return crop, tests, held_out
    make = jin_zheng.tumour_centred if kind == "centred" else jin_zheng.uniformly_cut
    pictures = _eightfold(make(training))
    if settings.leak:
        pictures, leaked = jin_zheng.leaking(_eightfold(make([*training, *mias])), LEAK_TEST_SHARE, split.seed)
        tests[kind] = _evenly(leaked, TESTS[kind])
        held_out = []
    return lambda random: pictures[random.integers(len(pictures))].crop, tests, held_out


def _eightfold(pictures: Sequence[Picture]) -> list[Picture]:
    return [copy for each in pictures for copy in jin_zheng.eight(each)]


def _evenly(pictures: Sequence[T], count: int) -> list[T]:
    """`count` of the pictures (fewer where there are fewer), spread over the list."""
    places = {round(place) for place in np.linspace(0, len(pictures) - 1, count)} if pictures else set()
    return [pictures[index] for index in sorted(places)]


def _calibration(network: nn.Module, model: Model, films: Sequence[MassFilm], count: int) -> dict[str, Any]:
    """That of the scores on whole images, on at most `count` of each data set."""
    sets = {name: [each for each in films if each.data_set == name] for name in SHARES}
    chosen = [film for each in sets.values() for film in _evenly(each, count)]
    found = mass_scores.readings(chosen, mass_scores.finder(network, model))
    return mass_scores.calibration(found) if found else {}


def _batch(crops: Sequence[Crop]) -> tuple[Tensor, Tensor, Tensor]:
    """Pixels (N, 1, side, side), labels and offsets of the default boxes."""
    side = jin_zheng.SIDE
    targets = [matched(each.boxes, each.labels, each.ignored, side) for each in crops]
    pixels = torch.from_numpy(np.stack([each.pixels for each in crops]))[:, None]
    labels, offsets = (torch.from_numpy(np.stack(each)) for each in zip(*targets, strict=True))
    return pixels, labels, offsets


def _scores(network: nn.Module, tests: dict[str, list[Picture]]) -> dict[str, float]:
    """The paper's average precision (20 points, IoU 0.5) of benign and malignant on each test set, and their mean."""
    figures: dict[str, float] = {}
    for name, pictures in tests.items():
        found = [_found(network, each.crop) for each in pictures]
        for index, label in enumerate(("benign", "malignant")):
            figures[f"{name} {label}"] = average_precision(
                [_of_class(*each, index) for each in zip(pictures, found, strict=True)]
            )
        figures[f"{name} mean"] = (figures[f"{name} benign"] + figures[f"{name} malignant"]) / 2
    return figures


def _found(network: nn.Module, crop: Crop) -> tuple[Any, Any]:
    device = next(network.parameters()).device
    with torch.inference_mode():
        pixels = torch.from_numpy(crop.pixels)[None, None].expand(-1, 3, -1, -1).to(device)
        confidence, offsets = (each[0].float().cpu().numpy() for each in network(pixels))
    return confidence, offsets


def _of_class(picture: Picture, found: tuple[Any, Any], label: int) -> Detections:
    boxes, scores = decoded_window(*found, jin_zheng.SIDE, label, NMS_IOU)
    return Detections.of(boxes, scores, picture.crop.boxes[picture.crop.labels == label], picture.patient)
