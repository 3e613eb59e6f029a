"""Table 1 of Valvano 2018, the paper's figures and ours beside them, from the weights files of trainings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from napari_mammoseg import models
from napari_mammoseg.models import Model

PAPER: Mapping[str, Mapping[str, tuple[float, ...]]] = {
    "valvano-detector": {"valid": (0.19, 1.22, 20.28, 1.69, 96.04), "same": (0.09, 0.47, 7.84, 2.09, 98.22)},
    "valvano-segmentator": {"valid": (1.85, 15.32, 0.34, 0.55, 96.37), "same": (1.57, 10.03, 0.24, 0.20, 97.47)},
}
"""Error rates of C1 to C4 and the overall test accuracy, per cent (49 pixels)."""
POSITIVES: Mapping[str, tuple[int, ...]] = {"valvano-detector": (1, 2, 3), "valvano-segmentator": (1,)}
"""Classes of patches that a network calls calcified."""
CLASSES = (1, 2, 3, 4)
HEAD = ("", "C1", "C2", "C3", "C4", "accuracy, the paper's mix", "accuracy, balanced")


@dataclass(frozen=True, slots=True)
class Row:
    """One network: error rates of C1 to C4 and two accuracies, per cent."""

    title: str
    figures: tuple[float, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        return (self.title, *(f"{each:.2f}" for each in self.figures))


def rows(name: str, folder: Path) -> list[Row]:
    """The paper's rows for the model `name`, then one for each training of it in a folder below `folder`."""
    return [*_papers(name), *(row for path in sorted(folder.glob(f"*/{name}.safetensors")) for row in _ours(path))]


def markdown(found: list[Row]) -> str:
    """The rows as a Markdown table."""
    lines = [HEAD, ("---",) * len(HEAD), *(row.cells for row in found)]
    return "".join("| " + " | ".join(cells) + " |\n" for cells in lines)


def mixes(positives: tuple[int, ...]) -> dict[str, dict[int, float]]:
    """Test sets as shares of the classes: the paper's (half C1, found from its table 1), and a balanced one."""
    balanced = {n: 0.5 / (len(positives) if n in positives else 4 - len(positives)) for n in CLASSES}
    return {"paper": {1: 1 / 2, 2: 1 / 6, 3: 1 / 6, 4: 1 / 6}, "balanced": balanced}


def accuracy(errors: Mapping[int, float], shares: Mapping[int, float]) -> float:
    """Accuracy in per cent, where each class has its share of the patches."""
    return 100 - sum(errors[number] * share for number, share in shares.items())


def row_of(errors: Mapping[int, float], positives: tuple[int, ...]) -> dict[str, float]:
    """A row as a weights file keeps it: error rates and both accuracies, per cent."""
    row = {f"error_c{number}": round(value, 2) for number, value in errors.items()}
    return row | {f"accuracy_{name}": round(accuracy(errors, mix), 2) for name, mix in mixes(positives).items()}


def _papers(name: str) -> Iterator[Row]:
    for padding, figures in PAPER[name].items():
        errors = dict(zip(CLASSES, figures, strict=False))
        yield Row(f"the paper, 49 {padding}", (*figures, accuracy(errors, mixes(POSITIVES[name])["balanced"])))


def _ours(path: Path) -> Iterator[Row]:
    model = models.find(str(path))
    for title, row in model.facts.scores.items():
        if title.startswith("table 1"):
            figures = (*(row[f"error_c{n}"] for n in CLASSES), row["accuracy_paper"], row["accuracy_balanced"])
            yield Row(_title(model) + title.removeprefix("table 1"), figures)


def _title(model: Model) -> str:
    return f"ours, {model.arguments['size']} {model.arguments['padding']}"
