"""A folder of data sets in their own layouts, all made of one phantom: what a recipe needs to take a step."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from safetensors.torch import save_file

from napari_mammoseg.networks.efficientnet_lite import EfficientNetLite0
from napari_mammoseg.phantom.mammograms import Request, make

WOMEN = 6
Picture = NDArray[np.uint8]


def write(folder: Path) -> Path:
    """Every data set of the research images, with a few women each, and random weights under ImageNet's names."""
    grey = np.round(make(Request(3, "MLO", "R")).image.pixels * 255).astype(np.uint8)
    for add in (_mias, _infn, _cbis, _inbreast, _cesm):
        add(folder, grey)
    write_imagenet(folder)
    write_vgg(folder / "vgg-random.safetensors")
    return folder


def _picture(grey: Picture, rows: int, columns: int, seed: int) -> Picture:
    """The phantom in this size, with a bright disc of a tenth of it in the middle and noise of its own."""
    scaled = np.asarray(Image.fromarray(grey).resize((columns, rows)), float)
    down, across = np.ogrid[:rows, :columns]
    disc = (down - rows / 2) ** 2 + (across - columns / 2) ** 2 < (min(rows, columns) / 20) ** 2
    noise = np.random.default_rng(seed).normal(0, 3, scaled.shape)
    return np.clip(0.7 * scaled + 60 * disc + noise, 0, 255).astype(np.uint8)


def _mask(rows: int, columns: int) -> Picture:
    down, across = np.ogrid[:rows, :columns]
    inside = (down - rows / 2) ** 2 + (across - columns / 2) ** 2 < (min(rows, columns) / 20) ** 2
    return inside.astype(np.uint8)


def _save(path: Path, picture: Picture) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture).save(path)


