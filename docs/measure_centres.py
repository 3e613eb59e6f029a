"""How often the middle of an outline lies in a truth's box, of one outline per CBIS-DDSM film held out of the finder.

python docs/measure_centres.py DATA FINDER.safetensors [FOLDS FOLD]
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from napari_mammoseg import analyze
from napari_mammoseg.data_sets.held_out import held_out
from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.findings import Finding
from napari_mammoseg.mammogram import Lesion

SURE = 0.5


def area(mass: Finding) -> float:
    return mass.area_mm2 or 0.0


def score(mass: Finding) -> float:
    return mass.score


CHOICES: dict[str, tuple[float, Callable[[Finding], float]]] = {
    "the largest": (0.0, area),
    "the surest": (0.0, score),
    f"the largest with a score of {SURE} or more": (SURE, area),
}


def main() -> None:
    data, finder, *split = sys.argv[1:]
    folds, fold = (int(each) for each in split or (6, 0))
    films = held_out("masses", "cbis-mass-films", Path(data), Split(folds, fold))
    hits = dict.fromkeys(CHOICES, 0)
    for sample in films:
        image = sample.read()
        found = analyze(image, "segment", finder=finder).findings
        for name, (least, by) in CHOICES.items():
            chosen = max((each for each in found if each.score >= least), key=by, default=None)
            hits[name] += chosen is not None and lies_in(chosen, image.truth or ())
    for name, count in hits.items():
        print(f"{name}: {count / len(films):.3f} of {len(films)} films")


def lies_in(mass: Finding, truth: Sequence[Lesion]) -> bool:
    row, column = mass.centroid
    boxes = [each.box for each in truth if each.box is not None]
    return any(box[0] <= row < box[2] and box[1] <= column < box[3] for box in boxes)


if __name__ == "__main__":
    main()
