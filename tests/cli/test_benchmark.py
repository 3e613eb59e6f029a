"""`mammoseg benchmark` measures whole processes, the first run on a machine too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from napari_mammoseg import samples
from napari_mammoseg.cli import app

MIB = 1200
"""The first run may need so much."""


def test_a_document_holds_shipped_plain_and_first_run(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("openvino")
    file = str(samples.path("phantom-25-L-CC.dcm"))
    app()(["benchmark", "calcifications", "--input", file, "--repeats", "1", "--json"], standalone_mode=False)
    document = json.loads(capsys.readouterr().out)
    assert [each["backend"] for each in document["runs"]] == ["auto", "plain"]
    assert 0 < document["first_run"]["peak_mib"] <= MIB
    assert document["first_to_shipped"] > 0.5


def test_the_first_run_is_measured_in_a_cache_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from napari_mammoseg.benchmark import measure_first

    pytest.importorskip("openvino")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert measure_first("calcifications", samples.path("phantom-25-L-CC.dcm"))
    assert not any(tmp_path.rglob("*.blob"))
