"""How pictures and weights lie in memory where a network trains."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def laid_out(pictures: Tensor) -> Tensor:
    """Pictures (N, C, H, W) as the convolutions of their device like them: channels last on a processor.

    On a graphics card depthwise convolutions in bfloat16 all but stand still with channels last (torch 2.11, one H200,
    32 crops of `mass-finder`, without cuDNN's search for the fastest convolution: no step within 13 seconds, 0.042
    seconds a step with rows and columns last).
    """
    processor = pictures.device.type == "cpu"
    return pictures.contiguous(memory_format=torch.channels_last if processor else torch.contiguous_format)


def placed(network: nn.Module, device: torch.device) -> nn.Module:
    """The network on its device; its weights keep the layout of the recipe on a processor alone."""
    if device.type == "cpu":
        return network.to(device)
    there: nn.Module = network.to(device, memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    return there