def _table(path: Path, rows: list[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _mias(folder: Path, grey: Picture) -> None:
    """Each woman: a normal film, and one with a mass (two of three) or a cluster; masses are outlined."""
    kinds, lines, outlines = ["CIRC B", "SPIC M", "CALC B"], [], []
    for woman in range(WOMEN):
        normal, ill = f"mdb{2 * woman + 1:03d}", f"mdb{2 * woman + 2:03d}"
        lines += [f"{normal} G NORM", f"{ill} G {kinds[woman % 3]} 512 512 51"]
        for film in (normal, ill):
            _save(folder / "mias" / f"{film}.png", _picture(grey, 1024, 1024, woman))
        if woman % 3 < 2:
            _save(folder / "mias_outlines" / f"{ill}.png", _mask(1024, 1024) * 255)
            outlines.append({"mask": ill, "image": ill, "pair": woman + 1, "pixels": int(_mask(1024, 1024).sum())})
    (folder / "mias" / "Info.txt").write_text("".join(f"{each}\n" for each in lines))
    _table(folder / "mias_outlines.csv", outlines)


def _infn(folder: Path, grey: Picture) -> None:
    masses, patches = [], []
    for woman in range(WOMEN):
        field = f"{woman}_1"
        _save(folder / "infn" / "masses" / f"{field}.jpg", _picture(grey, 1000, 1000, woman))
        _save(folder / "infn" / "masses" / f"{field}.mask.png", _mask(125, 125))
        masses.append({"image": field, "patient": woman, "label": ("benign", "malignant")[woman % 2]})
        for calcified in (0, 1):
            name = f"{calcified}/{woman}_{calcified}_1.png"
            _save(folder / "infn" / "calcifications" / name, _picture(grey, 60, 60, woman))
            patches.append({"image": name, "patient": woman, "calcified": calcified})
    _table(folder / "infn" / "masses.csv", masses)
    _table(folder / "infn" / "calcifications.csv", patches)


def _cbis(folder: Path, grey: Picture) -> None:
    films, boxes = [], []
    for woman in range(WOMEN):
        film = {"image": f"{woman:05d}_LEFT_MLO.jpg", "patient": woman}
        _save(folder / "cbis_mass_films" / str(film["image"]), _picture(grey, 800, 800, woman))
        films.append({**film, "native_rows": 4000, "native_columns": 2600, "columns_sure": 1})
        pathology = ("BENIGN", "MALIGNANT")[woman % 2]
        boxes.append({**film, "x": 360, "y": 360, "width": 80, "height": 80, "pathology": pathology, "density": 2})
        boxes[-1] |= {"abnormality": 1, "assessment": 4, "subtlety": 3, "shape": "OVAL", "margins": "", "label": "same"}
    _table(folder / "cbis_mass_films.films.csv", films)
    _table(folder / "cbis_mass_films.boxes.csv", boxes)


def _inbreast(folder: Path, grey: Picture) -> None:
    """Each woman: an image with an outlined mass and three marked calcifications, and a free one."""
    images, boxes, marks = [], [], {}
    angles = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    outline = 500 + 40 * np.stack([np.sin(angles), np.cos(angles)], axis=1)
    for woman in range(WOMEN):
        for has in (0, 1):
            name = f"2000{woman}{has}"
            _save(folder / "inbreast" / f"{name}.jpg", _picture(grey, 1000, 800, woman))
            facts = {"image": name, "patient": f"w{woman}", "laterality": "L", "view": "CC", "density": 2, "birads": 4}
            images.append({**facts, "mass": has, "calcifications": has, "spacing_mm": 0.2})
        box = {"image": name, "patient": f"w{woman}", "row0": 450, "col0": 450, "row1": 550, "col1": 550}
        sort = "bm"[woman % 2]
        boxes += [{**box, "kind": f"{sort} m"}, {**box, "kind": f"{sort} cl", "row0": 300, "row1": 350}]
        points = [["Calcification", [[310.0 + 10 * each, 500.0]]] for each in range(3)]
        marks[name] = [["Mass", (outline - [0, 100]).tolist()], *points]
    _table(folder / "inbreast.images.csv", images)
    _table(folder / "inbreast.boxes.csv", boxes)
    (folder / "inbreast_rois.json").write_text(json.dumps(marks))


def _cesm(folder: Path, grey: Picture) -> None:
    images, regions = [], []
    for woman in range(WOMEN):
        name = f"P{woman}_L_DM_MLO"
        _save(folder / "cesm" / f"{name}.jpg", _picture(grey, 512, 512, woman))
        _save(folder / "cesm" / f"{name}.mask.png", _mask(512, 512))
        facts = {"image": name, "patient": f"P{woman}"}
        images.append({**facts, "laterality": "L", "view": "MLO", "pathology": "Malignant", "density": "B"})
        images[-1] |= {"birads": 5, "mass": 1, "mass_only": 1, "also": "", "fit": 0.99, "long_side_pixels": 2000}
        pixels = int(_mask(512, 512).sum())
        regions.append({**facts, "label": 1, "row0": 231, "col0": 231, "row1": 282, "col1": 282, "pixels": pixels})
        regions[-1] |= {"share_of_breast": 0.02}
    _table(folder / "cesm.images.csv", images)
    _table(folder / "cesm.regions.csv", regions)


def write_imagenet(folder: Path) -> Path:
    """A file of random numbers under the names of the published EfficientNet-Lite0."""
    published = {}
    trunk = EfficientNetLite0().state_dict()
    for name in {each.rsplit(".", 1)[0] for each in trunk}:
        conv, norm = _published_names(name)
        weight = trunk[f"{name}.weight"]
        published[f"{conv}.weight"] = weight.repeat(1, 3, 1, 1) / 3 if name == "stem" else weight
        for part in ("weight", "bias", "running_mean", "running_var"):
            published[f"{norm}.{part}"] = torch.rand(len(weight)) + 0.5
    path = folder / "efficientnet-lite0-random.pth"
    torch.save(published, path)
    return path


def write_vgg(path: Path, layers: int = 7) -> Path:
    """A file of random numbers under the names of VGG-16's convolutions."""
    widths = [3, 64, 64, 128, 128, 256, 256, 256]
    stored = {}
    for number in range(layers):
        stored[f"features.{3 * number}.weight"] = torch.randn(widths[number + 1], widths[number], 3, 3) * 0.05
        stored[f"features.{3 * number}.bias"] = torch.zeros(widths[number + 1])
    save_file(stored, path)
    return path


def _published_names(name: str) -> tuple[str, str]:
    if name == "stem":
        return "_conv_stem", "_bn0"
    _, index, part = name.split(".")
    conv, norm = {"expand": ("_expand_conv", "_bn0"), "depthwise": ("_depthwise_conv", "_bn1")}.get(
        part, ("_project_conv", "_bn2")
    )
    return f"_blocks.{index}.{conv}", f"_blocks.{index}.{norm}"
