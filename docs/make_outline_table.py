"""Trains the papers' networks of outlines one after the other, and writes their table and a picture of their answers.

    python docs/make_outline_table.py DATA OUT [--minutes 8] [--device cuda] [--set KEY=VALUE] [NETWORK…]

Each training is one `mammoseg train`; what is finished in OUT is not done again. Scores are those of `log.csv`: women
who neither trained nor chose the cut, pixels inside the breast, pooled. Seconds and memory: a phantom of 1536 x 1152.
Writes OUT/table.md and docs/pictures/outline-networks.png, a phantom with each network's answer.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image as Picture
from trainings import PROGRAM, asked, trained

from napari_mammoseg import pipelines
from napari_mammoseg.findings import Findings
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.models import MODELS, find
from napari_mammoseg.readers import read

NETWORKS = tuple(name for name, each in MODELS.items() if each.task == "segment" and each.facts.decoder != "boxed")
PICTURE = Path(__file__).with_name("pictures") / "outline-networks.png"
SHOWN = 0.05
"""Lowest score of what the picture shows."""
MEASURES = ("iou", "dice", "g_mean", "sensitivity")
HEAD = (
    "| network | parameters | IoU | F1 | G-mean | sensitivity | by G-mean: IoU | F1 | G-mean | sensitivity | s | MiB |",
    "|---|---|---|---|---|---|---|---|---|---|---|---|",
)


def main() -> None:
    """What is not trained yet is trained; then the table and the picture of all that is there."""
    given = asked(__doc__, minutes=8)
    film = _film(given.out)
    image = read(film)
    rows, answers = [], []
    for name in given.networks or NETWORKS:
        out = given.out / name
        last = trained(name, out, given)
        weights = out / f"{name}.safetensors"
        rows.append(_row(name, weights, last, _measured(film, weights, given.out)))
        answers.append((name, pipelines.analyze(image, "segment", model=str(weights), threshold=SHOWN)))
    (given.out / "table.md").write_text("\n".join((*HEAD, *rows)) + "\n", "utf-8")
    _draw(image, np.asarray(Picture.open(film.with_suffix(".mask.png"))) > 0, answers)


def _film(out: Path) -> Path:
    """A phantom with a mass, as DICOM."""
    options = ["--count", "1", "--seed", "5", "--view", "CC", "--size", "1536x1152", "--spacing", "0.15"]
    subprocess.run([*PROGRAM, "phantom", "--out", out / "film", *options, "--lesions", "mass"], check=True)
    return next((out / "film").glob("*.dcm"))


def _measured(film: Path, weights: Path, out: Path) -> tuple[float, int]:
    """Seconds and peak MiB until the network is done, of a run that is not the first with these weights."""
    command: list[str | Path] = [
        *PROGRAM,
        "analyze",
        "segment",
        film,
        "--model",
        weights,
        "--out",
        out / "answers",
        "--json",
    ]
    for _ in range(2):
        done = subprocess.run([*command, "--device", "cpu"], check=True, capture_output=True)
    run = json.loads(done.stdout)["run"]
    return run["seconds"]["network"], run["peak_mib"]["network"]


def _row(name: str, weights: Path, last: dict[str, str], measured: tuple[float, int]) -> str:
    figures = [f"{float(last[f'{measure} by {rule}']):.3f}" for rule in ("iou", "g_mean") for measure in MEASURES]
    parameters = find(str(weights), "segment").parameters
    cost = f"{measured[0]:.2f}", f"{measured[1]}"
    return f"| {' | '.join((f'`{name}`', f'{parameters:,}', *figures, *cost))} |"


def _draw(image: Mammogram, truth: np.ndarray, answers: list[tuple[str, Findings]]) -> None:
    figure = Figure(figsize=(2.4 * (len(answers) + 1), 3.4), layout="constrained")
    first, *others = figure.subplots(1, len(answers) + 1)
    _show(first, image, truth, "phantom, its mass")
    for panel, (name, found) in zip(others, answers, strict=True):
        assert found.probability is not None
        assert found.mask is not None
        _show(panel, image, found.mask > 0, name)
        panel.set_xlabel(f"highest probability {found.probability.values.max():.2g}", fontsize=7)
    PICTURE.parent.mkdir(exist_ok=True)
    figure.savefig(PICTURE, dpi=110, bbox_inches="tight")


def _show(panel: Axes, image: Mammogram, marked: np.ndarray, title: str) -> None:
    panel.imshow(image.pixels, cmap="gray")
    if marked.any():
        panel.contour(marked, [0.5], colors="tab:orange", linewidths=1)
    panel.set_title(title, fontsize=8)
    panel.set_xticks([])
    panel.set_yticks([])


if __name__ == "__main__":
    main()
