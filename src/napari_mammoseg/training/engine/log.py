"""The log of a training as a table and as curves: `log.csv`, `curves.png`."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from napari_mammoseg.files import atomic

_NO_CURVE = ("epoch", "seconds", "rate")


def read_log(path: Path) -> list[dict[str, str]]:
    """The rows so far; none where there is no file."""
    if not path.is_file():
        return []
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def write_log(path: Path, rows: list[dict[str, str]]) -> None:
    """All rows, one per epoch, with the union of their columns."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with atomic(path) as temporary, temporary.open("w", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def as_text(figures: Mapping[str, float]) -> dict[str, str]:
    return {name: f"{value:.6g}" for name, value in figures.items()}


def draw(rows: list[dict[str, str]], path: Path) -> None:
    """Losses and scores over the epochs, one panel each; nothing where matplotlib is not installed."""
    names = [name for name in rows[-1] if name not in _NO_CURVE] if rows else []
    if find_spec("matplotlib") is None or not names:
        return
    from matplotlib.figure import Figure

    columns = min(3, len(names))
    lines = math.ceil(len(names) / columns)
    figure = Figure(figsize=(4 * columns, 3 * lines), layout="constrained")
    for panel, name in zip(figure.subplots(lines, columns, squeeze=False).flat, names, strict=False):
        points = [(int(row["epoch"]), float(row[name])) for row in rows if row.get(name)]
        panel.plot(*zip(*points, strict=True))
        panel.set(title=name, xlabel="epoch")
    with atomic(path) as temporary:
        figure.savefig(temporary, format="png")
