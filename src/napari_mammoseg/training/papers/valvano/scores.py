"""Error rates by class of patch, and what of table 1 follows from them (Valvano 2018, section 3)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.networks.valvano import Valvano
from napari_mammoseg.training.engine.step import device_of
from napari_mammoseg.training.papers.valvano.dense import dense_errors
from napari_mammoseg.training.papers.valvano.store import Part, PatchStore
from napari_mammoseg.training.papers.valvano.table import CLASSES, accuracy, mixes, row_of

AT_ONCE = 512


def as_input(patches: NDArray[np.uint8]) -> Tensor:
    """Stored patches (n, size, size) as the network takes them, (n, 1, size, size) in 0…1."""
    return torch.from_numpy(patches[:, None].astype(np.float32) / 255)


def error_rates(network: nn.Module, store: PatchStore, part: Part, positives: tuple[int, ...]) -> dict[int, float]:
    """Per cent of the part's patches of each class that are classified wrongly."""
    network.eval()
    return {
        number: float(100 * np.mean(_answers(network, store.all_of(part, number)) != (number in positives)))
        for number in CLASSES
    }


def validation_scores(network: nn.Module, store: PatchStore, positives: tuple[int, ...]) -> dict[str, float]:
    """Accuracy on a balanced mix of the validation's patches, and the error rate of each class."""
    errors = error_rates(network, store, "validation", positives)
    return {"validation_accuracy": accuracy(errors, mixes(positives)["balanced"])} | {
        f"validation_error_c{number}": value for number, value in errors.items()
    }


def table_rows(
    network: nn.Module, store: PatchStore, positives: tuple[int, ...], data: Path, split: Split
) -> dict[str, Any]:
    """Rows of table 1, from women who neither train nor validate: by patches, and densely on whole windows."""
    assert isinstance(network, Valvano)
    by_patch = row_of(error_rates(network, store, "test", positives), positives)
    windows = {how: row_of(errors, positives) for how, errors in dense_errors(network, data, split, positives).items()}
    scores = {"table 1": by_patch} | {f"table 1, {how}": row for how, row in windows.items()}
    return {"scores": scores | {"test patches": store.count("test")}}


def _answers(network: nn.Module, patches: NDArray[np.uint8]) -> NDArray[np.bool_]:
    device = device_of(network)
    with torch.inference_mode():
        parts = [
            network(as_input(patches[start : start + AT_ONCE]).to(device)) for start in range(0, len(patches), AT_ONCE)
        ]
    return np.asarray(torch.cat(parts).argmax(dim=1).cpu().numpy(), bool)
