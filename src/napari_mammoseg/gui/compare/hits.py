"""The lesions of the truth on the image of a result: found or missed."""

from __future__ import annotations

from napari_mammoseg.evaluation.case import Case
from napari_mammoseg.gui.layers.belonging import belonging, token_of
from napari_mammoseg.gui.layers.hit_layer import fill_hits, hit_layer
from napari_mammoseg.gui.layers.image_layers import placement_of
from napari_mammoseg.gui.results.shown_result import ShownResult
from napari_mammoseg.gui.show import add


def show_hits(result: ShownResult, case: Case, anew: bool) -> None:
    """Shows which lesions of the truth are found at the threshold of `case`, and which are missed.

    anew: on a new layer where the former one was removed; else nothing is shown then.
    """
    viewer = result.viewer
    gone = result.hits is not None and result.hits not in viewer.layers
    if gone and not anew:
        return
    if result.hits is None or gone:
        active = viewer.layers.selection.active
        shape = (result.findings.image.rows, result.findings.image.columns)
        layer = hit_layer(case, shape, placement_of(result.image))
        (result.hits,) = add(viewer, belonging([layer], token_of(result.image)))
        viewer.layers.selection.active = active
    fill_hits(result.hits, case)
    result.keep_line_width()
