"""Published weights: those of the network are taken, everything else is refused in one line."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from napari_mammoseg.errors import InputError
from napari_mammoseg.models import MODELS
from napari_mammoseg.networks.resnet50 import ResNet50
from napari_mammoseg.training.classes.published import started


def test_a_file_under_torchvisions_names_is_taken_and_only_the_dense_layer_learns(tmp_path: Path) -> None:
    published = ResNet50(1000).state_dict()
    torch.save({name: value for name, value in published.items() if "num_batches" not in name}, tmp_path / "r.pth")
    network = started(MODELS["resnet50"], "", str(tmp_path / "r.pth"), head=True)
    torch.testing.assert_close(network.state_dict()["layer4.2.conv3.weight"], published["layer4.2.conv3.weight"])
    assert [name for name, each in network.named_parameters() if each.requires_grad] == ["fc.weight", "fc.bias"]


@pytest.mark.parametrize("name", ["no-such-file.pth", "text.pth", "other.pth"])
def test_what_are_not_its_weights_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "text.pth").write_text("no weights")
    torch.save({"conv1.weight": torch.zeros(64, 3, 7, 7)}, tmp_path / "other.pth")
    with pytest.raises(InputError, match=name):
        started(MODELS["resnet50"], "", str(tmp_path / name), head=False)


def test_networks_of_which_nobody_published_weights_say_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no weights of ImageNet"):
        started(MODELS["cnni-bcc"], "", str(tmp_path / "any.pth"), head=False)
