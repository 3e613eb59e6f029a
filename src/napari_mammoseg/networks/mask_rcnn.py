"""Mask R-CNN (He 2017), which Aung 2018 takes for masses, in plain PyTorch on EfficientNet-Lite0."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from napari_mammoseg.networks.efficientnet_lite import EfficientNetLite0, NormedConv
from napari_mammoseg.networks.regions_of_interest import RATIOS, anchors, best_of, decoded, roi_align

WIDTH = 96
STRIDES = (4, 8, 16, 32, 64)
SIZES = (16.0, 32.0, 64.0, 128.0, 256.0)
"""Sides of the anchors at each stride, twice those of Aung: at 0.28 mm a pixel masses are 18 to 210 pixels large."""
BOX_SIZE, MASK_SIZE = 7, 14
LARGEST_SIDE = 56
"""Of a box whose features are taken at the first stride; each doubling goes one stride on (Lin 2017: 224 at 16)."""
PROPOSED, KEPT = 0.7, 0.3
"""IoU above which the worse of two proposals, and of two answers, is dropped (matterport's settings, Aung 2018)."""
CANDIDATES, PROPOSALS, ANSWERS = 400, 100, 20


@dataclass(frozen=True)
class Instances:
    """boxes (n, 4); scores (n,) 0…1; masks (n, 28, 28): the probability in each box."""

    boxes: Tensor
    scores: Tensor
    masks: Tensor


class MaskRCNN(nn.Module):
    """Feature pyramid, proposals, and of each proposal: mass or not, a better box, an outline of 28 x 28.

    Input (N, 1, H, W) in -1…1, H and W multiples of 64. `instances` gives the masses of one picture; `forward` the
    logits (N, 1, H, W) of a pixel lying in the most probable of them.
    """

    def __init__(self) -> None:
        super().__init__()
        self.trunk = EfficientNetLite0()
        self.lateral = nn.ModuleList(NormedConv(each, WIDTH) for each in self.trunk.channels)
        self.smooth = nn.ModuleList(NormedConv(WIDTH, WIDTH, 3) for _ in self.trunk.channels)
        self.search = NormedConv(WIDTH, WIDTH, 3)
        self.objectness = nn.Conv2d(WIDTH, len(RATIOS), 1)
        self.proposal = nn.Conv2d(WIDTH, 4 * len(RATIOS), 1)
        self.box_head = nn.Sequential(
            nn.Flatten(), nn.Linear(WIDTH * BOX_SIZE**2, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU()
        )
        self.mass = nn.Linear(256, 1)
        self.step = nn.Linear(256, 4)
        self.mask_head = nn.Sequential(
            *(NormedConv(WIDTH, WIDTH, 3) for _ in range(3)),
            nn.ConvTranspose2d(WIDTH, WIDTH, 2, stride=2),
            nn.ReLU(),
            nn.Conv2d(WIDTH, 1, 1),
        )
        for layer in (self.objectness, self.proposal, self.mass, self.step):
            nn.init.normal_(layer.weight, std=0.01)
            assert layer.bias is not None
            nn.init.zeros_(layer.bias)

    def features(self, x: Tensor) -> list[Tensor]:
        """Maps of WIDTH channels at each of STRIDES."""
        maps = [lateral(each) for lateral, each in zip(self.lateral, self.trunk(x), strict=True)]
        for level in (2, 1, 0):
            maps[level] = maps[level] + functional.interpolate(maps[level + 1], scale_factor=2.0, mode="nearest")
        maps = [smooth(each) for smooth, each in zip(self.smooth, maps, strict=True)]
        return [*maps, functional.max_pool2d(maps[-1], 1, stride=2)]

    def searched(self, maps: list[Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        """Of one picture: every anchor (a, 4), its logit (a,) and its steps to the mass's box (a, 4)."""
        boxes, logits, steps = [], [], []
        for level, stride, size in zip(maps, STRIDES, SIZES, strict=True):
            y = self.search(level)
            boxes.append(anchors((y.shape[2], y.shape[3]), stride, size, y.device))
            logits.append(self.objectness(y)[0].permute(1, 2, 0).reshape(-1))
            steps.append(self.proposal(y)[0].permute(1, 2, 0).reshape(-1, 4))
        return torch.cat(boxes), torch.cat(logits).float(), torch.cat(steps).float()

    def proposals(self, boxes: Tensor, logits: Tensor, steps: Tensor, shape: tuple[int, int]) -> Tensor:
        """At most PROPOSALS boxes inside the picture, the likeliest first; nothing learns through them."""
        with torch.no_grad():
            best = logits.topk(min(CANDIDATES, len(logits))).indices
            found = inside(decoded(steps[best], boxes[best]), shape)
            return found[best_of(found, logits[best], PROPOSED, PROPOSALS)]

    def judged(self, maps: list[Tensor], boxes: Tensor) -> tuple[Tensor, Tensor]:
        """Logits (n,) of a mass in each box and the steps (n, 4) to its own box."""
        y = self.box_head(self.aligned(maps, boxes, BOX_SIZE))
        return self.mass(y)[:, 0].float(), self.step(y).float()

    def outlined(self, maps: list[Tensor], boxes: Tensor) -> Tensor:
        """Logits (n, 28, 28) of the mass in each box."""
        return self.mask_head(self.aligned(maps, boxes, MASK_SIZE))[:, 0].float()

    def aligned(self, maps: list[Tensor], boxes: Tensor, size: int) -> Tensor:
        """Features of each box from the map that fits its size."""
        side = (boxes[:, 2:] - boxes[:, :2]).clamp(min=1).prod(1).sqrt()
        level = torch.log2(side / LARGEST_SIDE).floor().clamp(0, len(self.trunk.channels) - 1)
        found = maps[0].new_zeros(len(boxes), WIDTH, size, size)
        for index in range(len(self.trunk.channels)):
            here = level == index
            if here.any():
                found[here] = roi_align(maps[index], STRIDES[index], boxes[here], size)
        return found

    def instances(self, x: Tensor) -> Instances:
        """The masses of one picture (1, 1, H, W), the likeliest first."""
        shape = (x.shape[2], x.shape[3])
        maps = self.features(x)
        proposed = self.proposals(*self.searched(maps), shape)
        logits, steps = self.judged(maps, proposed)
        boxes = inside(decoded(steps, proposed), shape)
        kept = best_of(boxes, logits, KEPT, ANSWERS)
        return Instances(boxes[kept], torch.sigmoid(logits[kept]), torch.sigmoid(self.outlined(maps, boxes[kept])))

    def forward(self, x: Tensor) -> Tensor:
        maps = [painted(self.instances(each[None]), (x.shape[2], x.shape[3])).amax(0) for each in x]
        return torch.logit(torch.stack(maps)[:, None], eps=1e-4)


def painted(found: Instances, shape: tuple[int, int]) -> Tensor:
    """The probability of each pixel to lie in each mass, times its score: (n, rows, columns); (1, …) of 0 for none."""
    if not len(found.boxes):
        return found.masks.new_zeros(1, *shape)
    low, side = found.boxes[:, :2], (found.boxes[:, 2:] - found.boxes[:, :2]).clamp(min=1e-3)
    places = [torch.arange(each, device=low.device) + 0.5 for each in shape]
    rows, columns = (2 * (places[axis] - low[:, axis, None]) / side[:, axis, None] - 1 for axis in (0, 1))
    grid = torch.stack([columns[:, None].expand(-1, shape[0], -1), rows[:, :, None].expand(-1, -1, shape[1])], dim=-1)
    masks = functional.grid_sample(found.masks[:, None], grid, padding_mode="border", align_corners=False)[:, 0]
    return torch.where(grid.abs().amax(-1) <= 1, masks, 0.0) * found.scores[:, None, None]


def inside(boxes: Tensor, shape: tuple[int, int]) -> Tensor:
    """Boxes cut at the picture's border."""
    limits = torch.tensor([*shape, *shape], device=boxes.device, dtype=boxes.dtype)
    return torch.minimum(boxes.clamp(min=0), limits)
