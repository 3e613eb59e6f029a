"""How `cigan` is trained: in turns, as Peterka 2020 (section 4.3) tells it, or all losses together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.errors import InputError
from napari_mammoseg.models import Model
from napari_mammoseg.networks.cigan import SIDE, CiganDiscriminator
from napari_mammoseg.settings import setting
from napari_mammoseg.training.engine.recipe import Batch, Player, Players, Recipe, constant, flat_then_falling
from napari_mammoseg.training.engine.step import descend, device_of
from napari_mammoseg.training.lesions import infilling
from napari_mammoseg.training.lesions.infilling import NORMAL_SHARE, Films, Patches
from napari_mammoseg.training.lesions.sheet import save_tiled
from napari_mammoseg.training.lesions.vgg import Vgg
from napari_mammoseg.training.masses import packed
from napari_mammoseg.training.masses.films import parted

GENERATOR, CRITIC = "generator", "critic"
TURNS = {"critic": 200, "generator": 200, "perceptual": 10, "boundary": 10}
"""The turns in order, and their most steps; the first two end sooner where the loss is below `enough`."""
LOSSES = tuple(TURNS)
JOINT = {"generator": 1.0, "perceptual": 0.01, "boundary": 0.1}
"""Weights of the generator's losses where they are summed, so that each is of the order of 1 (ours)."""
AVERAGE = 0.999
"""Decay of the moving average of the generator that is written by the joint schedule (ours)."""
SHEET = 24
"""Patches on the sheet of samples."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What `--set` may change."""

    schedule: str = setting("paper", "paper: networks learn in turns; joint: together", choices=("paper", "joint"))
    side: int = setting(SIDE, "Pixels of a patch's side, a multiple of 64; it always shows 51 mm", low=64, high=1024)
    normal: float = setting(NORMAL_SHARE, "Share of the patches without a lesion", low=0, high=0.9)
    vgg: str = setting("", "File with VGG's convolutions (safetensors)")
    batch: int = setting(8, "Patches per batch", low=1, high=512)
    batches: int = setting(100, "Batches per epoch", low=1, high=100000)
    epochs: int = setting(2300, "Epochs", low=1, high=100000)
    pretraining: int = setting(300, "Epochs on the perceptual loss alone, before the others", low=0, high=100000)
    enough: float = setting(0.3, "A turn ends when its player's loss is below this", low=0, high=10)
    rate: float = setting(1e-4, "Learning rate", low=0, high=1)
    packed: str = setting("", "File of packed films, made if it is not there; empty: films are read anew")
    half: bool = setting(False, "bfloat16 where it is safe")


def recipe(model: Model, data: Path, settings: Settings, split: Split) -> Recipe:
    """Raises InputError where data sets or VGG's convolutions are missing."""
    path = Path(settings.vgg) if settings.vgg else _beside(data)
    model = _at_side(model, settings.side)
    assert model.spacing_mm is not None
    vgg = Vgg(path, functional.avg_pool2d)
    training, unseen = parted(packed.films(data, settings.packed, model.spacing_mm), split)
    films, turns = Films(training, settings.side, settings.normal), Turns(settings.enough)

    def batch(epoch: int, index: int, random: np.random.Generator) -> Mapping[str, Any]:
        started = {"first": index == 0, "started": epoch >= settings.pretraining}
        return {**films.drawn(settings.batch, random), **started}

    def step(players: Players, batch: Batch) -> Mapping[str, Tensor]:
        device = device_of(players[GENERATOR].network)
        vgg.to(device)
        patches = films.patches(batch)
        with torch.autocast(device.type, torch.bfloat16, enabled=settings.half):
            if settings.schedule == "joint" and batch["started"]:
                return _jointly(players, patches, vgg)
            losses = _losses(players, patches, vgg)
            turn = turns.turn(batch["first"]) if batch["started"] else "perceptual"
            return turns.logged(turn, _descended(players, turn, losses))

    def sheet(generator: nn.Module, out: Path) -> None:
        torch.manual_seed(0)
        drawn = {
            name: each.to(device_of(generator)) for name, each in films.drawn(SHEET, np.random.default_rng(0)).items()
        }
        patches = films.patches(drawn)
        with torch.no_grad():
            shown = torch.cat([patches.corrupted()[:, :1], generator(patches.corrupted()), patches.real], dim=3)
        save_tiled(2 * shown - 1, out / "sheet.png")

    generator, critic = model.build(), CiganDiscriminator(settings.side)
    players = {GENERATOR: _player(generator, settings.rate), CRITIC: _player(critic, settings.rate)}
    held_out = frozenset(each.patient for each in unseen)
    return Recipe(
        model,
        players,
        step,
        batch,
        settings.batches,
        settings.epochs,
        ships=GENERATOR,
        average=AVERAGE if settings.schedule == "joint" else None,
        rate=flat_then_falling if settings.schedule == "joint" else constant,
        sheet=sheet,
        held_out=held_out,
    )


