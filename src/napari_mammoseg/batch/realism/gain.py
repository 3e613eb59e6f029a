"""Whether synthetic masses help a classifier: the experiments of Peterka 2020, with controls."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg import files
from napari_mammoseg.batch.realism.material import REAL, SYNTHETIC, VALIDATION, Crop, crops, lacking
from napari_mammoseg.batch.realism.methods import PASTED
from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.errors import InputError
from napari_mammoseg.evaluation import roc
from napari_mammoseg.evaluation.bootstrap import Interval, intervals
from napari_mammoseg.models import find
from napari_mammoseg.run import Run
from napari_mammoseg.synthesis import LABELS
from napari_mammoseg.training.papers.peterka.experiments import EXPERIMENTS, REPEATED
from napari_mammoseg.training.papers.peterka.shown import Labelled, Shown
from napari_mammoseg.training.recipes.fine_tuning import published

SEEDS = 5
DRAWS = 500
"""Of the bootstrap."""
CROPS, PLAN = "crops.safetensors", "settings.json"
"""In the folder of the experiments: their crops, and what they were asked with."""
SORTS = {"synthetic": SYNTHETIC, "pasted": PASTED}
MEASURES = ("accuracy", "recall", "auc", "hard_auc")
Figure = tuple[float, Interval | None]


@dataclass(frozen=True)
class Asked:
    """films, squares, imagenet: files, see `material.crops` and `fine_tuning.published`. split: of the painter.

    women: the share of the training women whose masses train.
    """

    films: str
    squares: str
    imagenet: str
    split: Split
    seed: int = 0
    women: float = 1.0


@dataclass(frozen=True)
class Gained:
    """One experiment: means over the seeds, with 95 % intervals by bootstrap over the validation women.

    hard_auc: the mean of recall and specificity, which is what Peterka's column AUC holds. against: the AUC minus that
    of `classical`, on the same women. deviation: of the AUC over the seeds.
    """

    experiment: str
    training: int
    added: int
    accuracy: Figure
    recall: Figure
    auc: Figure
    hard_auc: Figure
    against: Figure
    deviation: float


@dataclass(frozen=True)
class Gains:
    """read: the AUC, mean over the seeds, with which `classical`, which knows real masses alone, tells the class that
    synthetic masses were made for."""

    read: float
    validation: int
    women: int
    malignant: int
    rows: list[Gained]


def measure(folder: Path, out: Path, model: str, asked: Asked, run: Run) -> Gains:
    """Runs what is not in `out` yet, one file of scores per run, and puts all together.

    model: of synthesis. Raises InputError where data sets or weights are missing, or `out` holds other experiments.
    """
    weights = published(folder, asked.imagenet)
    files.folder(out)
    kept = out / CROPS
    _check_same(out, model, asked)
    made = crops(folder, asked.films, asked.squares, asked.split, model, kept, asked.seed, asked.women)
    sorts = {sort: [each for each in made if each.sort == sort] for sort in (REAL, VALIDATION, SYNTHETIC, PASTED)}
    if not sorts[REAL] or not sorts[VALIDATION]:
        raise InputError(folder, "has no women for validation whom the painter did not see", "give --folds, --fold")
    sorts[REPEATED] = _repeated(sorts[REAL], asked.seed)
    shown = Shown({sort: _labelled(each) for sort, each in sorts.items()}, weights)
    wanted = [(name, VALIDATION, seed) for name in EXPERIMENTS for seed in range(SEEDS)]
    wanted += [("classical", SYNTHETIC, seed) for seed in range(SEEDS)]
    scores: dict[tuple[str, str], list[NDArray[np.float64]]] = {}
    for name, asked_of, seed in run.track(wanted, "experiments", len(wanted)):
        kept = out / (f"{name}-{seed}.csv" if asked_of == VALIDATION else f"{name}-{seed}.{asked_of}.csv")
        if not kept.is_file():
            found = shown.scores(EXPERIMENTS[name], REAL, asked_of, seed)
            with files.atomic(kept) as temporary:
                np.savetxt(temporary, found, fmt="%.5f")
        scores.setdefault((name, asked_of), []).append(np.loadtxt(kept, ndmin=1))
    return _gains(sorts, {sort: np.stack(each) for sort, each in scores.items()})


def _check_same(out: Path, model: str, asked: Asked) -> None:
    """Keeps the settings in `out`; raises InputError where it holds the crops of other ones, or of unknown ones."""
    weights = find(model, task="synthesize").sha256
    plan = {"model": model, "weights": weights, **asdict(asked.split), "draw": asked.seed, "women": asked.women}
    text = json.dumps(plan, indent=1) + "\n"
    known = (out / PLAN).read_text("utf-8") if (out / PLAN).is_file() else None
    if (out / CROPS).is_file() and known != text:
        raise InputError(out, "holds experiments with other settings", "give another --experiments folder")
    with files.atomic(out / PLAN) as temporary:
        temporary.write_text(text, "utf-8")


def _repeated(real: Sequence[Crop], seed: int) -> list[Crop]:
    """Real crops again, of each class as many as others add."""
    random = np.random.default_rng(seed)
    found: list[Crop] = []
    for label, count in lacking([each.label for each in real]).items():
        pool = [each for each in real if each.label == label]
        found += [pool[int(number)] for number in random.integers(len(pool), size=count)]
    return found


def _labelled(found: Sequence[Crop]) -> Labelled:
    return Labelled(np.stack([each.pixels for each in found]), np.array([each.label == LABELS[1] for each in found]))


def _gains(sorts: dict[str, list[Crop]], scores: dict[tuple[str, str], NDArray[np.float64]]) -> Gains:
    validation = sorts[VALIDATION]
    malignant, painted = (_labelled(sorts[sort]).malignant for sort in (VALIDATION, SYNTHETIC))
    rows = []
    for name, experiment in EXPERIMENTS.items():
        found = scores[name, VALIDATION]
        items = list(zip(malignant, found.T, scores["classical", VALIDATION].T, strict=True))
        between = intervals(items, [each.woman for each in validation], _figures, DRAWS)
        figures = dict(zip((*MEASURES, "against"), zip(_figures(items), between, strict=True), strict=True))
        deviation = float(np.std([roc.auc(each, malignant) for each in found]))
        count = len(sorts[experiment.added]) if experiment.added else 0
        rows.append(Gained(name, len(sorts[REAL]), count, **figures, deviation=deviation))
    read = float(np.mean([roc.auc(each, painted) for each in scores["classical", SYNTHETIC]]))
    return Gains(read, len(validation), len({each.woman for each in validation}), int(malignant.sum()), rows)


def _figures(items: Sequence[tuple[bool, NDArray[np.float64], NDArray[np.float64]]]) -> list[float]:
    """Means over the seeds of MEASURES, and of the AUC minus that of the other scores."""
    malignant = np.array([each[0] for each in items])
    found, other = (np.stack([each[part] for each in items], axis=1) for part in (1, 2))
    right = (found >= 0.5) == malignant
    recall, specificity = (
        float(right[:, each].mean()) if each.any() else float("nan") for each in (malignant, ~malignant)
    )
    area, others = (float(np.mean([roc.auc(each, malignant) for each in part])) for part in (found, other))
    return [float(right.mean()), recall, area, (recall + specificity) / 2, area - others]
