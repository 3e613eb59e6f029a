"""Networks of the pipeline `masses`, the default first."""

from __future__ import annotations

from napari_mammoseg.models.model import Facts, Model

SSD_FACTS = Facts(channels=3, side=256, stride=None, scales=(1.0, 0.5), decoder="windows")

ROWS = (
    Model(
        "mass-finder",
        "masses",
        "Our detector: EfficientNet-Lite0, a feature pyramid, centres and boxes at stride 8",
        network="mass_finder:MassFinder",
        recipe="masses",
        spacing_mm=0.28,
        multiple=32,
        parameters=3_421_958,
        weights="mass-finder.safetensors",
        calibrated=True,
        facts=Facts(stride=8, scales=(0.78, 1.0, 1.27), decoder="dense", helper="mass-classifier"),
    ),
    Model(
        "ssd256",
        "masses",
        "SSD for pictures of 256 x 256 on a VGG-16 trunk",
        network="ssd256:SSD256",
        recipe="ssd",
        spacing_mm=0.2,
        parameters=23_715_730,
        paper="jin-zheng-2019",
        facts=SSD_FACTS,
    ),
    Model(
        "ssd256-separable",
        "masses",
        "The same with separable convolutions",
        network="ssd256:SSD256",
        recipe="ssd",
        recipe_settings={"experiment": "D"},
        spacing_mm=0.2,
        parameters=4_820_525,
        paper="jin-zheng-2019",
        arguments={"separable": True},
        facts=SSD_FACTS,
    ),
)
