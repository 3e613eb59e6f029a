"""A Dask cluster as it comes: workers with as many threads as cores, processes of their own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from napari_mammoseg.batch import run
from napari_mammoseg.batch.analysis import Analysis, analyze
from napari_mammoseg.phantom.mammograms import Request, make
from napari_mammoseg.writers import dicom_mg

distributed = pytest.importorskip("distributed")
COUNT = 6


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """The address of a scheduler with two workers of two threads."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=2, processes=True, host="127.0.0.1", dashboard_address=None
    ) as made:
        yield made.scheduler_address


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("images")
    image = make(Request(seed=3, view="CC", rows=512, columns=400, spacing_mm=0.25)).image
    return [dicom_mg.write(image, folder / f"p{index}.dcm") for index in range(COUNT)]


def found(images: list[Path], out: Path, cluster: str | None = None) -> list[object]:
    """What each image's files say was found, but for its name."""
    jobs = [Analysis(each, out, ("calcifications", "masses"), device="cpu") for each in images]
    outcomes = list(run(jobs, analyze, cluster=cluster))
    assert [each.error for each in outcomes] == [None] * len(images)
    assert [each.job.input for each in outcomes] == images
    documents = [json.loads(path.read_text("utf-8")) for path in sorted(out.glob("*.json"))]
    return [(each["pipeline"], each["image_score"], each["findings"]) for each in documents]


def test_threads_of_workers_find_what_this_process_finds(images: list[Path], cluster: str, tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "cluster").mkdir()
    alone = found(images[:1], tmp_path / "here")
    many = found(images, tmp_path / "cluster", cluster)
    assert len(many) == 2 * COUNT
    assert all(each in alone for each in many)


def test_a_fault_of_one_input_stops_no_other(images: list[Path], cluster: str, tmp_path: Path) -> None:
    (tmp_path / "broken.dcm").write_bytes(b"nothing")
    paths = [images[0], tmp_path / "broken.dcm", images[1]]
    jobs = [Analysis(each, tmp_path, ("calcifications",), device="cpu") for each in paths]
    assert [each.error is None for each in run(jobs, analyze, cluster=cluster)] == [True, False, True]
