"""OpenVINO: for any number of threads, kept between runs, made anew when anything that it depends on changes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest
import torch

from napari_mammoseg.inference.backends import compiled, openvino_backend, torch_backend
from napari_mammoseg.models import Model

pytestmark = pytest.mark.skipif(not openvino_backend.available("cpu"), reason="OpenVINO is not installed")
BATCHES = [np.random.default_rng(index).random((1, 1, 96, 96), dtype=np.float32) for index in range(6)]


@dataclass(frozen=True)
class Fresh(Model):
    """A model with seeded weights instead of a file."""

    def load(self) -> torch.nn.Module:
        torch.manual_seed(0)
        return torch.nn.Sequential(
            torch.nn.Conv2d(1, 16, 5, padding=2), torch.nn.ReLU(), torch.nn.Conv2d(16, 2, 1)
        ).eval()


MODEL = Fresh("small", "test", "for the tests")


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(openvino_backend, "cache", lambda: tmp_path / "compiled")
    return tmp_path / "compiled"


def kept(cache: Path) -> set[str]:
    return {each.name for each in cache.iterdir()}


def count_conversions(monkeypatch: pytest.MonkeyPatch) -> list[Model]:
    done: list[Model] = []
    graph = openvino_backend._graph
    monkeypatch.setattr(openvino_backend, "_graph", lambda model: (done.append(model), graph(model))[1])
    return done


def test_threads_at_once_get_what_one_thread_gets() -> None:
    network = openvino_backend.compile(MODEL, "cpu")
    wanted = [network(batch)[0] for batch in BATCHES]
    together = Barrier(len(BATCHES))

    def several(index: int) -> list[np.ndarray]:
        together.wait()
        return [network(BATCHES[index])[0] for _ in range(20)]

    with ThreadPoolExecutor(len(BATCHES)) as pool:
        for index, answers in enumerate(pool.map(several, range(len(BATCHES)))):
            assert all((each == wanted[index]).all() for each in answers)


def test_a_thread_of_qt_that_used_a_network_ends_well_and_openvino_told_nobody() -> None:
    pytest.importorskip("qtpy.QtCore")
    program = """
import sys
import numpy as np
from qtpy.QtCore import QRunnable, QThreadPool
from napari_mammoseg.inference import compiled
from napari_mammoseg.models import find
network = compiled(find("calcification-lite"), "cpu", "openvino")
class Work(QRunnable):
    def run(self):
        network(np.zeros((1, 1, 64, 64), np.float32))
pool = QThreadPool()
pool.setExpiryTimeout(0)
for _ in range(5):
    pool.start(Work())
    assert pool.waitForDone()
assert "openvino.tools.ovc" in sys.modules
assert not any(each.startswith("openvino_telemetry.") for each in sys.modules)
print("done")
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (ended.stdout.strip(), ended.returncode) == ("done", 0), ended.stderr


def test_threads_that_want_the_same_network_share_one(monkeypatch: pytest.MonkeyPatch) -> None:
    done = count_conversions(monkeypatch)
    together = Barrier(4)

    def get(_: int) -> Callable[..., object]:
        together.wait()
        return compiled(Fresh("shared", "test", ""), "cpu", "openvino")

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(get, range(4)))) == 1
    assert len(done) == 1


def test_a_kept_network_is_not_converted_again(monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    done = count_conversions(monkeypatch)
    first, second = (openvino_backend.compile(MODEL, "cpu") for _ in range(2))
    assert len(done) == len(kept(cache)) == 1
    assert (first(BATCHES[0])[0] == second(BATCHES[0])[0]).all()


@pytest.mark.parametrize("name", ["_code", "VERSION", "version"])
def test_other_code_or_another_version_makes_it_anew(name: str, monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    openvino_backend.compile(MODEL, "cpu")
    monkeypatch.setattr(openvino_backend, name, "0" if name == "VERSION" else lambda *arguments: "0")
    openvino_backend.compile(MODEL, "cpu")
    assert len(kept(cache)) == 2


def test_the_code_is_that_of_the_networks() -> None:
    assert len(openvino_backend._code()) == 64
    program = "from napari_mammoseg.inference.backends.openvino_backend import _code; print(_code())"
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == openvino_backend._code()


@pytest.mark.parametrize(
    "damage", [lambda whole: b"", lambda whole: whole[: len(whole) // 2], lambda whole: b"x" * 999]
)
def test_a_damaged_file_is_replaced(damage: Callable[[bytes], bytes], cache: Path) -> None:
    openvino_backend.compile(MODEL, "cpu")
    (file,) = cache.iterdir()
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    answer = openvino_backend.compile(MODEL, "cpu")(BATCHES[0])[0]
    np.testing.assert_allclose(answer, torch_backend.compile(MODEL, "cpu")(BATCHES[0])[0], atol=1e-5)
    assert len(file.read_bytes()) == len(whole)


def test_a_cache_that_cannot_be_written_stops_nobody(cache: Path) -> None:
    cache.write_text("a file where the folder should be")
    assert openvino_backend.compile(MODEL, "cpu")(BATCHES[0])


def test_converting_leaves_the_number_of_threads_of_torch_alone() -> None:
    before = torch.get_num_threads()
    openvino_backend.compile(MODEL, "cpu")
    assert torch.get_num_threads() == before


def test_other_backends_need_nothing_of_its_cache() -> None:
    program = """
import sys
sys.modules["platformdirs"] = sys.modules["openvino"] = None
from napari_mammoseg.inference import resolve_backend
print(resolve_backend("auto", "cpu"))
"""
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == "torch"
