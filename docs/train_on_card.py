"""Trains the three networks that find and judge lesions anew on one graphics card, in minutes.

    python docs/train_on_card.py DATA OUT [--minutes 9] [--device cuda] [--set KEY=VALUE] [NETWORK…]

First the card is asked whether every pipeline finds there what it finds on the processor
(`tests/inference/test_cuda.py`), and how long each takes for an image of 5625 x 4095. Then each network is trained
twice, side by side: with a part of the women held out, whose scores are in OUT/NETWORK-held-out/log.csv, and on all of
them (OUT/NETWORK-all, the weights to ship if the scores are better). The films are packed once, into
OUT/films.safetensors and OUT/calcifications.safetensors: with these two files in OUT, DATA need hold nothing but
ImageNet's weights (the .pth of EfficientNet-Lite0).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

from trainings import PROGRAM, asked, last_row

from napari_mammoseg.models import MODELS
from napari_mammoseg.phantom.mammograms import Request, make
from napari_mammoseg.pipelines import analyze
from napari_mammoseg.run import Run
from napari_mammoseg.training.calcifications import packed as calcifications
from napari_mammoseg.training.masses import packed as masses

FOLDS = {"mass-finder": 6, "mass-classifier": 6, "calcification-lite": 3}
"""Parts that the women are split into, as on the models' cards."""
SHARES = {"mass-finder": 0.5, "mass-classifier": 0.15, "calcification-lite": 0.35}
"""Of the minutes."""
LARGE_BATCHES = {
    "mass-finder": ("full=true", "batch=32", "batches=1000", "rate=1.5e-3", "trunk_rate=5e-4"),
    "mass-classifier": ("full=true", "batch=64", "batches=500", "trunk_rate=4e-4"),
    "calcification-lite": (
        "inserted=24",
        "free=16",
        "marked=24",
        "circled=8",
        "patches=32",
        "batches=500",
        "rate=4e-3",
    ),
}
"""Settings for a card, in place of those for a processor."""
FILMS, CALCIFICATIONS = "films.safetensors", "calcifications.safetensors"
PIPELINES = ("calcifications", "masses", "segment", "classify")
CHECK = Path(__file__).parents[1] / "tests" / "inference" / "test_cuda.py"


def main() -> None:
    """The check, the seconds, the trainings, and what they reached."""
    given = asked(__doc__, minutes=9, device="cuda")
    subprocess.run([sys.executable, "-m", "pytest", "-q", CHECK], check=True)
    _tell_seconds(given.device)
    masses.films(given.data, str(given.out / FILMS), MODELS["mass-finder"].spacing_mm)
    calcifications.films(given.data, str(given.out / CALCIFICATIONS))
    for name in given.networks or FOLDS:
        runs = [_training(name, folds, given) for folds in (FOLDS[name], 1)]
        ends = [each.wait() for each in runs]
        if any(ends):
            sys.exit(f"{name}: a training broke off; its last lines are above")
        print(name, last_row(given.out / f"{name}-held-out"), flush=True)


def _tell_seconds(device: str) -> None:
    """Of each pipeline, for a large image, in a process that has done one before."""
    image = make(Request(2, "CC", "L", rows=5625, columns=4095, spacing_mm=0.05, lesions="mass,cluster")).image
    for name in PIPELINES:
        seconds = []
        for _ in range(3):
            start = time.perf_counter()
            analyze(image, name, Run(device, "torch"))
            seconds.append(time.perf_counter() - start)
        print(f"{name}: {min(seconds):.2f} s on {device}", flush=True)


def _training(name: str, folds: int, given: argparse.Namespace) -> subprocess.Popen[bytes]:
    out = given.out / f"{name}-{'all' if folds == 1 else 'held-out'}"
    pack = given.out / (CALCIFICATIONS if name == "calcification-lite" else FILMS)
    settings = [f"--set={each}" for each in (f"packed={pack}", *LARGE_BATCHES[name], *given.set)]
    options = ["--device", given.device, "--threads", "3", "--folds", str(folds), "--epochs", "1000"]
    minutes = ["--minutes", f"{given.minutes * SHARES[name]:.3g}"]
    training = [*PROGRAM, "train", name, "--data", given.data, "--out", out]
    return subprocess.Popen([*training, *options, *minutes, *settings])


if __name__ == "__main__":
    main()
