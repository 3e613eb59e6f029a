"""The experiments of Jin and Zheng 2019 (section 3): which pictures, how many, at which rates."""

from __future__ import annotations

from dataclasses import dataclass

WARM = 0.04
"""Share of a training with AdamW in which the rate rises."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """pictures: "centred", "uniform" or "all" (random crops of every data set); falls: epochs after each of which
    the rate is a tenth of what it was.

    adam: AdamW in place of the paper's descent with momentum; VGG-16's layers, where its weights are given, learn at a
    tenth of the rate. Only "all" has it, an experiment of ours.
    """

    pictures: str
    batch: int
    batches: int
    epochs: int
    rate: float
    falls: tuple[int, ...] = ()
    adam: bool = False

    def factor(self, progress: float) -> float:
        """The factor on the learning rate, from the share of the training that is done: a tenth after each fall."""
        rising = min(1.0, (progress + 1e-3) / WARM) if self.adam else 1.0
        return rising * 0.1 ** sum(progress * self.epochs >= each for each in self.falls)


EXPERIMENTS = {
    "A": Experiment("centred", 100, 60, 110, 1e-3, (90, 100)),
    "B": Experiment("centred", 100, 60, 110, 2e-3, (90, 100)),
    "C": Experiment("centred", 300, 2, 300, 1e-3),
    "D": Experiment("centred", 100, 6, 150, 1e-3),
    "E": Experiment("uniform", 100, 35, 20, 1e-5),
    "all": Experiment("all", 32, 200, 60, 2e-4, (45, 55), adam=True),
}
