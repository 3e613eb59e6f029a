"""The networks that put lesions into healthy tissue."""

from __future__ import annotations

from napari_mammoseg.models.model import Facts, Model

ROWS = (
    Model(
        "lesion-painter",
        "synthesize",
        "Our painter of masses: what must be added to healthy tissue, learned against a critic",
        network="lesion_painter:LesionPainter",
        recipe="painting",
        parameters=3_536_521,
        facts=Facts(channels=5, side=128, context=2.4),
    ),
)
