"""Trains networks of outlines on 1/8, 1/4, 1/2 and all of the women and draws their Dice on the same others.

    python docs/make_learning_curve.py DATA OUT [--minutes 5] [--device cuda] [--set KEY=VALUE] [NETWORK…]

Each training is one `mammoseg train` with a folder of its own below OUT, so that the command can be broken off.
Writes OUT/curve.csv and docs/pictures/learning-curve.png.
"""

from __future__ import annotations

import csv
from pathlib import Path

from matplotlib.figure import Figure
from trainings import asked, trained

from napari_mammoseg.models import MODELS

NETWORKS = ("outline-lite", "unet-slim", "cobos-resnet")
SHARES = (0.125, 0.25, 0.5, 1.0)
PICTURE = Path(__file__).with_name("pictures") / "learning-curve.png"
IN_BOX, WHOLE = "mean Dice", "mean dice by iou"
"""The column of log.csv with the Dice on women held out: of one boxed mass, of all masses of an image."""


def main() -> None:
    """Every training that is not there yet, then the table and the picture."""
    given = asked(__doc__, minutes=5)
    rows = []
    for name in given.networks or NETWORKS:
        for share in SHARES:
            last = trained(name, given.out / f"{name}-{share:g}", given, [f"share={share}"])
            rows.append({"network": name, "share": share, "dice": float(last[_column(name)])})
    with (given.out / "curve.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    _draw(rows)


def _column(name: str) -> str:
    return IN_BOX if MODELS[name].facts.decoder == "boxed" else WHOLE


def _draw(rows: list[dict[str, object]]) -> None:
    """One panel for networks that see one boxed mass, one for those that see whole images."""
    names = list(dict.fromkeys(str(each["network"]) for each in rows))
    titles = {IN_BOX: "one mass in a loosely drawn box", WHOLE: "whole images"}
    shown = [column for column in titles if any(_column(name) == column for name in names)]
    figure = Figure(figsize=(4.5 * len(shown), 3.2), layout="constrained")
    for panel, column in zip(figure.subplots(1, len(shown), squeeze=False)[0], shown, strict=True):
        for name in (name for name in names if _column(name) == column):
            points = [(each["share"], each["dice"]) for each in rows if each["network"] == name]
            panel.plot(*zip(*points, strict=True), "o-", label=name)
        panel.set(xscale="log", xlabel="share of the women who train", ylabel="Dice, women held out")
        panel.set(title=titles[column], ylim=(0, 1))
        panel.set_xticks(SHARES, ["1/8", "1/4", "1/2", "all"])
        panel.minorticks_off()
        panel.legend(loc="center right")
    PICTURE.parent.mkdir(exist_ok=True)
    figure.savefig(PICTURE, dpi=110)


if __name__ == "__main__":
    main()
