"""Views of masses in loosely drawn boxes: what the network is trained on is what the pipeline shows it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from napari_mammoseg.mammogram import Lesion, Mammogram
from napari_mammoseg.tissue.boxed import boxed_window
from napari_mammoseg.training.outlines.crops import REACH, SIDE, Crop, crops_of, mask_of
from napari_mammoseg.training.outlines.views import LOOSE, NUMBERS, Held, Views, views

SIZE, CONTEXT = 160, 1.4
MASS_SIDE = 80


def image() -> Mammogram:
    """An ellipse of 80 x 50 pixels in smooth tissue."""
    rows, columns = np.indices((500, 480))
    inside = ((rows - 260) / (MASS_SIDE / 2)) ** 2 + ((columns - 215) / 25) ** 2 < 1
    tissue = 0.4 + 0.1 * np.sin(rows / 23) * np.cos(columns / 31)
    return Mammogram.of((tissue + 0.2 * inside).astype(np.float32), "one", truth=(Lesion("mass", mask=inside),))


def crop() -> Crop:
    (made,) = crops_of("set", "one", "woman", image())
    return made


def seen(numbers: torch.Tensor, varied: bool) -> Views:
    return views(Held.of([crop()]), torch.zeros(len(numbers), dtype=torch.long), numbers, SIZE, CONTEXT, varied)


def test_a_crop_has_the_mass_in_its_middle_at_a_known_size():
    made = crop()
    rows, columns = np.nonzero(made.mask > 127)
    assert (rows.mean(), columns.mean()) == pytest.approx((SIDE / 2, SIDE / 2), abs=1)
    assert np.ptp(rows) + 1 == pytest.approx(SIDE / REACH, abs=1.5)
    assert made.points.min(0) == pytest.approx([rows.min(), columns.min()], abs=1)
    assert made.points.max(0) == pytest.approx([rows.max() + 1, columns.max() + 1], abs=1)


def test_an_unvaried_view_is_the_pipelines_window():
    numbers = torch.rand(1, NUMBERS, generator=torch.Generator().manual_seed(1))
    rows, columns = np.nonzero(image().truth[0].mask)
    low, high = np.array([rows.min(), columns.min()]), np.array([rows.max() + 1, columns.max() + 1])
    shares = LOOSE * numbers[0, 4:8].numpy()
    box = (*(low - shares[:2] * (high - low)), *(high + shares[2:] * (high - low)))
    wanted = boxed_window(image().pixels, box, CONTEXT, SIZE)
    found = seen(numbers, varied=False).inputs[0].numpy()
    assert found[1:] == pytest.approx(wanted[1:], abs=0.05)
    assert np.abs(found[0] - wanted[0]).mean() < 0.03


def test_the_mass_lies_in_its_own_box_and_that_in_the_drawn_one():
    numbers = torch.rand(40, NUMBERS, generator=torch.Generator().manual_seed(2))
    numbers[:, 8] = 1  # drawn by a person
    made = seen(numbers, varied=True)
    for inputs, mask, tight in zip(made.inputs, made.masks, made.tight, strict=True):
        rows, columns = torch.nonzero(mask > 0.5, as_tuple=True)
        box = torch.stack([rows.min(), columns.min(), rows.max() + 1, columns.max() + 1])
        assert box.numpy() == pytest.approx(tight.numpy(), abs=2.5)
        assert inputs[1][mask > 0.5].min() > -0.06


def test_drawn_boxes_are_loose_by_their_own_chance_on_each_side():
    numbers = torch.rand(400, NUMBERS, generator=torch.Generator().manual_seed(3))
    made = seen(numbers, varied=False)
    inside = made.inputs[:, 1] >= 0
    heights = inside.any(2).sum(1) / (made.tight[:, 2] - made.tight[:, 0])
    assert float(heights.mean()) == pytest.approx(1 + LOOSE, abs=0.03)
    assert float(heights.max()) <= 1 + 2 * LOOSE + 0.03
    assert float(heights.min()) >= 0.97


def test_where_only_a_box_is_known_it_is_turned_by_right_angles():
    (known,) = crops_of("set", "one", "woman", image())
    boxed = Mammogram.of(image().pixels, "one", truth=(Lesion("mass", box=(220.0, 190.0, 300.0, 240.0)),))
    (made,) = crops_of("set", "one", "woman", boxed)
    assert made.mask is None
    assert known.mask is not None
    numbers = torch.rand(20, NUMBERS, generator=torch.Generator().manual_seed(4))
    sides = views(Held.of([made]), torch.zeros(20, dtype=torch.long), numbers, SIZE, CONTEXT)
    ratio = (sides.tight[:, 2] - sides.tight[:, 0]) / (sides.tight[:, 3] - sides.tight[:, 1])
    stretched = torch.exp(torch.tensor(2 * 0.18))
    assert (
        (ratio / 1.6 < stretched) & (ratio / 1.6 > 1 / stretched)
        | (ratio * 1.6 < stretched) & (ratio * 1.6 > 1 / stretched)
    ).all()


def test_crumbs_of_a_mask_are_no_mass():
    mask = np.zeros((60, 60), bool)
    mask[10:30, 10:30] = mask[50:52, 50:52] = True
    cleaned = mask_of(Lesion("mass", mask=mask), mask.shape)
    assert cleaned is not None
    assert cleaned.sum() == 400
    assert mask_of(Lesion("mass", box=(1.0, 1.0, 5.0, 5.0)), mask.shape) is None
