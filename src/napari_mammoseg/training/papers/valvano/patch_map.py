"""Patches as a network of Valvano's sees them: 64 features each, and a place on a plane (section 3, figure 4)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.errors import InputError
from napari_mammoseg.files import atomic

if TYPE_CHECKING:
    from napari_mammoseg.networks.valvano import Valvano
    from napari_mammoseg.training.papers.valvano.store import PatchStore

FILE = "patches.safetensors"
ARRAYS = ("patches", "classes", "probability", "features", "places")


@dataclass(frozen=True, slots=True)
class PatchMap:
    """n patches and what a network answers to them.

    patches: uint8 (n, size, size); classes: 1…4 (n,); probability: of being positive (n,); features: (n, 64);
    places: of the t-SNE (n, 2), or (n, 0) where none was made. model: the network's name; positives: its classes.
    """

    model: str
    positives: tuple[int, ...]
    patches: NDArray[np.uint8]
    classes: NDArray[np.int64]
    probability: NDArray[np.float32]
    features: NDArray[np.float32]
    places: NDArray[np.float32]

    @property
    def positive(self) -> NDArray[np.bool_]:
        """Whether each patch is positive, (n,)."""
        return np.isin(self.classes, self.positives)

    @property
    def error(self) -> NDArray[np.float32]:
        """How far each answer is from the truth, 0…1; 0.5 and more is wrong (figures 5 and 6)."""
        return np.abs(self.positive - self.probability).astype(np.float32)

    @property
    def wrong(self) -> NDArray[np.bool_]:
        return np.asarray((self.probability > 0.5) != self.positive)

    def only(self, chosen: NDArray[np.intp]) -> PatchMap:
        """The patches with the numbers `chosen`."""
        kept = {name: getattr(self, name)[chosen] for name in ARRAYS}
        return PatchMap(self.model, self.positives, **kept)

    def worst(self, number: int, count: int) -> NDArray[np.intp]:
        """The misclassified patches of class `number` with the largest errors, at most `count`."""
        wrong = np.flatnonzero(self.wrong & (self.classes == number))
        return wrong[np.argsort(-self.error[wrong], kind="stable")[:count]]

    def nearest(self, index: int) -> int:
        """The correctly classified patch of the other side whose features are nearest; -1 where there is none."""
        other = np.flatnonzero(~self.wrong & (self.positive != self.positive[index]))
        if not len(other):
            return -1
        return int(other[np.linalg.norm(self.features[other] - self.features[index], axis=1).argmin()])

    def save(self, path: Path) -> None:
        from safetensors.numpy import save_file

        arrays = {name: np.ascontiguousarray(getattr(self, name)) for name in ARRAYS}
        described = {"model": self.model, "positives": list(self.positives)}
        with atomic(path) as temporary:
            save_file(arrays, temporary, metadata={"patches": json.dumps(described)})


def examine(network: Valvano, store: PatchStore, model: str, positives: tuple[int, ...], part: str) -> PatchMap:
    """All patches of a part of the store as `network` sees them, without places."""
    import torch

    from napari_mammoseg.training.engine.step import device_of

    sets = [store.all_of(part, number) for number in (1, 2, 3, 4)]  # type: ignore[arg-type]
    patches = np.concatenate(sets)
    features, probability = [], []
    network.eval()
    with torch.inference_mode():
        for start in range(0, len(patches), 512):
            given = torch.from_numpy(patches[start : start + 512, None].astype(np.float32) / 255)
            embedded = network.embed(given.to(device_of(network)))
            logits = network.score(embedded[..., None, None]).flatten(1)
            features.append(embedded.cpu().numpy())
            probability.append(logits.softmax(dim=1)[:, 1].cpu().numpy())
    classes = np.repeat(np.arange(1, 5), [len(each) for each in sets])
    nowhere = np.empty((len(patches), 0), np.float32)
    return PatchMap(model, positives, patches, classes, np.concatenate(probability), np.concatenate(features), nowhere)


def laid_out(seen: PatchMap, each: int, seed: int) -> PatchMap:
    """At most `each` patches of every class, drawn by `seed`, with places on a plane by t-SNE."""
    from sklearn.manifold import TSNE

    rng = np.random.default_rng(seed)
    chosen = np.concatenate([rng.permutation(np.flatnonzero(seen.classes == n))[:each] for n in (1, 2, 3, 4)])
    few = seen.only(chosen)
    perplexity = min(30.0, max(1.0, (len(chosen) - 1) / 3))
    places = TSNE(perplexity=perplexity, init="pca", random_state=seed).fit_transform(few.features)
    return PatchMap(
        few.model, few.positives, few.patches, few.classes, few.probability, few.features, places.astype(np.float32)
    )


def load(path: Path) -> PatchMap:
    """What `PatchMap.save` wrote. Raises InputError for any other file."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            described = json.loads(file.metadata()["patches"])
            arrays = {name: file.get_tensor(name) for name in ARRAYS}
    except FileNotFoundError:
        raise InputError(path, "does not exist", f"give the {FILE} that a training wrote") from None
    except (SafetensorError, KeyError, TypeError, OSError):
        raise InputError(path, "holds no patches", f"give the {FILE} that a training wrote") from None
    return PatchMap(described["model"], tuple(described["positives"]), **arrays)
