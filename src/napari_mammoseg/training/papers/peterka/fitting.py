"""The two networks of the experiments, in a form that a processor trains in seconds.

In place of ResNet-50, whose ImageNet weights may be missing: EfficientNet-Lite0, of which the first eleven blocks stay
ImageNet's and the last five, 1.9 of 3.0 million parameters, are fine-tuned. What they see is worked out once.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from napari_mammoseg.networks.efficientnet_lite import from_imagenet
from napari_mammoseg.networks.mass_classifier import MassClassifier
from napari_mammoseg.networks.shallow_cnn_levy import ShallowCnnLevy

SIDE = 64
EARLY = 11
"""So many blocks stay as they are; they give 112 channels at stride 16, where the fine-tuning begins."""
BATCH = 32
STEPS = {"shallow": 150, "fine-tuned": 100}
RATES = {"shallow": 1e-3, "fine-tuned": 3e-4}
AT_ONCE = 256


class EarlyLayers(nn.Module):
    """Input (n, 1, SIDE, SIDE) in 0…1. Output (n, 112, SIDE / 16, SIDE / 16). ImageNet's weights, which stay."""

    def __init__(self, published: Mapping[str, Tensor]) -> None:
        super().__init__()
        network = MassClassifier()
        network.trunk.load_state_dict(from_imagenet(published))
        self.stem, self.blocks = network.trunk.stem, network.trunk.blocks[:EARLY]

    @torch.inference_mode()
    def forward(self, pictures: Tensor) -> Tensor:
        found = []
        for part in pictures.split(AT_ONCE):
            y = functional.relu6(self.stem(2 * part - 1))
            for block in self.blocks:
                y = block(y)
            found.append(y)
        return torch.cat(found)


class LateLayers(nn.Module):
    """The rest of `mass-classifier`. Input: what EarlyLayers gives. Output logits (n, 2), benign and malignant."""

    def __init__(self, published: Mapping[str, Tensor]) -> None:
        super().__init__()
        network = MassClassifier()
        network.trunk.load_state_dict(from_imagenet(published))
        self.blocks, self.norm, self.dropout = network.trunk.blocks[EARLY:], network.norm, network.dropout
        self.classes = nn.Linear(network.malignant.in_features, 2)

    def forward(self, maps: Tensor) -> Tensor:
        late = maps
        for block in self.blocks:
            late = block(late)
        pooled = torch.cat([each.mean((2, 3)) for each in (maps, late)], dim=1)
        logits: Tensor = self.classes(self.dropout(self.norm(pooled)))
        return logits


def network_of(name: str, published: Mapping[str, Tensor]) -> nn.Module:
    """`shallow`, which takes pictures in -1…1, or `fine-tuned`, which takes what EarlyLayers makes of them in 0…1."""
    return ShallowCnnLevy(side=SIDE) if name == "shallow" else LateLayers(published)


def fit(
    name: str, published: Mapping[str, Tensor], views: Tensor, malignant: Tensor, asked: Tensor, seed: int
) -> NDArray[np.float64]:
    """How likely each of `asked` is malignant, by a network trained on one view of each picture at a time.

    views: (views, n, …) and asked: (m, …), as the network takes them; malignant: (n,) bool.
    """
    torch.manual_seed(seed)
    network = network_of(name, published).train()
    optimiser = torch.optim.AdamW(network.parameters(), RATES[name], weight_decay=0.03)
    count, order = len(malignant), torch.zeros(0, dtype=torch.int64)
    for step in range(STEPS[name]):
        optimiser.param_groups[0]["lr"] = RATES[name] * min(1.0, (step + 1) / 10, 2 * (1 - step / STEPS[name]))
        order = order if len(order) >= BATCH else torch.cat([order, torch.randperm(count)])
        chosen, order = order[:BATCH], order[BATCH:]
        view = torch.randint(len(views), chosen.shape)
        loss = functional.cross_entropy(network(views[view, chosen].clone()), malignant[chosen].long())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    with torch.inference_mode():
        scores = network.eval()(asked).softmax(dim=1)[:, 1]
    return np.asarray(scores.double().numpy())
