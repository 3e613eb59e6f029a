"""`mammoseg benchmark` measures whole processes, the first run on a machine too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from napari_mammoseg import samples
from napari_mammoseg.benchmark import measure_first
from napari_mammoseg.cli import app
from napari_mammoseg.inference.backends.openvino_backend import available
from napari_mammoseg.phantom.mammograms import Request, make
from napari_mammoseg.writers import phantoms

with_openvino = pytest.mark.skipif(not available("cpu"), reason="OpenVINO is not installed")
MIB = 1200
"""The first run may need so much."""


@with_openvino
def test_a_document_holds_shipped_plain_and_first_run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    film, *_ = phantoms.save(make(Request(1, "CC", "L", rows=400, columns=300, spacing_mm=0.2)), tmp_path, "dicom")
    app()(["benchmark", "calcifications", "--input", str(film), "--repeats", "1", "--json"], standalone_mode=False)
    document = json.loads(capsys.readouterr().out)
    assert [each["backend"] for each in document["runs"]] == ["auto", "plain"]
    assert document["first_run"]["peak_mib"] > 0
    assert document["first_to_shipped"] > 0.5


@with_openvino
def test_the_first_run_is_measured_in_a_cache_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    first = measure_first("calcifications", samples.path("phantom-25-L-CC.dcm"))
    assert first is not None
    assert first.peak_mib <= MIB
    assert not any(tmp_path.rglob("*.blob"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["masses", "--model", "calcification-lite"], "calcification-lite: does calcifications, not masses; choose"),
        (["--input", "gone.png"], "gone.png: does not exist; check the path"),
        (["--input", "."], "is a folder; give the image files in it"),
    ],
)
def test_what_cannot_be_measured_is_said_once(
    capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    assert app()(["benchmark", *options], standalone_mode=False) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line
