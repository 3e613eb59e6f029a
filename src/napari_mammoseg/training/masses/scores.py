"""How good a detector of masses is on films held out, and what its raw scores mean."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from napari_mammoseg import files
from napari_mammoseg.evaluation.froc import Froc, Reading, froc
from napari_mammoseg.evaluation.matching import CENTRE, FoundMarks, match
from napari_mammoseg.geometry.regions import of_box
from napari_mammoseg.models import Calibration, Model
from napari_mammoseg.pipelines.masses.marks import marks_of
from napari_mammoseg.pipelines.masses.settings import MassSettings
from napari_mammoseg.run import Run
from napari_mammoseg.training.masses.films import MassFilm

Find = Callable[[NDArray[np.float32]], tuple[NDArray[np.float64], NDArray[np.float64]]]
"""Boxes and raw scores on a picture (rows, columns) in -1…1."""
CALIBRATED_AT = (8.0, 4.0, 2.0, 1.0, 0.5, 0.25, 0.125, 0.0625)
THREADS = 4
RATES = (1.0, 0.5, 0.25)
FIELDS = frozenset({"infn-masses"})
"""Data sets of parts of mammograms, which have less tissue to be wrong on."""


def finder(network: nn.Module, model: Model) -> Find:
    """A function that finds masses with `network` as the pipeline does with its default settings, with raw scores."""
    device = next(network.parameters()).device

    def answer(batch: NDArray[np.float32]) -> list[NDArray[Any]]:
        with torch.inference_mode():
            given = torch.from_numpy(np.ascontiguousarray(batch)).to(device)
            return [each.float().cpu().numpy() for each in network(given)]

    def find(picture: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        marks = marks_of(answer, model, picture, MassSettings().nms_iou, Run())
        return marks.boxes, marks.scores

    return find


def readings(films: Sequence[MassFilm], find: Find) -> dict[str, list[Reading]]:
    """Each data set's films read, by the centre rule; marks on ignored places are neither right nor false."""
    found: dict[str, list[Reading]] = {}
    with ThreadPoolExecutor(THREADS) as pool:
        marked = list(pool.map(lambda film: find(film.picture), films))
    for film, (boxes, scores) in zip(films, marked, strict=True):
        marks = FoundMarks.of_boxes(boxes, scores)
        truth, ignored = [of_box(tuple(each)) for each in film.boxes], [of_box(tuple(each)) for each in film.ignored]
        matched = match(marks, truth, CENTRE, ignored=ignored)
        found.setdefault(film.data_set, []).append(Reading.of(film.name, film.patient, matched))
    return found


def sensitivities(found: dict[str, list[Reading]]) -> dict[str, float]:
    """Sensitivity at 1, 0.5 and 0.25 false positives per image for each data set; first the mean of the sets at 1."""
    curves = {name: froc(each) for name, each in found.items() if any(len(reading.found_at) for reading in each)}
    figures = {f"{name}@{rate:g}": curve.at_most(rate) for name, curve in curves.items() for rate in RATES}
    mean = float(np.mean([curve.at_most(1.0) for curve in curves.values()])) if curves else 0.0
    return {"mean@1": mean, **figures}


def calibration(found: dict[str, list[Reading]]) -> dict[str, Any]:
    """What `pipelines.masses.calibrated` needs: raw scores in rising order and the score 1 / (1 + 4 · rate) of each.

    The rate is false positives per whole mammogram; every data set has the same weight.
    """
    curves = [froc(each) for name, each in found.items() if name not in FIELDS]
    raw = [_threshold(curves, rate) for rate in CALIBRATED_AT]
    knots = [(low, 1 / (1 + 4 * rate)) for low, rate in zip(raw, CALIBRATED_AT, strict=True) if np.isfinite(low)]
    rising = [each for index, each in enumerate(knots) if index == 0 or each[0] > knots[index - 1][0] + 1e-6]
    return {"calibration": Calibration({"score": 1.0}, knots=tuple(rising))} if len(rising) > 1 else {}


def write(found: dict[str, list[Reading]], path: Path) -> None:
    """The readings as JSON, so that those of several folds can be scored together."""
    rows = {name: [_record(each) for each in readings] for name, readings in found.items()}
    with files.atomic(path) as temporary:
        temporary.write_text(json.dumps(rows), "utf-8")


def _record(reading: Reading) -> dict[str, Any]:
    found_at = [float(each) if np.isfinite(each) else None for each in reading.found_at]
    return {"image": reading.name, "patient": reading.patient, "found_at": found_at, "false": reading.false.tolist()}


def _threshold(curves: Sequence[Froc], rate: float) -> float:
    """The lowest threshold at which the curves' false positives per image are on average at most `rate`."""
    thresholds = np.unique(np.concatenate([curve.thresholds for curve in curves]))[::-1]
    rates = np.mean([_rates_at(curve, thresholds) for curve in curves], axis=0)
    return float(thresholds[rates <= rate].min(initial=np.inf))


def _rates_at(curve: Froc, thresholds: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.interp(-thresholds, -curve.thresholds, curve.rate, left=0.0)
