"""`mammoseg evaluate synthesis`: whether synthetic masses can be told from real ones."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from napari_mammoseg import models, settings
from napari_mammoseg.cli.progress import show
from napari_mammoseg.errors import InputError
from napari_mammoseg.run import Run
from napari_mammoseg.settings import setting

if TYPE_CHECKING:
    from napari_mammoseg.batch.realism.gain import Gains
    from napari_mammoseg.batch.realism.measure import Realism

PLAIN = ("discs", "pasted")
"""What a model is compared with: bright discs, and real masses of INbreast pasted with a soft edge."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What `--set` may change."""

    vgg: str = setting("", "File with VGG-16's convolutions (safetensors)")
    detector: str = setting("", "Model of masses that says how often it finds them; empty: none")
    films: str = setting("", "Of --experiments: packed films at 0.4 mm, made if not there; empty: read anew")
    imagenet: str = setting("", "Of --experiments: the .pth of EfficientNet-Lite0; empty: looked for near the data")
    women: float = setting(1.0, "Of --experiments: share of the training women whose masses train", low=0, high=1)
    squares: str = setting(
        "", "Packed squares that the model was trained on, made if not there; empty: no search for copies"
    )


def realism(
    folder: Path,
    data_set: str | None,
    model: str | None,
    pairs: Sequence[str],
    lists: Sequence[Path],
    split: tuple[int, int, int],
    seed: int,
    sheet: Path | None,
    experiments: Path | None,
    as_json: bool,
) -> None:
    """Prints the measures of `batch.realism`, or what synthetic masses are worth to a classifier (`experiments`).

    lists: files of women whose images masses are put into, one per line. split: folds, fold and seed of the model's
    training. sheet: a folder for crops for a person to guess; experiments: one for the runs of the experiments.
    """
    chosen = settings.build(Settings, settings.parse(Settings, pairs))
    if experiments is not None:
        print_gains(folder, experiments, model, chosen, split, seed, as_json)
        return
    if data_set is None:
        raise InputError("evaluate synthesis", "needs a data set", "give --data-set inbreast or mias")
    if not chosen.vgg:
        raise InputError("evaluate synthesis", "needs VGG-16's features", "give --set vgg=FILE (safetensors)")
    name = model or models.names("synthesize")[0]
    if name not in PLAIN:
        models.find(name, task="synthesize")
    from napari_mammoseg.batch.realism.measure import Asked, measure
    from napari_mammoseg.data_sets.held_out import listed
    from napari_mammoseg.data_sets.split import Split

    women = frozenset.intersection(*(listed(each) for each in lists)) if lists else None
    vgg, parts = Path(chosen.vgg), Split(*split)
    found = measure(data_set, folder, name, Asked(vgg, women, seed, chosen.detector, chosen.squares, parts, sheet))
    print(json.dumps(asdict(found), indent=1) if as_json else _text(found), flush=True)


def print_gains(
    folder: Path, out: Path, model: str | None, chosen: Settings, split: tuple[int, int, int], seed: int, as_json: bool
) -> None:
    """Prints the table of the experiments of Peterka 2020."""
    from napari_mammoseg.batch.realism.gain import Asked, measure
    from napari_mammoseg.data_sets.split import Split

    name = model or models.names("synthesize")[0]
    models.find(name, task="synthesize")
    asked = Asked(chosen.films, chosen.squares, chosen.imagenet, Split(*split), seed, chosen.women)
    found = measure(folder, out, name, asked, Run(report=show))
    print(json.dumps(asdict(found), indent=1) if as_json else _table(found), flush=True)


def _table(found: Gains) -> str:
    from napari_mammoseg.training.papers.peterka.experiments import EXPERIMENTS

    what = (
        f"{found.validation} masses ({found.malignant} malignant) of {found.women} women whom the painter did not see"
    )
    head = f"{'experiment':12} {'trained on':>12}  " + "".join(f"{name:22}" for name in HEADS)
    lines = [f"{what}; means of 5 seeds, 95 % intervals by bootstrap over women", f"{head}Peterka"]
    for row in found.rows:
        figures = "".join(
            f"{_figure(each):22}" for each in (row.accuracy, row.recall, row.auc, row.hard_auc, row.against)
        )
        paper = EXPERIMENTS[row.experiment].paper
        theirs = "" if paper is None else " / ".join(f"{each:.3f}" for each in paper)
        lines.append(f"{row.experiment:12} {row.training:>6} + {row.added:<4} {figures}{theirs}")
    lines.append(f"classical tells the class that synthetic masses were made for with an AUC of {found.read:.3f}")
    return "\n".join(lines)


HEADS = ("accuracy", "recall", "AUC", "(recall + spec.) / 2", "AUC - classical")


def _figure(figure: tuple[float, tuple[float, float] | None]) -> str:
    value, between = figure
    return f"{value:.3f}" + ("" if between is None else f" ({between[0]:.3f} to {between[1]:.3f})".replace(" to ", "-"))


def _text(found: Realism) -> str:
    what = f"{found.made} synthetic masses ({found.model}) in images of {found.women} women, {found.real} real masses"
    lines = [
        f"{found.data_set}: {what}",
        "AUC of a support vector machine on features of VGG-16, out of fold by woman; 0.5: cannot be told apart",
        f"  synthetic from real masses                  {found.made_real:.3f}",
        f"  synthetic masses from healthy tissue        {found.made_healthy:.3f}",
        f"  real masses from healthy tissue             {found.real_healthy:.3f}",
        f"  healthy tissue of ill from healthy images   {found.floor:.3f}",
        "KID of the same features in deviations of the real masses, between halves of the women; 0: the same",
        f"  synthetic from real masses                  {found.kernel_made[0]:.2f} ± {found.kernel_made[1]:.2f}",
        f"  real masses from real masses                {found.kernel_real[0]:.2f} ± {found.kernel_real[1]:.2f}",
    ]
    if found.copies is not None:
        lines += [
            f"Distance to the nearest of {found.copies.training} training lesions of other women, median",
            f"  synthetic masses {found.copies.made:.3f}, real masses {found.copies.real:.3f}; "
            f"ratio {found.copies.made / found.copies.real:.2f} (copies would have a small one)",
        ]
    if found.detected is not None:
        lines += [
            f"Found by {found.detected.detector} at 1 false positive per image on {found.detected.free} images without",
            f"  synthetic masses {found.detected.made:.2f}, real masses {found.detected.real:.2f}",
        ]
    return "\n".join(lines)
