"""A random search of a training's settings (Cobos 2016: 30 and 15 networks of 2 epochs each), written as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from napari_mammoseg import settings as declarations
from napari_mammoseg.errors import InputError
from napari_mammoseg.training import Training, training_of
from napari_mammoseg.training.engine import log
from napari_mammoseg.training.engine.loop import LOG
from napari_mammoseg.training.engine.recipe import Recipe

TABLE = "search.csv"
Train = Callable[[Training, Path], Recipe]
"""Trains with these settings into a folder, log and all."""
Row = Mapping[str, str]


def search(name: str, pairs: Sequence[str], count: int, seed: int, out: Path, train: Train) -> list[Row]:
    """Trains `count` times with other settings and returns the rows of the table, the best first.

    Each setting that its recipe gives a range is drawn around the value in `pairs`, else the model's own. Every
    training has a folder of its own in `out`; the table is written anew after each.
    Raises InputError where no setting has a range or no score is there to compare by.
    """
    base = training_of(name, pairs)
    if not ranges(base):
        raise InputError(name, "has no settings to search", "train it without --search")
    rows: list[Row] = []
    for number in range(count):
        random = np.random.default_rng([seed, number])
        values = {each.name: drawn(each, getattr(base.settings, each.name), random) for each in ranges(base)}
        training = training_of(name, [*pairs, *(f"{key}={value}" for key, value in values.items())])
        recipe = train(training, out / f"{number:03d}")
        by = recipe.searched_by
        last = log.read_log(out / f"{number:03d}" / LOG)[-1]
        if by is None or not last.get(by):
            raise InputError(name, "gives no score to search by", "train it without --search")
        rows.append({"training": f"{number:03d}", **{key: f"{value:g}" for key, value in values.items()}, **last})
        rows.sort(key=lambda row: -float(row[by]))
        log.write_log(out / TABLE, [dict(each) for each in rows])
    return rows


def ranges(training: Training) -> list[declarations.Setting]:
    """The settings that have a range, without those that are 0: no factor changes them."""
    declared = declarations.declared(type(training.settings))
    return [each for each in declared if each.searched and getattr(training.settings, each.name)]


def drawn(setting: declarations.Setting, value: float, random: np.random.Generator) -> Any:
    """The value times a random factor of the setting's range, to four digits, within what is allowed."""
    assert setting.searched is not None
    low, high = np.log(setting.searched)
    wanted = float(f"{value * np.exp(random.uniform(low, high)):.4g}")
    most = wanted if setting.high is None else min(wanted, setting.high)
    return setting.type(most if setting.low is None else max(most, setting.low))
