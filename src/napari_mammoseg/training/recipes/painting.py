"""How `lesion-painter` is trained: against a critic that sees real lesions and painted ones at their own scale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from napari_mammoseg.data_sets.split import Split, held_out_of
from napari_mammoseg.models import Model
from napari_mammoseg.networks.lesion_painter import PainterCritic
from napari_mammoseg.settings import setting
from napari_mammoseg.training.engine.recipe import Batch, Player, Players, Recipe, flat_then_falling
from napari_mammoseg.training.engine.step import descend, device_of
from napari_mammoseg.training.lesions import painting
from napari_mammoseg.training.lesions.packed import squares
from napari_mammoseg.training.lesions.sheet import save_sheet
from napari_mammoseg.training.lesions.squares import women_of

PAINTER, CRITIC = "painter", "critic"


@dataclass(frozen=True, slots=True)
class Settings:
    """What `--set` may change."""

    batch: int = setting(32, "Pictures per batch", low=2, high=512)
    batches: int = setting(200, "Batches per epoch", low=1, high=100000)
    epochs: int = setting(40, "Epochs", low=1, high=10000)
    rate: float = setting(2e-4, "Learning rate", low=0, high=1)
    packed: str = setting("", "File of packed squares, made if it is not there; empty: they are read anew")
    half: bool = setting(False, "bfloat16 where it is safe")


def recipe(model: Model, data: Path, settings: Settings, split: Split) -> Recipe:
    """Raises InputError where data sets are missing."""
    found = squares(data, settings.packed)
    held_out = held_out_of(women_of(found), split)
    chosen = [each for each in found if each.patient not in held_out]
    on_device: dict[torch.device, painting.Held] = {}

    def held(device: torch.device) -> painting.Held:
        if device not in on_device:
            on_device[device] = painting.Held.of(chosen, device)
        return on_device[device]

    def step(players: Players, batch: Batch) -> Mapping[str, Tensor]:
        device = device_of(players[PAINTER].network)
        drawn = painting.drawn(held(device), settings.batch)
        with torch.autocast(device.type, torch.bfloat16, enabled=settings.half):
            return _alternated(players, drawn)

    def sheet(painter: nn.Module, out: Path) -> None:
        device = device_of(painter)
        save_sheet(painter, held(device), out / "sheet.png")

    painter, critic = model.build(), PainterCritic()
    return Recipe(
        model,
        {PAINTER: Player(painter, _adam(painter, settings.rate)), CRITIC: Player(critic, _adam(critic, settings.rate))},
        step,
        nothing_drawn,
        settings.batches,
        settings.epochs,
        ships=PAINTER,
        average=0.999,
        rate=flat_then_falling,
        sheet=sheet,
        held_out=held_out,
    )


def nothing_drawn(epoch: int, index: int, random: np.random.Generator) -> Tensor:
    """An empty batch: the pictures are drawn on the device that trains."""
    return torch.zeros(0)


def _alternated(players: Players, drawn: painting.Drawn) -> Mapping[str, Tensor]:
    """The critic's step on painted pictures, then the painter's on the same tissue with two styles."""
    painter, critic = players[PAINTER], players[CRITIC]
    noises = painting.white_noise(drawn.tissue), painting.white_noise(drawn.tissue)
    first, second = (
        painting.painted(painter.network, drawn.tissue, drawn.masks, drawn.classes, noise) for noise in noises
    )
    shown = painting.stretched(first)
    judged = painting.critic_loss(critic.network, drawn.real, drawn.real_classes, shown.detach(), drawn.classes)
    descend(critic, {"critic": judged})
    fooled = painting.painter_loss(critic.network, shown, drawn.classes)
    same = painting.DIVERSE * painting.sameness(first, second, noises)
    descend(painter, {"painter": fooled, "sameness": same})
    return {"critic": judged, "painter": fooled, "sameness": same}


def _adam(network: nn.Module, rate: float) -> torch.optim.Optimizer:
    return torch.optim.Adam(network.parameters(), rate, betas=(0.0, 0.99))
