"""Hanging an exam in a viewer, and taking it down."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_mammoseg.errors import InputError
from napari_mammoseg.exams.exam import Exam, ExamImage, Place
from napari_mammoseg.exams.identity import identify
from napari_mammoseg.exams.layout import GAP
from napari_mammoseg.exams.opening import Opened
from napari_mammoseg.gui.exam.exam_layers import Role, exam_layers, hang_open, hung_in, is_hung
from napari_mammoseg.gui.exam.names_layer import names_in
from napari_mammoseg.gui.layers.hiding import hide
from napari_mammoseg.gui.layers.image_layers import facts_of, is_mammogram
from napari_mammoseg.gui.layers.seen import marks_on
from napari_mammoseg.gui.show import add

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Image


def hang(viewer: ViewerModel, exam: Exam, opened: Mapping[Place, Opened], role: Role) -> None:
    """Hangs the images of an exam in the place of what hung in that role; the prior at the right of the current one."""
    take_down(viewer, role)
    add(viewer, exam_layers(exam, opened, role, 0.0 if role == "current" else _right_of_current(viewer)))
    current = hung_in(viewer.layers)
    viewer.layers.selection.active = next(iter(current.values()), None)


def hang_open_images(viewer: ViewerModel) -> Exam:
    """Hangs the mammograms that are open, one in each place, by what their files say; the exam that they make.

    Raises InputError if none of them says which view it is.
    """
    known = {each: _identity(each) for each in viewer.layers if is_mammogram(each)}
    exam = Exam(tuple(known.values())) if known else None
    hung = {} if exam is None else {place: each for place, each in exam.hung().items() if each.place is not None}
    if exam is None or not hung:
        raise InputError("the window", "holds no mammogram of a known view", "open a folder, or images that say theirs")
    for each in names_in(viewer.layers):
        viewer.layers.remove(each)
    for layer, image in known.items():
        if image not in hung.values():
            hide(layer, "covered")
    layer_of = {image: layer for layer, image in known.items()}
    add(viewer, [hang_open({place: (layer_of[image], image) for place, image in hung.items()}, exam)])
    return exam


def take_down(viewer: ViewerModel, role: Role | None = None) -> None:
    """Removes the images that hang in that role (None: in any), their marks and their names."""
    roles: tuple[Role, ...] = ("current", "prior") if role is None else (role,)
    for each in roles:
        images = [layer for layer in viewer.layers if is_hung(layer, each)]
        marks = [mark for image in images for mark in marks_on(image, viewer.layers)]
        for layer in (*marks, *images, *names_in(viewer.layers, each)):
            viewer.layers.remove(layer)


def unit_of(viewer: ViewerModel) -> str:
    """What lengths of the hanging are in."""
    units = {str(each.units[-1]) for each in hung_in(viewer.layers).values()}
    return "pixel" if units == {"pixel"} else "mm"


def _right_of_current(viewer: ViewerModel) -> float:
    edges = [float(each.extent.world[:, -1].max()) for each in hung_in(viewer.layers).values()]
    return max(edges, default=0.0) + 4 * GAP


def _identity(layer: Image) -> ExamImage:
    """Of the image's file where it is known, else what the layer's record or its name says."""
    facts: dict[str, Any] = facts_of(layer)
    path = facts.get("path")
    try:
        known = identify(Path(path)) if path is not None else ExamImage(Path(layer.name))
    except InputError:
        known = ExamImage(Path(layer.name))
    if known.place is None and facts.get("view") and facts.get("laterality"):
        return ExamImage(known.path, facts["laterality"], facts["view"], odd=known.odd)
    return known
