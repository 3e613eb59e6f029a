"""What puts masses into healthy tissue, the default first."""

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
        weights="lesion-painter.safetensors",
        facts=Facts(channels=5, side=128, context=2.4),
    ),
    Model(
        "cigan",
        "synthesize",
        "ciGAN: conditional infilling, a cascaded refinement network",
        network="cigan:Cigan",
        recipe="cigan",
        spacing_mm=0.2,
        parameters=735_969,
        paper="peterka-2020",
        facts=Facts(channels=4, side=256, decoder="infilling"),
    ),
    Model(
        "drawn-mass",
        "synthesize",
        "A plain method: shapes and margins of BI-RADS, as bright as the tissue around allows",
        facts=Facts(side=128, context=2.4),
    ),
)
