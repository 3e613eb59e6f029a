"""What is asked before a training starts: is anybody held out, and are they new to the weights that it starts from."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from napari_mammoseg.data_sets.held_out import listed
from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.errors import InputError
from napari_mammoseg.training.engine.loop import HELD_OUT


def check_start(start: str, held_out: Collection[str]) -> None:
    """Raises InputError where weights to start from have trained on patients that are held out now.

    start: a weights file, a model's name or nothing. Patients are known where a training left its list beside it.
    """
    known = Path(start).parent / HELD_OUT
    if not Path(start).is_file() or not known.is_file():
        return
    trained_on = set(held_out) - listed(known)
    if trained_on:
        said = f"has trained on {len(trained_on)} of the {len(held_out)} patients that would be held out"
        raise InputError(start, said, "give the --folds, --fold and --seed of its training, or --folds 1")


def check_split(split: Split, held_out: Collection[str]) -> None:
    """Raises InputError where the split has parts, but the one that is held out is empty in every data set."""
    if split.folds > 1 and not held_out:
        said = f"has nobody in part {split.fold}, to be held out"
        raise InputError(f"--folds {split.folds}", said, "give fewer, or --folds 1 so that all train")
