"""Half precision is used where the device has instructions for it, and only there."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from napari_mammoseg.training.engine.step import calculates_in_bfloat16, descent, one_player

X86 = {"architecture": "x86_64"}


@pytest.mark.parametrize(
    ("capabilities", "wanted"),
    [
        (X86, torch.float32),
        (X86 | {"avx512_bf16": True}, torch.bfloat16),
        (X86 | {"amx_bf16": True}, torch.bfloat16),
        ({"architecture": "aarch64"}, torch.bfloat16),
        ({}, torch.bfloat16),
    ],
)
def test_a_step_is_in_bfloat16_where_the_processor_calculates_in_it(
    capabilities: dict[str, object], wanted: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities, raising=False)
    seen = []

    def losses(network: nn.Module, batch: Tensor) -> dict[str, Tensor]:
        answer = network(batch)
        seen.append(answer.dtype)
        return {"size": answer.float().square().mean()}

    network = nn.Linear(2, 1)
    descent(losses, half=True)(one_player(network, torch.optim.SGD(network.parameters(), 0.1)), torch.ones(3, 2))
    assert seen == [wanted]


def test_a_graphics_card_always_calculates_in_it() -> None:
    assert calculates_in_bfloat16(torch.device("cuda"))
