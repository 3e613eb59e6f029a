"""Networks that tell benign from malignant, the default first."""

from __future__ import annotations

from napari_mammoseg.kinds import CLASSES
from napari_mammoseg.models.model import Facts, Model

TWO = ("benign", "malignant")
CNNI_BCC = {
    "normal": True,
    "loss": "squared-error",
    "optimiser": "sgd",
    "rate": 2e-3,
    "batch": 20,
    "batches": 64,
    "epochs": 10,
}
"""Section 4.1 of the paper: 1,269 pictures in batches of 20, 10 times."""

ROWS = (
    Model(
        "mass-classifier",
        "classify",
        "Our classifier of a marked mass, benign or malignant: EfficientNet-Lite0",
        network="mass_classifier:MassClassifier",
        recipe="classes",
        spacing_mm=0.28,
        multiple=32,
        parameters=2_959_569,
        weights="mass-classifier.safetensors",
        facts=Facts(side=160, context=1.8, stride=None),
    ),
    Model(
        "shallow-cnn-levy",
        "classify",
        "Three convolutions and three dense layers: what Peterka compares with",
        network="shallow_cnn_levy:ShallowCnnLevy",
        recipe="classifiers",
        spacing_mm=0.28,
        parameters=6_459_362,
        paper="peterka-2020",
        facts=Facts(side=224, context=1.8, classes=TWO, stride=None),
    ),
    Model(
        "resnet50",
        "classify",
        "ResNet-50, to be fine-tuned from ImageNet's weights where a file of them is given",
        network="resnet50:ResNet50",
        recipe="classifiers",
        recipe_settings={"rate": 1e-5, "fall": 0.9, "augmentation": "classical"},
        spacing_mm=0.28,
        multiple=32,
        parameters=23_512_130,
        paper="peterka-2020",
        facts=Facts(channels=3, side=224, context=1.8, classes=TWO, stride=None),
    ),
    Model(
        "vgg16-128",
        "classify",
        "VGG-16 for grey pictures of 128 x 128",
        network="vgg16:VGG16",
        recipe="classifiers",
        recipe_settings={"rate": 1e-4, "epochs": 80},
        spacing_mm=0.28,
        parameters=65_061_570,
        paper="jin-zheng-2019",
        facts=Facts(side=128, context=1.8, classes=TWO, stride=None),
    ),
    Model(
        "cnni-bcc",
        "classify",
        "28 depthwise separable convolutions, an average pool, a dense layer; normal, benign or malignant",
        network="cnni_bcc:CnniBcc",
        recipe="classifiers",
        recipe_settings=CNNI_BCC,
        spacing_mm=0.28,
        parameters=9_335_372,
        paper="jin-zheng-2019",
        facts=Facts(side=128, context=1.8, classes=CLASSES, stride=None),
    ),
    Model(
        "cnni-bcc-short",
        "classify",
        "The first 4 of its convolutions, as Jin and Zheng ran it",
        network="cnni_bcc:CnniBcc",
        recipe="classifiers",
        recipe_settings=CNNI_BCC,
        spacing_mm=0.28,
        parameters=32_588,
        paper="jin-zheng-2019",
        arguments={"layers": 4},
        facts=Facts(side=128, context=1.8, classes=CLASSES, stride=None),
    ),
)
