"""`mammoseg train`: any network by name, on a folder of data sets."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from napari_mammoseg.cli.progress import show
from napari_mammoseg.files import output_folder
from napari_mammoseg.inference import resolve
from napari_mammoseg.run import Run


def train(
    name: Annotated[str, typer.Argument(help="A network of `mammoseg models`.")],
    data: Annotated[Path, typer.Option(metavar="DIR", help="Folder that holds the data sets.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for weights, log, curves and state.")],
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the state in --out.")] = False,
    epochs: Annotated[int | None, typer.Option(min=1, help="Epochs, in place of the recipe's.")] = None,
    minutes: Annotated[float | None, typer.Option(min=0, help="Fit the whole schedule into this time.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:N or mps.")] = "auto",
    folds: Annotated[int, typer.Option(min=1, help="Parts that the patients are split into; with 1 all train.")] = 5,
    fold: Annotated[int, typer.Option(min=0, help="The part that is held out for the scores.")] = 0,
    seed: Annotated[int, typer.Option(help="Seed of the split, the first weights and the batches.")] = 0,
    threads: Annotated[int, typer.Option(min=1, help="Threads that draw batches.")] = 1,
    pairs: Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="A recipe's setting.")] = None,
) -> None:
    """Train a network; writes NAME.safetensors, log.csv, curves.png and the state to --out."""
    import torch

    from napari_mammoseg.data_sets.fingerprint import fingerprint
    from napari_mammoseg.data_sets.split import Split
    from napari_mammoseg.training import training_of
    from napari_mammoseg.training.engine.loop import Options
    from napari_mammoseg.training.engine.loop import train as run_training

    training = training_of(name, pairs or [])
    out = output_folder(out)
    split = Split(folds, fold, seed)
    plan = {"settings": str(asdict(training.settings)), "split": str(asdict(split)), "data": fingerprint(data)}
    options = Options(epochs, minutes, resume, seed, resolve(device), min(threads, os.cpu_count() or 1), plan)
    torch.manual_seed(seed)
    weights = run_training(training.recipe(data, split), out, options, Run(report=show))
    print(f"{weights}")
