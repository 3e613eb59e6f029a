"""What is seen of a hung exam: all of it, or one view alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np

from napari_mammoseg.gui.exam.exam_layers import EXAM
from napari_mammoseg.gui.layers.hiding import HIDDEN, at_once, hide, reveal
from napari_mammoseg.gui.layers.image_layers import is_mammogram
from napari_mammoseg.gui.layers.view import actual_pixels

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Image

_MARGIN = 0.97
_FITTED: WeakKeyDictionary[ViewerModel, tuple[list[Image], tuple[Any, ...]]] = WeakKeyDictionary()
"""Which images the canvas was filled with last, and where the camera was then."""


def show_alone(viewer: ViewerModel, image: Image) -> None:
    """Hides every other image of the exam and fills the canvas with this one."""
    with at_once(viewer):
        show_all(viewer, fit=False)
        for each in hung_images(viewer):
            if each is not image:
                hide(each, "alone")
    viewer.layers.selection.active = image
    _fit(viewer, [image])


def show_all(viewer: ViewerModel, fit: bool = True) -> None:
    """Shows every image of the exam again, as far as no person hid it, and fills the canvas with them."""
    images = hung_images(viewer)
    with at_once(viewer):
        for each in images:
            reveal(each, "alone")
    if fit and images:
        _fit(viewer, images)


def fit_again(viewer: ViewerModel) -> None:
    """Fills the canvas, which has another size, with the same images, unless a person moved the camera since."""
    images, camera = _FITTED.get(viewer, ([], ()))
    if camera == _camera(viewer) and all(each in viewer.layers for each in images):
        _fit(viewer, images)


def frame(viewer: ViewerModel, hung: bool) -> None:
    """Shows an exam on black in any theme; as the theme has it where none hangs."""
    override = viewer.canvas.background_color_override
    if override is None or tuple(override) == _BLACK:
        viewer.canvas.background_color_override = _BLACK if hung else None


def toggle_alone(viewer: ViewerModel) -> None:
    """Shows the view under the mouse alone, or all again."""
    image = image_under(viewer, viewer.cursor.position)
    if is_alone(viewer):
        show_all(viewer)
    elif image is not None:
        show_alone(viewer, image)


def actual_pixels_here(viewer: ViewerModel) -> None:
    """One pixel of the image under the mouse for one of the screen, there."""
    position = viewer.cursor.position
    image = image_under(viewer, position)
    if image is not None:
        viewer.layers.selection.active = image
        actual_pixels(viewer)
        viewer.scene.camera.center = (0.0, *position[-2:])


def is_alone(viewer: ViewerModel) -> bool:
    """Whether one view is shown alone."""
    return any("alone" in each.metadata.get(HIDDEN, ()) for each in hung_images(viewer))


def image_under(viewer: ViewerModel, position: Any) -> Image | None:
    """The hung image at a place of the world; the active one, or the first, where there is none."""
    images = [each for each in hung_images(viewer) if each.visible]
    under = next((each for each in images if _contains(each, position)), None)
    active = viewer.layers.selection.active
    return under or (active if active in images else next(iter(images), None))


def hung_images(viewer: ViewerModel) -> list[Image]:
    """The images of the exam, and of the prior where it is shown."""
    return [each for each in viewer.layers if is_mammogram(each) and EXAM in each.metadata]


def _contains(image: Image, position: Any) -> bool:
    low, high = np.sort(image.extent.world[:, -2:], axis=0)
    place = np.asarray(position)[-2:]
    return bool((low <= place).all() and (place <= high).all())


def _fit(viewer: ViewerModel, images: list[Image]) -> None:
    corners = np.concatenate([each.extent.world[:, -2:] for each in images])
    low, high = corners.min(axis=0), corners.max(axis=0)
    viewer.scene.camera.center = (0.0, *((low + high) / 2))
    viewer.scene.camera.zoom = _MARGIN * float((np.array(viewer.canvas.size) / (high - low)).min())
    _FITTED[viewer] = (images, _camera(viewer))


def _camera(viewer: ViewerModel) -> tuple[Any, ...]:
    return tuple(viewer.scene.camera.center), viewer.scene.camera.zoom


_BLACK = (0.0, 0.0, 0.0, 1.0)
