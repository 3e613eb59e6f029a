"""The experiments of Peterka 2020 (section 5, Table 1), and the controls that she lacked."""

from __future__ import annotations

from dataclasses import dataclass

REPEATED = "repeated"
VIEWS = 4
"""Views of each crop where there is classical augmentation: the crop itself and three random ones."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """network: `shallow` or `fine-tuned`. views: of each crop. paper: accuracy, recall and AUC; None: a control.

    added: what joins the real crops, so that both classes are equally frequent: nothing, REPEATED (real ones again),
    `synthetic` or `pasted`.
    """

    network: str
    views: int = VIEWS
    added: str = ""
    paper: tuple[float, float, float] | None = None


EXPERIMENTS = {
    "shallow": Experiment("shallow", 1, "", (0.573, 0.448, 0.549)),
    "fine-tuned": Experiment("fine-tuned", 1, "", (0.602, 0.558, 0.594)),
    "classical": Experiment("fine-tuned", VIEWS, "", (0.671, 0.642, 0.667)),
    "synthetic": Experiment("fine-tuned", VIEWS, "synthetic", (0.761, 0.615, 0.716)),
    "rebalanced": Experiment("fine-tuned", VIEWS, REPEATED),
    "pasted": Experiment("fine-tuned", VIEWS, "pasted"),
}
"""`classical` adds classical augmentation to `fine-tuned`; the three below it add something else to `classical`."""
