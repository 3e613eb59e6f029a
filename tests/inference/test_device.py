"""The words of `--device`, and what a graphics card needs so that it gives the processor's findings."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from napari_mammoseg.errors import InputError
from napari_mammoseg.inference import device, resolve, resolve_backend
from napari_mammoseg.inference.backends import torch_backend
from napari_mammoseg.models import Model


class Small(Model):
    """A model with seeded weights instead of a file."""

    def load(self) -> torch.nn.Module:
        torch.manual_seed(0)
        return torch.nn.Conv2d(1, 2, 3).eval()


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that says it has one graphics card."""
    monkeypatch.setattr(device, "_accelerator_may_exist", lambda: True)
    monkeypatch.setattr(device, "_accelerators", lambda: ["cuda:0"])


@pytest.mark.usefixtures("card")
@pytest.mark.parametrize(
    ("word", "name"), [("auto", "cuda:0"), ("cuda", "cuda:0"), ("cuda:0", "cuda:0"), ("cpu", "cpu")]
)
def test_words_name_a_device_that_is_there(word: str, name: str) -> None:
    assert resolve(word) == name


@pytest.mark.usefixtures("card")
@pytest.mark.parametrize("word", ["cuda:1", "mps", "gpu", "CUDA", "cuda:", ""])
def test_others_are_refused_in_words(word: str) -> None:
    with pytest.raises(InputError, match="choose"):
        resolve(word)


def test_a_card_is_served_by_torch() -> None:
    assert resolve_backend("auto", "cuda:0") == "torch"
    with pytest.raises(InputError, match="does not run on cuda:0"):
        resolve_backend("openvino", "cuda:0")


def test_a_card_calculates_in_full_precision(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", True)
    torch_backend.calculate_exactly("cpu")
    assert torch.backends.cudnn.allow_tf32
    torch_backend.calculate_exactly("cuda:0")
    assert not torch.backends.cudnn.allow_tf32


def test_what_goes_in_and_comes_out_is_on_the_processor() -> None:
    answer = torch_backend.compile(Small("small", "test", ""), "cpu")(np.ones((3, 1, 8, 8), np.float32))[0]
    assert isinstance(answer, np.ndarray)
    assert (answer.shape, answer.dtype) == ((3, 2, 6, 6), np.float32)
