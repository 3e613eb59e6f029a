"""The five losses of Mask R-CNN on one picture (Ren 2015, He 2017)."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from napari_mammoseg.networks.mask_rcnn import MASK_SIZE, MaskRCNN
from napari_mammoseg.networks.regions_of_interest import encoded, overlap, roi_align
from napari_mammoseg.training.outlines.pictures import Shown

ANCHORS, SURE, FALSE = 64, 0.7, 0.3
"""Anchors per picture; IoU with a mass from which one counts as that mass, and IoU below which it counts as tissue."""
REGIONS, HIT, SHARE = 64, 0.5, 0.33
"""Proposals per picture; IoU from which one counts as a mass; the largest share of such ones."""


def losses(network: MaskRCNN, shown: Shown) -> dict[str, Tensor]:
    """The losses of one picture; in a picture without a mass all is background."""
    truth, masks = masses_of(shown)
    shape = (shown.values.shape[2], shown.values.shape[3])
    maps = network.features(shown.values)
    boxes, logits, steps = network.searched(maps)
    parts = _of_anchors(boxes, logits, steps, truth)
    with torch.no_grad():
        regions = torch.cat([network.proposals(boxes, logits.detach(), steps.detach(), shape), truth])
        regions, which = _drawn_regions(regions, truth)
    return parts | _of_regions(network, maps, regions, which, truth, masks)


def masses_of(shown: Shown) -> tuple[Tensor, Tensor]:
    """Boxes (m, 4) and masks (m, rows, columns) of the picture's masses."""
    numbers = [each for each in torch.unique(shown.masses).tolist() if each]
    masks = torch.stack([shown.masses[0, 0] == each for each in numbers]) if numbers else shown.masses[0, :0] > 0
    boxes = shown.values.new_zeros(len(numbers), 4)
    for index, mask in enumerate(masks):
        rows, columns = torch.where(mask)
        boxes[index] = torch.stack([rows.min(), columns.min(), rows.max() + 1, columns.max() + 1]).float()
    return boxes, masks.float()


def _of_anchors(boxes: Tensor, logits: Tensor, steps: Tensor, truth: Tensor) -> dict[str, Tensor]:
    near, which = _nearest(boxes, truth)
    positive = near >= SURE
    if len(truth):
        positive[overlap(boxes, truth).argmax(0)] = True
    chosen = _some(positive.nonzero()[:, 0], ANCHORS // 2)
    others = _some(((near < FALSE) & ~positive).nonzero()[:, 0], ANCHORS - len(chosen))
    both = torch.cat([chosen, others])
    wanted = (torch.arange(len(both), device=logits.device) < len(chosen)).float()
    parts = {"proposed": functional.binary_cross_entropy_with_logits(logits[both], wanted)}
    parts["proposed box"] = _distance(steps[chosen], boxes[chosen], truth[which[chosen]] if len(truth) else truth)
    return parts


def _of_regions(
    network: MaskRCNN, maps: list[Tensor], regions: Tensor, which: Tensor, truth: Tensor, masks: Tensor
) -> dict[str, Tensor]:
    logits, steps = network.judged(maps, regions)
    hit = which >= 0
    parts = {"mass": functional.binary_cross_entropy_with_logits(logits, hit.float())}
    parts["box"] = _distance(steps[hit], regions[hit], truth[which[hit]])
    if not hit.any():
        return parts | {"outline": logits.sum() * 0}
    answers = network.outlined(maps, regions[hit])
    wanted = [
        roi_align(masks[None, None, index], 1, region[None], 2 * MASK_SIZE)[0, 0]
        for index, region in zip(which[hit].tolist(), regions[hit], strict=True)
    ]
    return parts | {"outline": functional.binary_cross_entropy_with_logits(answers, torch.stack(wanted))}


def _drawn_regions(regions: Tensor, truth: Tensor) -> tuple[Tensor, Tensor]:
    """A random choice of the regions, and the mass that each one shows (-1: none)."""
    near, which = _nearest(regions, truth)
    hits = _some((near >= HIT).nonzero()[:, 0], int(SHARE * REGIONS))
    misses = _some((near < HIT).nonzero()[:, 0], REGIONS - len(hits))
    numbers = torch.cat([which[hits], torch.full_like(misses, -1)])
    return regions[torch.cat([hits, misses])], numbers


def _nearest(boxes: Tensor, truth: Tensor) -> tuple[Tensor, Tensor]:
    if not len(truth):
        return boxes.new_zeros(len(boxes)), torch.zeros(len(boxes), dtype=torch.long, device=boxes.device)
    best = overlap(boxes, truth).max(1)
    return best.values, best.indices


def _some(places: Tensor, count: int) -> Tensor:
    return places[torch.randperm(len(places), device=places.device)[:count]]


def _distance(steps: Tensor, start: Tensor, truth: Tensor) -> Tensor:
    if not len(steps):
        return steps.sum()
    return functional.smooth_l1_loss(steps, encoded(truth, start), beta=1 / 9)
