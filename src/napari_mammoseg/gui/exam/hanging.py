"""Hanging an exam in a viewer, and taking it down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from napari_mammoseg.errors import InputError
from napari_mammoseg.exams.exam import PLACES, Exam, Place
from napari_mammoseg.exams.grouping import grouped
from napari_mammoseg.exams.layout import GAP
from napari_mammoseg.exams.opening import Opened
from napari_mammoseg.gui.exam.exam_layers import EXAM, Role, exam_layers, hang_open, hung_in, is_hung
from napari_mammoseg.gui.exam.identity import identity_of
from napari_mammoseg.gui.exam.names_layer import names_in
from napari_mammoseg.gui.exam.ruler import ruler_in
from napari_mammoseg.gui.layers.hiding import at_once, hide, reveal
from napari_mammoseg.gui.layers.image_layers import is_mammogram
from napari_mammoseg.gui.layers.seen import marks_on
from napari_mammoseg.gui.show import add

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Image


def hang(viewer: ViewerModel, exam: Exam, opened: Mapping[Place, Opened], role: Role) -> None:
    """Hangs the images of an exam in the place of what hung in that role; the prior at the right of the current one."""
    take_down(viewer, role)
    left = 0.0 if role == "current" else _right_of_current(viewer)
    add(viewer, exam_layers(exam, opened, role, left))
    current = hung_in(viewer.layers)
    viewer.layers.selection.active = next(iter(current.values()), None)


def hang_open_images(viewer: ViewerModel) -> Exam:
    """Hangs the mammograms that are open and of one exam: that of the active image, else the latest one.

    Raises InputError if no image says which view it is.
    """
    known = {each: identity_of(each) for each in viewer.layers if is_mammogram(each)}
    active = known.get(viewer.layers.selection.active)
    exams = [each for each in grouped(known.values()) if each.missing != PLACES]
    exam = next((each for each in exams if active in each.images), exams[0] if exams else None)
    if exam is None:
        raise InputError("the window", "holds no mammogram of a known view", "open a folder, or images that say theirs")
    for each in names_in(viewer.layers):
        viewer.layers.remove(each)
    layers = {image: layer for layer, image in known.items()}
    hung = {place: (layers[image], image) for place, image in exam.hung().items()}
    for layer, image in known.items():
        if image not in exam.hung().values():
            layer.metadata = {key: value for key, value in layer.metadata.items() if key != EXAM}
    for layer, _ in hung.values():
        reveal(layer, "covered")
    add(viewer, [hang_open(hung)])
    return exam


def others_in(viewer: ViewerModel) -> list[Image]:
    """The open mammograms that hang in no role."""
    return [each for each in viewer.layers if is_mammogram(each) and EXAM not in each.metadata]


def hide_others(viewer: ViewerModel) -> None:
    """Hides what is no part of the exam and would be seen in an empty place of it, or beside it."""
    with at_once(viewer):
        for each in others_in(viewer):
            hide(each, "covered")


def take_down(viewer: ViewerModel, role: Role | None = None) -> None:
    """Removes the images that hang in that role (None: in any), their marks, names and measured lines."""
    roles: tuple[Role, ...] = ("current", "prior") if role is None else (role,)
    images = [layer for layer in viewer.layers for each in roles if is_hung(layer, each)]
    marks = [mark for image in images for mark in marks_on(image, viewer.layers)]
    names = [layer for each in roles for layer in names_in(viewer.layers, each)]
    lines = [] if role == "prior" else [each for each in (ruler_in(viewer),) if each is not None]
    if images or names or lines:
        with viewer.layers.batched_update():  # else napari searches the whole memory after each layer
            for layer in (*marks, *images, *names, *lines):
                viewer.layers.remove(layer)


def unit_of(viewer: ViewerModel) -> str:
    """What lengths of the hanging are in."""
    units = {str(each.units[-1]) for each in hung_in(viewer.layers).values()}
    return "pixel" if units == {"pixel"} else "mm"


def _right_of_current(viewer: ViewerModel) -> float:
    edges = [float(each.extent.world[:, -1].max()) for each in hung_in(viewer.layers).values()]
    return max(edges, default=0.0) + 4 * GAP
