"""One tiler, whatever the size; one answer, whatever the backend."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis.strategies import integers

from napari_mammoseg.errors import Cancelled
from napari_mammoseg.inference import predict
from napari_mammoseg.inference.backends import openvino_backend, torch_backend
from napari_mammoseg.inference.tiles import tiles
from napari_mammoseg.models import MODELS, Model, save_weights
from napari_mammoseg.run import Progress, Run


class Strided(torch.nn.Module):
    """Halves and doubles again: a phase error of the tiler would show."""

    def __init__(self) -> None:
        super().__init__()
        self.down = torch.nn.Sequential(torch.nn.Conv2d(1, 8, 3, 2, 1), torch.nn.ReLU(), torch.nn.Conv2d(8, 8, 3, 1, 1))
        self.up = torch.nn.ConvTranspose2d(8, 2, 2, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.up(torch.relu(self.down(x)))


@dataclass(frozen=True)
class Fresh(Model):
    """A model with seeded weights instead of a file."""

    def load(self) -> torch.nn.Module:
        torch.manual_seed(0)
        return Strided().eval()


MODEL = Fresh("strided", "test", "for the tests", halo=6, multiple=2)


@settings(deadline=None, max_examples=40)
@given(rows=integers(1, 300), columns=integers(1, 300), tile=integers(32, 128))
def test_tiles_give_what_the_whole_gives(rows: int, columns: int, tile: int) -> None:
    pixels = np.random.default_rng(rows).random((1, rows, columns), dtype=np.float32)
    whole = predict(MODEL, pixels, Run(device="cpu"), tile=4096)
    np.testing.assert_allclose(predict(MODEL, pixels, Run(device="cpu"), tile=tile), whole, atol=1e-5)


@settings(deadline=None, max_examples=50)
@given(
    rows=integers(1, 500),
    columns=integers(1, 500),
    size=integers(20, 200),
    halo=integers(0, 50),
    multiple=integers(1, 16),
)
def test_every_pixel_is_written_once_from_its_own_place(
    rows: int, columns: int, size: int, halo: int, multiple: int
) -> None:
    shape = (-(-rows // multiple) * multiple, -(-columns // multiple) * multiple)
    place = np.arange(shape[0] * shape[1]).reshape(shape)
    joined = np.full(shape, -1)
    for each in tiles(shape, size, halo, multiple):
        assert (joined[each.target] == -1).all()
        assert each.window[0].start % multiple == each.window[1].start % multiple == 0
        joined[each.target] = place[each.window][each.core]
    np.testing.assert_array_equal(joined, place)


def test_openvino_and_torch_agree(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setattr(openvino_backend, "cache", lambda: tmp_path)
    batch = np.random.default_rng(1).random((1, 1, 70, 90), dtype=np.float32)
    reference = torch_backend.compile(MODEL, "cpu")(batch)
    np.testing.assert_allclose(openvino_backend.compile(MODEL, "cpu")(batch)[0], reference[0], atol=1e-5)
    assert len(list(tmp_path.glob("*.blob"))) == 1
    kept = openvino_backend.compile(MODEL, "cpu")
    for shape in ((1, 1, 70, 90), (1, 1, 32, 64)):
        batch = np.random.default_rng(2).random(shape, dtype=np.float32)
        np.testing.assert_allclose(kept(batch)[0], torch_backend.compile(MODEL, "cpu")(batch)[0], atol=1e-5)


@pytest.mark.parametrize("name", ["ssd256-separable", "mass-classifier"])
def test_backends_agree_on_windows_however_many_come_at_once(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    torch.manual_seed(0)
    model = replace(MODELS[name], weights=str(tmp_path / "random.safetensors"))
    save_weights(model.build(), model, tmp_path / "random.safetensors")
    monkeypatch.setattr(openvino_backend, "cache", lambda: tmp_path)
    fast, reference = openvino_backend.compile(model, "cpu"), torch_backend.compile(model, "cpu")
    side, channels = model.facts.side, model.facts.channels
    for count in (2, 1):
        batch = np.random.default_rng(count).uniform(-1, 1, (count, channels, side, side)).astype(np.float32)
        for mine, wanted in zip(fast(batch), reference(batch), strict=True):
            assert mine.shape[0] == count
            np.testing.assert_allclose(mine, wanted, rtol=1e-4, atol=1e-4)


def test_only_wanted_tiles_are_computed() -> None:
    inside = np.zeros((200, 200), bool)
    inside[:10, :10] = True
    seen: list[Progress] = []
    predict(MODEL, np.ones((1, 200, 200), np.float32), Run(device="cpu", report=seen.append), inside, tile=64)
    assert seen[-1].total == 1


def test_a_cancelled_run_stops_before_the_next_tile() -> None:
    run = Run(device="cpu")
    seen: list[int] = []

    def report(progress: Progress) -> None:
        seen.append(progress.done)
        if progress.done == 2:
            run.cancel()

    run.report = report
    with pytest.raises(Cancelled):
        predict(MODEL, np.ones((1, 300, 300), np.float32), run, tile=64)
    assert seen[-1] == 2
