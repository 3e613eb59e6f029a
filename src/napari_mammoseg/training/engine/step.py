"""What one batch does to the players. A recipe of several players, as a GAN's, writes its own step with `descend`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from napari_mammoseg.training.engine.recipe import NETWORK, Batch, Player, Players, Step

Losses = Callable[[nn.Module, Batch], Mapping[str, Tensor]]
"""The parts of the loss of a network on a batch, both on one device. A step makes their sum smaller."""


def one_player(network: nn.Module, optimiser: Optimizer) -> Players:
    """The players of a recipe with one network."""
    return {NETWORK: Player(network, optimiser)}


def descent(losses: Losses, half: bool = False, clip: float | None = None) -> Step:
    """The step of a recipe with one player: down the sum of its losses.

    half: bfloat16 where it is safe (autocast), on devices that calculate in it. clip: the largest norm of all gradients
    together.
    """

    def step(players: Players, batch: Batch) -> Mapping[str, Tensor]:
        (player,) = players.values()
        device = device_of(player.network)
        with torch.autocast(device.type, torch.bfloat16, enabled=half and calculates_in_bfloat16(device)):
            parts = losses(player.network, batch)
        descend(player, parts, clip)
        return parts

    return step


def descend(player: Player, parts: Mapping[str, Tensor], clip: float | None = None) -> None:
    """Moves the player's weights by one step of its optimiser, down the sum of the parts; no other player moves."""
    player.optimiser.zero_grad()
    torch.stack([each.float() for each in parts.values()]).sum().backward()
    if clip is not None:
        nn.utils.clip_grad_norm_(player.network.parameters(), clip)
    player.optimiser.step()


def device_of(network: nn.Module) -> torch.device:
    """Where the network's weights are."""
    return next(network.parameters()).device


def calculates_in_bfloat16(device: torch.device) -> bool:
    """False on an x86 processor without such instructions: it would imitate them at half the speed."""
    known: dict[str, object] = getattr(torch.cpu, "get_capabilities", dict)()  # older versions of torch do not say it
    if device.type != "cpu" or known.get("architecture") != "x86_64":
        return True
    return bool(known.get("avx512_bf16") or known.get("amx_bf16"))
