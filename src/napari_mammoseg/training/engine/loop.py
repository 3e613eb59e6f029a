"""The one training loop: resumes to the same result, logs and draws every epoch, runs on any device."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from napari_mammoseg import files
from napari_mammoseg.errors import InputError
from napari_mammoseg.models import save_weights
from napari_mammoseg.run import Run
from napari_mammoseg.training.engine import checkpoint, log
from napari_mammoseg.training.engine.batches import drawn_ahead, moved
from napari_mammoseg.training.engine.layout import placed
from napari_mammoseg.training.engine.recipe import Batch, Player, Recipe

LOG, STATE, BEST, CURVES = "log.csv", "last.safetensors", "best.safetensors", "curves.png"
HELD_OUT = "held_out.txt"


@dataclass(frozen=True, slots=True)
class Options:
    """How far a recipe is run, and how.

    epochs: how many, in place of the recipe's. minutes: where the epochs would take longer, the whole schedule is
    squeezed into this time, so that the rates have fallen at the end (the result then depends on the machine's speed).
    threads: how many draw batches. plan: settings, split and data, kept with the state, so that only the same training
    is resumed.
    """

    epochs: int | None = None
    minutes: float | None = None
    resume: bool = False
    seed: int = 0
    device: str = "cpu"
    threads: int = 1
    plan: Mapping[str, str] = field(default_factory=dict)


def train(recipe: Recipe, out: Path, options: Options, run: Run) -> Path:
    """Trains and returns the weights' path; `out` also gets the log, its curves and the state after each epoch.

    The patients held out are listed there, too, one per line, for `mammoseg evaluate --patients`.

    Raises InputError where `out` holds a training and `options.resume` is not set, or the state of another one.
    """
    files.folder(out)
    training = _Training(recipe, out, options)
    with files.atomic(out / HELD_OUT) as temporary:
        temporary.write_text("".join(f"{each}\n" for each in sorted(recipe.held_out)), "utf-8")
    rows = log.read_log(out / LOG)[: training.done]
    training.watch(rows)
    weights = out / f"{recipe.model.name}.safetensors"
    while not training.finished:
        figures = training.epoch(run)
        save_weights(training.written(), recipe.model, weights)  # also for a training that is cut short
        if training.finished or training.done % recipe.scored_every == 0:
            figures |= recipe.scores(training.written().eval())
            recipe.sheet(training.written().eval(), out)
        rows.append(log.as_text({"epoch": training.done, **figures, "seconds": training.seconds}))
        training.watch(rows)
        log.write_log(out / LOG, rows)  # before the state: a training that is killed in between does this epoch again
        training.save()
        log.draw(rows, out / CURVES)
    shipped = training.shipped().eval()
    save_weights(shipped, recipe.model, weights, **recipe.facts(shipped))
    recipe.report(shipped, out)
    return weights


class _Training:
    """A recipe's state between two epochs: the players, the moving average of the one that ships, the epochs done."""

    def __init__(self, recipe: Recipe, out: Path, options: Options) -> None:
        self.recipe, self.options, self.path = recipe, options, out / STATE
        self.epochs = options.epochs or recipe.epochs
        self.device = torch.device(options.device)
        self.networks = [placed(each.network, self.device) for each in recipe.players.values()]
        self.averaged = copy.deepcopy(recipe.network)
        self.began_with = [each.clone() for each in _floats(recipe.network)] if recipe.kept else []
        self.rates = [[group["lr"] for group in each.optimiser.param_groups] for each in recipe.players.values()]
        self.watched: list[float] = []
        self.done, before = self._resumed() if self.path.exists() else (0, 0.0)
        self._began = monotonic() - before

    def watch(self, rows: list[dict[str, str]]) -> None:
        """Reads the watched score of the epochs so far from the log."""
        name = self.recipe.watch
        self.watched = [float(row[name]) for row in rows if row.get(name)] if name else []

    @property
    def plan(self) -> dict[str, str]:
        own = {"network": self.recipe.model.name, "epochs": str(self.epochs), "seed": str(self.options.seed)}
        return {**own, **self.options.plan}

    @property
    def seconds(self) -> float:
        """Seconds of training so far, including those before it was resumed."""
        return monotonic() - self._began

    @property
    def finished(self) -> bool:
        return self._progress(self.done * self.recipe.batches) >= 1 or self.recipe.reaction(self.watched) == 0

    def _progress(self, step: int) -> float:
        """The share of the training that is done, by steps or by the clock, whichever is further."""
        by_clock = 0.0 if self.options.minutes is None else self.seconds / max(60 * self.options.minutes, 1e-9)
        return max(step / (self.epochs * self.recipe.batches), by_clock)

    def _resumed(self) -> tuple[int, float]:
        if not self.options.resume:
            raise InputError(self.path.parent, "holds a training already", "go on with --resume or give another --out")
        return checkpoint.load(self.path, self.recipe.players, self.averaged, self.plan)

    def shipped(self) -> nn.Module:
        """The network with the best epoch's weights where a score is watched, else with the last ones."""
        if self.watched:
            self.averaged.load_state_dict(load_file(self.path.with_name(BEST)))
        return self.written()

    def written(self) -> nn.Module:
        """The moving average, mixed with what the training began with."""
        if not self.recipe.kept:
            return self.averaged
        mixed = copy.deepcopy(self.averaged)
        with torch.no_grad():
            torch._foreach_lerp_(_floats(mixed), self.began_with, self.recipe.kept)
        return mixed

    def save(self) -> None:
        """Writes the state, and the weights of the best epoch where a score is watched."""
        if self.watched and self.watched[-1] > max(self.watched[:-1], default=-math.inf):
            kept = {name: value.detach().cpu().contiguous() for name, value in self.averaged.state_dict().items()}
            with files.atomic(self.path.with_name(BEST)) as temporary:
                save_file(kept, temporary)
        record = checkpoint.Record(self.done, self.seconds, self.plan)
        checkpoint.save(self.path, record, self.recipe.players, self.averaged)

    def epoch(self, run: Run) -> dict[str, float]:
        """Trains for one epoch, or until the time is up; returns the mean of each part of the loss."""
        torch.manual_seed(int(np.random.SeedSequence([self.options.seed, self.done]).generate_state(1)[0]))
        for network in self.networks:
            network.train()
        count, first = self.recipe.batches, self.done * self.recipe.batches
        batches = drawn_ahead(self.recipe.batch, count, self.options.seed, self.done, self.options.threads)
        parts: list[dict[str, Tensor]] = []
        for index, batch in enumerate(run.track(batches, f"epoch {self.done + 1}/{self.epochs}", count)):
            progress = self._progress(first + index)
            if progress >= 1:
                break
            parts.append(self._step(batch, first + index, progress))
        self.done += 1
        return {name: float(torch.stack([each[name] for each in parts]).mean()) for name in (parts[0] if parts else ())}

    def _step(self, batch: Batch, step: int, progress: float) -> dict[str, Tensor]:
        """Trains on one batch. Its losses stay on the device, so that nothing waits for them."""
        factor = self.recipe.rate(progress) * self.recipe.reaction(self.watched)
        for player, rates in zip(self.recipe.players.values(), self.rates, strict=True):
            _set_rates(player, rates, factor)
        losses = self.recipe.step(self.recipe.players, moved(batch, self.device))
        self._average(step)
        return {name: value.detach().float() for name, value in losses.items()}

    def _average(self, step: int) -> None:
        """Updates the moving average, which is shorter at the start so that it forgets the first weights."""
        decay = 0.0 if self.recipe.average is None else min(self.recipe.average, (step + 1) / (step + 10))
        with torch.no_grad():
            torch._foreach_lerp_(_floats(self.averaged), _floats(self.recipe.network), 1 - decay)


def _set_rates(player: Player, rates: list[float], factor: float) -> None:
    for group, rate in zip(player.optimiser.param_groups, rates, strict=True):
        group["lr"] = rate * factor


def _floats(network: nn.Module) -> list[Tensor]:
    return [each for each in network.state_dict().values() if each.is_floating_point()]
