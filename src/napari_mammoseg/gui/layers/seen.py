"""Of images that lie on each other only the uppermost is seen, and only its marks are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_mammoseg.gui.layers.belonging import IMAGE
from napari_mammoseg.gui.layers.hiding import at_once, hide, reveal
from napari_mammoseg.gui.layers.image_layers import is_mammogram

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Image


def marks_on(image: Any, layers: Iterable[Any]) -> list[Any]:
    """The layers among `layers` that mark something on `image`."""
    token = image.metadata.get(IMAGE)
    return [each for each in layers if token and each.metadata.get(IMAGE) == token and not is_mammogram(each)]


def image_of(layer: Any, layers: Iterable[Any]) -> Image | None:
    """The image that `layer` is, or marks; None where there is none."""
    if layer is None:
        return None
    images = [each for each in layers if is_mammogram(each)]
    return next((each for each in images if layer is each or layer in marks_on(each, [layer])), None)


def show_marks_of_seen_images(viewer: ViewerModel) -> None:
    """Hides the marks of images that are covered or hidden, and shows those of the others as they were.

    Marks whose image is no longer there are hidden where they would lie on another one.
    """
    images = [each for each in viewer.layers if is_mammogram(each)]
    seen = [each for number, each in enumerate(images) if _is_seen(viewer, images, number)]
    shown = [mark for image in seen for mark in marks_on(image, viewer.layers)]
    with at_once(viewer):
        for mark in (each for each in viewer.layers if IMAGE in each.metadata and not is_mammogram(each)):
            lost = image_of(mark, images) is None and not any(_covers(each, mark) for each in images)
            (reveal if lost or mark in shown else hide)(mark, "covered")


def bring_to_sight(viewer: ViewerModel, image: Image) -> None:
    """Hides the images that cover `image`, and shows `image` if it was hidden so; nothing is done in a grid."""
    images = [each for each in viewer.layers if is_mammogram(each)]
    if image not in images or viewer.canvas.grid.enabled:
        return
    with at_once(viewer):
        reveal(image, "covered")
        for each in images[images.index(image) + 1 :]:
            if image.visible and _covers(each, image):
                hide(each, "covered")


def uncover_all(viewer: ViewerModel) -> None:
    """Shows every image that was hidden because it covered another: for a grid, where each has its own place."""
    with at_once(viewer):
        for each in viewer.layers:
            if is_mammogram(each):
                reveal(each, "covered")


def _is_seen(viewer: ViewerModel, images: Sequence[Image], number: int) -> bool:
    image = images[number]
    above = () if viewer.canvas.grid.enabled else images[number + 1 :]
    return bool(image.visible) and not any(_covers(each, image) for each in above)


def _covers(upper: Any, lower: Any) -> bool:
    """Whether `upper` is shown over most of the smaller of both."""
    if not upper.visible or upper.blending == "additive":
        return False
    first, second = (np.sort(each.extent.world[:, -2:], axis=0) for each in (upper, lower))
    common = np.minimum(first[1], second[1]) - np.maximum(first[0], second[0])
    smaller = min(np.prod(first[1] - first[0]), np.prod(second[1] - second[0]))
    return bool((common >= 0).all() and np.prod(common) >= 0.5 * smaller)
