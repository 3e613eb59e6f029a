"""One network (or plain method) and all that the program knows of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module, resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_mammoseg.errors import InputError
from napari_mammoseg.models.calibration import Calibration

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True, slots=True)
class Facts:
    """What a pipeline has to know of a network beyond its tensors. A weights file carries its own.

    channels: of the input, which all get the same grey values unless the decoder says otherwise. side: of the square
    window that the network takes, in pixels; None: it takes any size. context: side of the tissue in that window, in
    longer sides of the box. classes: what the answers of a classifier stand for, of `CLASSES`, in the order of its
    logits; none: it has one logit, of malignancy.
    stride: pixels between two answers; None: one answer per window. scales: of the picture that the network looks at.
    decoder: which function of the pipeline reads the answer. helper: the name of the network that works beside it.
    calibration: the answer's log-odds. best_marks, image_score: how many of the best marks count for the image, and
    the log-odds of the image from them. scores: what was measured on patients held out, by title.
    dust: log-odds that a mark as sharp as a single pixel loses, for each unit of its sharpness.
    thresholds: where probabilities of outlines are cut, by the name of the measure that is best there on validation.
    """

    channels: int = 1
    side: int | None = None
    context: float = 1.0
    classes: tuple[str, ...] = ()
    stride: int | None = 1
    scales: tuple[float, ...] = (1.0,)
    decoder: str | None = None
    helper: str | None = None
    calibration: Calibration | None = None
    best_marks: int = 4
    image_score: Calibration | None = None
    dust: float = 0.0
    scores: Mapping[str, Any] = field(default_factory=dict)
    thresholds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Model:
    """A row of the table: its weights file is enough to run it, its recipe enough to train it.

    network: "file:Class" in `networks/`, or None for a plain method without weights; `arguments` go to the class.
    recipe: a file of `training/recipes/`; `recipe_settings`: its settings where this model's defaults are others.
    spacing_mm: the pixel spacing that the network wants to see; halo: pixels of context that an output pixel needs on
    each side; multiple: the input's sides must divide by it. parameters: how many the network learns.
    reduced: whether bfloat16 left its scores unchanged (measured; see the card), so that it may run in it.
    weights: a file in `weights/` or a path; None if none are shipped (`mammoseg train NAME` makes them).
    false_marks: how many the shipped weights make at the pipeline's default threshold, in a sentence. calibrated:
    whether their scores have the meaning that `calibration.false_marks_per_image` gives. Weights files say neither.
    """

    name: str
    task: str
    summary: str
    network: str | None = None
    recipe: str | None = None
    spacing_mm: float | None = None
    halo: int = 0
    multiple: int = 1
    parameters: int | None = None
    reduced: bool = False
    paper: str | None = None
    weights: str | None = None
    false_marks: str = ""
    calibrated: bool = False
    licence: str = "BSD-3-Clause"
    arguments: Mapping[str, Any] = field(default_factory=dict)
    recipe_settings: Mapping[str, Any] = field(default_factory=dict)
    facts: Facts = field(default_factory=Facts)

    def build(self) -> nn.Module:
        """The network with fresh weights. Raises InputError for a plain method."""
        if self.network is None:
            raise InputError(self.name, "is a plain method without a network", "choose another model")
        file, _, cls = self.network.partition(":")
        module: nn.Module = getattr(import_module(f"napari_mammoseg.networks.{file}"), cls)(**self.arguments)
        return module

    def load(self) -> nn.Module:
        """The network with its weights, ready to run.

        Raises InputError if there are none, they do not fit the network, or they are not finite.
        """
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        if self.path is None:
            raise InputError(self.name, "has no weights here", f"make them with: mammoseg train {self.name}")
        try:
            network = self.build()
            tensors = {name: value.float() for name, value in load_file(self.path).items()}
            network.load_state_dict(tensors)
        except (SafetensorError, OSError, ImportError, AttributeError, TypeError, ValueError, RuntimeError) as error:
            what = f"does not hold the weights of the network that it names ({self.network})"
            raise InputError(self.path, what, "give a file that mammoseg train wrote") from error
        if not all(value.isfinite().all() for value in tensors.values()):
            raise InputError(self.path, "holds weights that are not finite", "train the network again")
        return network.eval()

    @cached_property
    def path(self) -> Path | None:
        """Where the weights lie, or None if there are none."""
        if self.weights is None:
            return None
        given = Path(self.weights)
        path = given if given.is_absolute() else Path(str(resources.files("napari_mammoseg") / "weights" / given))
        return path if path.is_file() else None

    @cached_property
    def sha256(self) -> str | None:
        """Of the weights file."""
        return None if self.path is None else hashlib.sha256(self.path.read_bytes()).hexdigest()

    @property
    def card(self) -> str | None:
        """The model card (Markdown), or None if there is none."""
        path = resources.files("napari_mammoseg") / "weights" / f"{self.name}.md"
        return path.read_text("utf-8") if path.is_file() else None
