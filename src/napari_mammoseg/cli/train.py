"""`mammoseg train`: any network by name, on a folder of data sets."""

from __future__ import annotations

import os
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from napari_mammoseg.cli import options
from napari_mammoseg.cli.progress import show
from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.errors import InputError
from napari_mammoseg.files import output_folder
from napari_mammoseg.inference import resolve
from napari_mammoseg.run import Run

if TYPE_CHECKING:
    from napari_mammoseg.training import Training
    from napari_mammoseg.training.engine.loop import Options
    from napari_mammoseg.training.engine.recipe import Recipe


def train(
    name: Annotated[str, typer.Argument(help="A network of `mammoseg models`.")],
    data: Annotated[Path, typer.Option(metavar="DIR", help="Folder that holds the data sets.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for weights, log, curves and state.")],
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the state in --out.")] = False,
    epochs: Annotated[int | None, typer.Option(min=1, help="Epochs, in place of the recipe's.")] = None,
    minutes: Annotated[float | None, typer.Option(min=0, help="Fit the whole schedule into this time.")] = None,
    device: options.Device = "auto",
    folds: Annotated[int, typer.Option(min=1, help="Parts that the patients are split into; with 1 all train.")] = 5,
    fold: Annotated[int, typer.Option(min=0, help="The part that is held out for the scores.")] = 0,
    seed: Annotated[int, typer.Option(help="Seed of the split, the first weights and the batches.")] = 0,
    threads: Annotated[int, typer.Option(min=1, help="Threads that draw batches.")] = 1,
    pairs: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="A recipe's setting, see docs/reference.md.")
    ] = None,
    trials: Annotated[
        int, typer.Option("--search", min=0, metavar="N", help="Train N times with random settings; writes search.csv.")
    ] = 0,
) -> None:
    """Train a network; writes NAME.safetensors, log.csv, curves.png and the state to --out."""
    from napari_mammoseg.training import training_of
    from napari_mammoseg.training.engine.loop import Options
    from napari_mammoseg.training.search import TABLE, search

    if trials and folds == 1:
        raise InputError("--search", "compares trainings by patients held out", "give --folds 2 or more")
    run = Run(report=show)
    out = output_folder(out)
    split = Split(folds, fold, seed)
    options = Options(epochs, minutes, resume, seed, resolve(device), min(threads, os.cpu_count() or 1))
    if trials:
        material = training_of(name, pairs or []).material(data)  # no setting that is searched changes it
        best = search(
            name,
            pairs or [],
            trials,
            seed,
            out,
            lambda each, folder: trained(each, data, split, folder, options, run, material)[0],
        )[0]
        print(f"{out / TABLE}; best: {', '.join(f'{key} {value}' for key, value in best.items())}")
    else:
        print(f"{trained(training_of(name, pairs or []), data, split, out, options, run)[1]}")


def trained(
    training: Training, data: Path, split: Split, out: Path, options: Options, run: Run, material: Any = None
) -> tuple[Recipe, Path]:
    """The recipe, and where its weights are. material: what it reads of the data sets, where that was read before."""
    import torch

    from napari_mammoseg.data_sets.fingerprint import fingerprint
    from napari_mammoseg.training.engine.loop import train as run_training
    from napari_mammoseg.training.engine.start import check_split, check_start

    plan = {"settings": str(asdict(training.settings)), "split": str(asdict(split)), "data": fingerprint(data)}
    torch.manual_seed(options.seed)
    recipe = training.recipe(data, split, material)
    if not getattr(training.settings, "leak", False):  # which splits pictures, not women
        check_split(split, recipe.held_out)
    check_start(getattr(training.settings, "start", ""), recipe.held_out)
    return recipe, run_training(recipe, out, replace(options, plan=plan), run)
