"""Captions can be read on any tissue: on a backing, inside the window, none on another one."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from napari.utils.colormaps.standardize_color import transform_color

from napari_mammoseg.commands import Command
from napari_mammoseg.findings import Finding, Findings, ImageRecord, ModelRecord, RunRecord
from napari_mammoseg.gui.exam.names_layer import COLOUR
from napari_mammoseg.gui.layers.caption_overlay import BACKING, LETTERS
from napari_mammoseg.gui.layers.caption_places import Wanted, placed
from napari_mammoseg.gui.layers.captions import OVERLAY
from napari_mammoseg.gui.layers.image_layers import image_layers
from napari_mammoseg.gui.layers.style import COLOURS
from napari_mammoseg.gui.layers.viewer_rules import keep_rules
from napari_mammoseg.gui.results.shown_result import ShownResult
from napari_mammoseg.gui.show import add
from napari_mammoseg.mammogram import Mammogram

CANVAS = (0.0, 0.0, 400.0, 500.0)


@pytest.mark.parametrize("seed", range(20))
def test_captions_stay_in_the_window_and_none_covers_another(seed: int) -> None:
    random = np.random.default_rng(seed)
    corners = random.uniform(-80, (450, 550), (seed + 1, 2))
    boxes = [tuple(each) for each in np.hstack([corners, corners + random.uniform(1, 80, corners.shape)]).tolist()]
    captions = placed([Wanted(f"{n}", (1.0,), 20, 150, box, CANVAS) for n, box in enumerate(boxes)])
    for each in captions:
        top, left, bottom, right = each.place
        assert min(top, left) >= 0
        assert (bottom, right) <= (400, 500)
        box = boxes[int(each.text)]
        assert -80 <= box[0] <= 400, "a mark out of sight has no caption"
    for one, other in combinations([each.place for each in captions], 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


@pytest.mark.parametrize("colour", [*COLOURS.values(), COLOUR])
def test_every_colour_can_be_read_on_the_backing_even_on_white(colour: str) -> None:
    white_below = 1 - BACKING[3]
    assert (_light(transform_color(colour)[0, :3]) + 0.05) / (_light(np.full(3, white_below)) + 0.05) >= 4.5


def _light(colour: np.ndarray) -> float:
    """Relative luminance of an sRGB colour in 0…1 (WCAG 2)."""
    linear = np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


@pytest.mark.gui
def test_on_bright_tissue_a_caption_is_on_dark_and_a_ring_is_thin(make_napari_viewer, qtbot) -> None:
    viewer = make_napari_viewer(show=True)
    image = Mammogram.of(np.ones((2000, 1500), np.float32), "x.png", spacing=(0.1, 0.1))
    layer = add(viewer, image_layers(image))[0]
    keep_rules(viewer)
    found = (
        Finding(1, "mass", (200, 1400, 300, 1490), (249.5, 1444.5), 0.9),
        Finding(2, "calcification", (1000, 700, 1003, 703), (1001, 701), 0.9, area_mm2=0.09),
    )
    mask = np.zeros((2000, 1500), np.uint16)
    record = ImageRecord("x.png", None, 2000, 1500, (0.1, 0.1), "test", None, None)
    command = Command("calcifications", None, "x.png")
    findings = Findings(record, "calcifications", ModelRecord("m"), 0.9, found, RunRecord("1", {}), mask=mask)
    ShownResult(viewer, layer, command, findings, 0.5)
    viewer.reset_view()
    overlay = viewer.canvas.overlays[OVERLAY]
    qtbot.waitUntil(lambda: len(overlay.captions) == 1)
    top, left, bottom, right = (round(each) for each in overlay.captions[0].place)
    seen = viewer.screenshot(flash=False)[..., :3].astype(int)
    assert (seen[top + 2 : bottom - 2, left + 2 : right - 2].max(axis=-1) < 60).mean() > 0.5
    middle = np.array(viewer.canvas.size) // 2
    row = seen[middle[0], middle[1] - 20 : middle[1] + 20]
    ring = row.max(axis=-1) - row.min(axis=-1) > 60
    assert 2 <= ring.sum() <= 8, "two lines of one or two pixels, blurred at their sides"
    (drawn,) = viewer.window._qt_viewer.canvas._viewer_overlay_to_visual[overlay]
    for _ in LETTERS:
        drawn._prepare_a_letter()
    assert set(LETTERS) <= set(drawn._font._glyphs), "napari has all letters before the next captions need them"