@dataclass
class Turns:
    """Whose turn it is. It begins anew with every epoch, so that a training that is resumed sees the same turns."""

    enough: float
    name: str = LOSSES[0]
    steps: int = 0
    last: dict[str, Tensor] = field(default_factory=dict)

    def turn(self, first: bool) -> str:
        """The turn of the next step, by the loss that the last one had."""
        if first:
            self.name, self.steps = LOSSES[0], 0
        elif self.steps >= TURNS[self.name] or (TURNS[self.name] > 10 and float(self.last[self.name]) < self.enough):
            self.name, self.steps = LOSSES[(LOSSES.index(self.name) + 1) % len(LOSSES)], 0
        self.steps += 1
        return self.name

    def logged(self, name: str, loss: Tensor) -> Mapping[str, Tensor]:
        """The last value of every loss: a step computes one of them, and the log has a column for each."""
        self.last[name] = loss.detach().float()
        return {each: self.last.get(each, torch.zeros_like(self.last[name])) for each in LOSSES}


Loss = Callable[[], Tensor]


def _losses(players: Players, patches: Patches, vgg: Vgg) -> Mapping[str, Loss]:
    """The losses by name, each computed when it is asked for."""
    generator, critic = players[GENERATOR].network, players[CRITIC].network
    corrupted = patches.corrupted()
    return {
        "critic": lambda: infilling.real_or_made(critic, patches, generator(corrupted).detach()),
        "generator": lambda: infilling.taken_for_real(critic, patches, generator(corrupted)),
        "perceptual": lambda: infilling.perceptual_loss(vgg, patches.real, generator(corrupted)),
        "boundary": lambda: infilling.boundary_loss(patches.real, generator(corrupted), patches.masks),
    }


def _descended(players: Players, name: str, losses: Mapping[str, Loss]) -> Tensor:
    """Moves a player one step down one of the losses."""
    loss = losses[name]()
    descend(players[CRITIC if name == "critic" else GENERATOR], {name: loss})
    return loss


def _jointly(players: Players, patches: Patches, vgg: Vgg) -> Mapping[str, Tensor]:
    """A step of the critic, then one of the generator down the sum of its three losses, on the same pictures."""
    critic = players[CRITIC].network
    made = players[GENERATOR].network(patches.corrupted())
    judged = {"critic": infilling.real_or_made(critic, patches, made.detach())}
    descend(players[CRITIC], judged)
    parts = {
        "generator": infilling.taken_for_real(critic, patches, made),
        "perceptual": infilling.perceptual_loss(vgg, patches.real, made),
        "boundary": infilling.boundary_loss(patches.real, made, patches.masks),
    }
    descend(players[GENERATOR], {name: JOINT[name] * part for name, part in parts.items()})
    return {**judged, **parts}


def _at_side(model: Model, side: int) -> Model:
    """The model for patches of this side, which show as much tissue as the paper's. Raises InputError."""
    if side % 64:
        raise InputError("cigan", f"cannot be built for patches of {side} pixels", "give a multiple of 64")
    assert model.spacing_mm is not None
    return replace(model, spacing_mm=model.spacing_mm * SIDE / side, facts=replace(model.facts, side=side))


def _player(network: nn.Module, rate: float) -> Player:
    return Player(network, torch.optim.Adam(network.parameters(), rate))


def _beside(data: Path) -> Path:
    """The file of VGG's convolutions in the data folder or beside it."""
    found = sorted([*data.glob("vgg*.safetensors"), *data.parent.glob("weights/vgg*.safetensors")])
    if not found:
        raise InputError("cigan", "needs VGG's convolutions", "give them with --set vgg=FILE (safetensors)")
    return found[0]
